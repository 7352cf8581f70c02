//! A journal on disk may be cut short, damaged, or come with a repository that means no good.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use cargo_clerk_sessions::apply::{ApplyError, JOURNAL, Operation, Step, recover, undo_with};
use cargo_clerk_sessions::record::sha256;

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
    let apply = || cargo_clerk_sessions::apply::apply_with(&scene.root, None, &changes, &mut |_| Ok(()));
    assert!(matches!(apply(), Err(ApplyError::Interrupted)));
    assert!(matches!(cargo_clerk_sessions::apply::interrupted(&scene.root), Err(ApplyError::Interrupted)));
    recover(&scene.root).unwrap().unwrap();
    assert_eq!(scene.things(), old);
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
}

#[test]
fn what_the_user_edited_since_is_not_touched() {
    let scene = interrupted();
    scene.file("src/run.sh", 0o755, "echo mine\n");
    let before = scene.things();
    let Err(ApplyError::EditedSince { files, interrupted: true }) = recover(&scene.root) else { panic!() };
    assert_eq!(files, ["src/run.sh"]);
    assert_eq!(scene.things(), before);
}

#[test]
fn a_journal_that_is_cut_short_stands_for_a_run_that_changed_nothing() {
    let text = fs::read_to_string(interrupted().root.join(JOURNAL)).unwrap();
    let (old, _) = old_and_new();
    let scene = Scene::new();
    for length in (0..text.len()).step_by(7).chain([text.len() - 1]) {
        fs::write(scene.root.join(JOURNAL), &text[..length]).unwrap();
        assert_eq!(recover(&scene.root).unwrap(), None, "{length} bytes");
        assert_eq!(scene.things(), old);
    }
}

#[test]
fn a_damaged_journal_is_said_to_be_and_nothing_is_touched() {
    let scene = interrupted();
    let text = fs::read_to_string(scene.root.join(JOURNAL)).unwrap();
    fs::write(scene.root.join(JOURNAL), text.replace("echo old", "echo odd")).unwrap();
    let before = scene.things();
    let error = recover(&scene.root).unwrap_err();
    assert_eq!(error.code(), "journal-damaged");
    assert!(error.hint().unwrap().contains(JOURNAL));
    assert_eq!(scene.things(), before);
}

#[test]
fn the_journal_is_for_its_owner_alone() {
    let scene = interrupted();
    assert_eq!(fs::metadata(scene.root.join(JOURNAL)).unwrap().permissions().mode() & 0o777, 0o600);
    recover(&scene.root).unwrap();
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(fs::metadata(&scene.undo).unwrap().permissions().mode() & 0o777, 0o600);
}

/// A journal, whole and with the right checksum, that would make a file with a text.
fn forged(path: &str, undo: Option<&str>) -> String {
    let entry = serde_json::json!({"path": path, "before": "evil\n", "look": {}});
    let mut journal = serde_json::json!({"folders": [], "entries": [entry]});
    if let Some(undo) = undo {
        journal["undo"] = undo.into();
    }
    let json = journal.to_string();
    format!("{json}\n{}\n", sha256(&json))
}

#[test]
fn a_forged_journal_cannot_write_outside_the_project() {
    let scene = Scene::new();
    let base = scene.root.parent().unwrap().to_owned();
    fs::create_dir_all(base.join("outside")).unwrap();
    symlink("../outside", scene.root.join("out")).unwrap();
    let absolute = base.join("outside/evil");
    let precious = base.join("outside/precious");
    for (path, undo) in [
        ("../outside/evil", None),
        (absolute.as_str(), None),
        ("out/evil", None),
        (".git/hooks/pre-commit", None),
        ("src/none.rs", Some(precious.as_str())),
    ] {
        fs::write(scene.root.join(JOURNAL), forged(path, undo)).unwrap();
        let before = things(&base);
        assert_eq!(recover(&scene.root).unwrap_err().code(), "journal-damaged", "{path}");
        fs::create_dir_all(scene.undo.parent().unwrap()).unwrap();
        if undo.is_none() {
            fs::write(&scene.undo, forged(path, None)).unwrap();
            let undone = undo_with(&scene.root, &scene.undo, &mut |_| Ok(()));
            assert_eq!(undone.unwrap_err().code(), "journal-damaged", "{path}");
            fs::remove_file(&scene.undo).unwrap();
        }
        fs::remove_dir(scene.undo.parent().unwrap()).unwrap();
        assert_eq!(things(&base), before, "{path}");
    }
    fs::write(scene.root.join(JOURNAL), forged("src/none.rs", None)).unwrap();
    recover(&scene.root).unwrap().unwrap();
    assert!(!scene.root.join(JOURNAL).exists());
}

#[test]
fn a_link_under_the_journals_name_is_not_followed() {
    let scene = Scene::new();
    let precious = scene.root.parent().unwrap().join("precious");
    fs::write(&precious, "mine").unwrap();
    symlink(&precious, scene.root.join(JOURNAL)).unwrap();
    let before = scene.things();
    assert_eq!(scene.apply(&mut |_| Ok(())).unwrap_err().code(), "path-shape");
    assert_eq!(recover(&scene.root).unwrap_err().code(), "path-shape");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
    assert_eq!(scene.things(), before);
}
