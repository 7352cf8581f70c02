//! What must not be written is not, and then nothing is.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;

use cargo_clerk_sessions::apply::{ApplyError, Operation, Step, interrupted};
use cargo_clerk_sessions::change::Change;

use super::scene::{Scene, old_and_new};

/// Applies the usual changes and one more, which must be refused with everything left as it is.
fn refused(scene: &Scene, change: Change) -> ApplyError {
    let before = scene.things();
    let mut changes = scene.changes();
    changes.insert(2, change);
    let error = scene.write(&changes, &mut |_| Ok(())).unwrap_err();
    assert_eq!(scene.things(), before);
    assert!(!scene.kept());
    assert_eq!(error.exit_code(), 4);
    assert!(error.hint().is_some_and(|hint| hint.contains("nothing was changed")));
    error
}

fn path_of(error: ApplyError) -> String {
    match error {
        ApplyError::ReadOnly { path }
        | ApplyError::Shape { path, .. }
        | ApplyError::OutOfReach { path, .. }
        | ApplyError::ChangedUnderneath { path } => path.into_string(),
        other => panic!("{other}"),
    }
}

#[test]
fn read_only_files_and_folders() {
    let scene = Scene::new();
    scene.mode("src/main.rs", 0o444);
    for after in [Some("fn main() { }\n"), None] {
        let error = refused(&scene, scene.change("src/main.rs", after));
        assert_eq!(error.code(), "read-only");
        assert_eq!(path_of(error), "src/main.rs");
    }
    let scene = Scene::new();
    scene.file("locked/there.rs", 0o644, "");
    scene.mode("locked", 0o555);
    for (path, after) in [("locked/new.rs", Some("")), ("locked/deep/new.rs", Some("")), ("locked/there.rs", None)] {
        assert_eq!(path_of(refused(&scene, scene.change(path, after))), "locked", "{path}");
    }
    scene.mode("locked", 0o755);
}

#[test]
fn the_folder_of_a_links_target_counts() {
    let scene = Scene::new();
    scene.file("locked/there.rs", 0o644, "// There.\n");
    symlink("../locked/there.rs", scene.root.join("src/far.rs")).unwrap();
    scene.mode("locked", 0o555);
    assert_eq!(path_of(refused(&scene, scene.change("src/far.rs", Some("// Mine.\n")))), "locked");
    scene.mode("locked", 0o755);
}

#[test]
fn something_else_in_the_way() {
    let scene = Scene::new();
    fs::create_dir_all(scene.root.join("src/way.rs")).unwrap();
    symlink("nowhere", scene.root.join("src/lost.rs")).unwrap();
    let made = |path: &str| Change::new(path, None, Some("// New.\n".to_owned()));
    assert_eq!(refused(&scene, made("src/way.rs")).to_string(), "`src/way.rs` is a directory");
    assert_eq!(refused(&scene, made("src/lost.rs")).to_string(), "`src/lost.rs` is a symbolic link to nothing");
    let error = refused(&scene, made("src/main.rs/mod.rs"));
    assert_eq!(error.to_string(), "`src/main.rs` is a file, where a folder is needed");
}

#[test]
fn whatever_leaves_the_project() {
    let scene = Scene::new();
    let outside = scene.root.parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("theirs.rs"), "// Theirs.\n").unwrap();
    symlink("../../outside/theirs.rs", scene.root.join("src/out.rs")).unwrap();
    symlink("../outside", scene.root.join("out")).unwrap();
    let made = |path: &str| Change::new(path, None, Some("// New.\n".to_owned()));
    assert_eq!(path_of(refused(&scene, scene.change("src/out.rs", Some("// New.\n")))), "src/out.rs");
    assert_eq!(path_of(refused(&scene, made("out/new.rs"))), "out/new.rs");
    let absolute = outside.join("new.rs");
    for path in ["../outside/new.rs", "src/../../outside/new.rs", absolute.as_str(), ".git/hooks/pre-commit", ""] {
        let code = refused(&scene, made(path)).code();
        assert!(matches!(code, "path-shape" | "out-of-reach"), "{path}: {code}");
    }
    assert_eq!(fs::read_to_string(outside.join("theirs.rs")).unwrap(), "// Theirs.\n");
    assert_eq!(fs::read_dir(outside).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_not_what_was_read() {
    let scene = Scene::new();
    let stale = Change::new("src/main.rs", Some("fn main() { old() }\n".to_owned()), Some("fn main() {}\n".to_owned()));
    assert_eq!(refused(&scene, stale).code(), "changed-underneath");
    let unexpected = Change::new("src/main.rs", None, Some("// New.\n".to_owned()));
    assert_eq!(refused(&scene, unexpected).code(), "changed-underneath");
    let vanished = Change::new("src/none.rs", Some("// Old.\n".to_owned()), Some("// New.\n".to_owned()));
    assert_eq!(refused(&scene, vanished).code(), "changed-underneath");
}

#[test]
fn a_file_that_is_edited_during_the_run_keeps_the_edit() {
    for operation in [Operation::Lock, Operation::Journal, Operation::Stage, Operation::Replace, Operation::Remove] {
        let scene = Scene::new();
        let (mut old, _) = old_and_new();
        let mut hook = |step: &Step| {
            if step.operation == operation {
                scene.file("src/run.sh", 0o755, "echo mine\n");
            }
            Ok(())
        };
        let error = scene.apply(&mut hook).unwrap_err();
        assert_eq!((error.code(), path_of(error).as_str()), ("changed-underneath", "src/run.sh"), "{operation:?}");
        old.insert("src/run.sh".into(), super::scene::Thing::File(0o755, "echo mine\n".to_owned()));
        assert_eq!(scene.things(), old, "{operation:?}");
    }
}

#[test]
fn of_two_runs_at_once_one_wins_and_the_other_says_so() {
    let (_, new) = old_and_new();
    let scene = Scene::new();
    let mut met = 0;
    let mut hook = |step: &Step| {
        if step.operation != Operation::Lock {
            met += 1;
            let scene = &scene;
            let other = thread::scope(|threads| {
                let own = Change::new("other.rs", None, Some("// Other.\n".to_owned()));
                let write = move || scene.write(&[own], &mut |_| Ok(()));
                let other = move || (write(), scene.recover(), interrupted(&scene.checkout));
                threads.spawn(other).join().unwrap()
            });
            assert!(matches!(other, (Err(ApplyError::Busy), Err(ApplyError::Busy), Err(ApplyError::Busy))), "{step:?}");
        }
        Ok(())
    };
    scene.apply(&mut hook).unwrap();
    assert!(met > 10);
    assert_eq!(scene.things(), new);
    scene.write(&[scene.change("other.rs", Some(""))], &mut |_| Ok(())).unwrap();
}
