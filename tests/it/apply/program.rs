//! The program itself: an earlier run was interrupted, or another one is at work.

use std::fs::File;

use cargo_clerk_sessions::apply::JOURNAL;

use support::{Project, finish_without_release, interrupt};

const INIT: &[&str] = &["init", "--yes"];

/// Touches every file that is there: the module gets another name. Its journal is the largest file by far.
const RENAME: &[&str] = &["init", "--yes", "--module", "sessions"];

/// A project with sessions, committed.
fn project() -> Project {
    let project = Project::axum();
    project.run(INIT).expect(0);
    project.commit();
    project
}

/// It had written everything, and was killed before its mark was gone.
#[test]
fn undo_of_an_interrupted_run_reverts_it_however_far_it_came() {
    let project = project();
    let whole = project.tree();
    finish_without_release(&project);
    assert!(project.tree() != whole && project.exists(JOURNAL));
    project.run(&["undo", "--yes"]).expect(0);
    assert!(project.tree() == whole);
}

#[test]
fn who_looks_sees_an_interrupted_run_and_who_writes_is_asked() {
    let project = project();
    let whole = project.tree();
    interrupt(&project);
    let before = project.tree();
    assert!(before != whole);
    for command in [&["check"][..], &["diff"], &["update", "--dry-run"], &["update", "--no-input"], &["undo"]] {
        let ran = project.run(command).expect(4);
        let said = ran.stdout() + &ran.stderr();
        assert!(said.contains("an earlier run was interrupted"), "{command:?}: {said}");
        assert!(project.tree() == before, "{command:?}");
    }
    let ran = project.run(&["undo", "--yes"]).expect(0);
    assert!(ran.stderr().contains("left these files changed:\n  * src/main.rs"), "{}", ran.stderr());
    assert!(project.tree() == whole);
}

#[test]
fn a_run_that_meets_another_says_so() {
    let project = project();
    let other = File::create(project.path().join(JOURNAL)).unwrap();
    other.lock().unwrap();
    let before = project.tree();
    let ran = project.run(RENAME).expect(4);
    assert!(ran.stderr().contains("another run is changing this project"), "{}", ran.stderr());
    assert!(project.tree() == before);
    drop(other);
    project.run(RENAME).expect(0);
    assert!(!project.exists(JOURNAL));
}
