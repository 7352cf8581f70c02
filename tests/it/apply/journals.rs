//! What an interrupted run left is believed where it is ours, and only there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use cargo_clerk_sessions::apply::{self, ApplyError, JOURNAL, Operation, Step};

use super::scene::{Scene, killed_at, old_and_new, things};

/// A scene whose run was killed while it replaced its files.
fn interrupted() -> Scene {
    let scene = Scene::new();
    let mut replaced = 0;
    let died = killed_at(usize::MAX, |_| {
        let mut hook = |step: &Step| {
            replaced += usize::from(step.operation == Operation::Replace);
            if replaced == 2 { std::panic::resume_unwind(Box::new(())) } else { Ok(()) }
        };
        scene.apply(&mut hook)
    });
    assert!(died.is_none() && scene.root.join(JOURNAL).exists());
    scene
}

#[test]
fn an_interrupted_run_keeps_new_ones_out_until_it_is_healed() {
    let (old, new) = old_and_new();
    let scene = interrupted();
    let changes = [scene.change("other.rs", Some(""))];
    assert!(matches!(scene.write(&changes, &mut |_| Ok(())), Err(ApplyError::Interrupted)));
    assert!(matches!(apply::interrupted(&scene.checkout), Err(ApplyError::Interrupted)));
    let waiting = apply::waiting(&scene.checkout).unwrap().unwrap();
    assert_eq!(waiting.to_put_back(), ["Cargo.toml", "old/gone.rs"]);
    waiting.heal().unwrap();
    assert_eq!(scene.things(), old);
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
}

#[test]
fn what_the_user_edited_since_is_not_touched() {
    let scene = interrupted();
    scene.file("src/run.sh", 0o755, "echo mine\n");
    let before = scene.things();
    let Err(ApplyError::EditedSince { files, interrupted: true }) = scene.recover() else { panic!() };
    assert_eq!(files, ["src/run.sh"]);
    assert_eq!(scene.things(), before);
}

#[test]
fn a_mark_of_which_there_is_no_journal_is_not_acted_on() {
    let scene = interrupted();
    let (mark, before) = (fs::read_to_string(scene.root.join(JOURNAL)).unwrap(), scene.things());
    let unbound = || {
        assert!(matches!(scene.recover(), Err(ApplyError::Unbound)));
        assert!(matches!(scene.apply(&mut |_| Ok(())), Err(ApplyError::Unbound)));
        assert!(matches!(apply::interrupted(&scene.checkout), Err(ApplyError::Unbound)));
    };
    for other in [&mark[..mark.len() - 1], &mark[..20], "\n", "# Mine.\n", &format!("{mark}\n"), &"x".repeat(1 << 20)] {
        fs::write(scene.root.join(JOURNAL), other).unwrap();
        unbound();
        assert_eq!(fs::read_to_string(scene.root.join(JOURNAL)).unwrap(), other, "it stays");
    }
    fs::write(scene.root.join(JOURNAL), &mark).unwrap();
    let journal = scene.state().join("running");
    let text = fs::read_to_string(&journal).unwrap();
    // Cut short, it was never marked.
    fs::write(&journal, &text[..text.len() - 2]).unwrap();
    unbound();
    fs::remove_file(&journal).unwrap();
    unbound();
    assert_eq!(scene.things(), before);
    fs::write(&journal, text).unwrap();
    scene.recover().unwrap().unwrap();
}

/// As a mark that another checkout left, which somebody committed.
#[test]
fn a_mark_of_another_checkout_is_not_acted_on() {
    let (theirs, ours) = (interrupted(), Scene::new());
    fs::copy(theirs.root.join(JOURNAL), ours.root.join(JOURNAL)).unwrap();
    let before = ours.things();
    assert!(matches!(ours.recover(), Err(ApplyError::Unbound)));
    assert_eq!(ours.things(), before);
}

#[test]
fn a_damaged_journal_is_said_to_be_and_nothing_is_touched() {
    let scene = interrupted();
    let journal = scene.state().join("running");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace("echo old", "echo odd")).unwrap();
    let before = scene.things();
    let error = scene.recover().unwrap_err();
    assert_eq!(error.code(), "journal-damaged");
    assert!(error.hint().unwrap().contains(JOURNAL));
    assert_eq!(scene.things(), before);
}

/// The journal is ours, but meanwhile the repository got another link.
#[test]
fn what_is_no_longer_where_it_was_is_not_put_back() {
    for target in [".git/hooks", "../outside", "elsewhere"] {
        let scene = interrupted();
        fs::create_dir_all(scene.root.join(".git/hooks")).unwrap();
        fs::create_dir_all(scene.root.join("elsewhere")).unwrap();
        fs::create_dir_all(scene.root.parent().unwrap().join("outside")).unwrap();
        fs::rename(scene.root.join("old"), scene.root.join("was")).unwrap();
        symlink(target, scene.root.join("old")).unwrap();
        let base = scene.root.parent().unwrap().to_owned();
        let before = things(&base);
        let error = scene.recover().unwrap_err();
        assert_eq!(error.code(), "not-healed", "{target}: {error}");
        assert_eq!(things(&base), before, "{target}");
    }
}

#[test]
fn mark_and_journal_are_for_their_owner_alone() {
    let scene = interrupted();
    let mode = |path: &camino::Utf8Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scene.root.join(JOURNAL)), 0o600);
    assert_eq!(mode(&scene.state().join("running")), 0o600);
    scene.recover().unwrap();
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(mode(&scene.state().join("last")), 0o600);
    assert_eq!(mode(scene.state()), 0o700);
}

#[test]
fn a_link_under_the_marks_name_is_not_followed() {
    let scene = Scene::new();
    let precious = scene.root.parent().unwrap().join("precious");
    fs::write(&precious, "mine").unwrap();
    symlink(&precious, scene.root.join(JOURNAL)).unwrap();
    let before = scene.things();
    assert_eq!(scene.apply(&mut |_| Ok(())).unwrap_err().code(), "path-shape");
    assert_eq!(scene.recover().unwrap_err().code(), "path-shape");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
    assert_eq!(scene.things(), before);
}
