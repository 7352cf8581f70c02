//! Odd places: linked members, forged links, leftovers, and a run that comes too late.

use std::fs;
use std::os::unix::fs::symlink;

use cargo_clerk_sessions::apply::{JOURNAL, Operation, Step, apply_with, recover, undo};
use cargo_clerk_sessions::record::sha256;

use super::scene::{Scene, old_and_new, things};

#[test]
fn a_workspace_member_may_be_a_link_and_nothing_else_may() {
    let scene = Scene::new();
    let member = scene.root.parent().unwrap().join("member");
    fs::create_dir(&member).unwrap();
    symlink("../member", scene.root.join("member")).unwrap();
    let write = |path: &str| apply_with(&scene.root, None, &[scene.change(path, Some("// New.\n"))], &mut |_| Ok(()));
    assert_eq!(write("member/src/new.rs").unwrap_err().code(), "path-shape");
    fs::write(member.join("Cargo.toml"), "").unwrap();
    write("member/src/new.rs").unwrap();
    assert_eq!(fs::read_to_string(member.join("src/new.rs")).unwrap(), "// New.\n");
    // Inside the member the same rule holds again.
    fs::create_dir(scene.root.parent().unwrap().join("outside")).unwrap();
    symlink("../outside", member.join("out")).unwrap();
    assert_eq!(write("member/out/new.rs").unwrap_err().code(), "path-shape");
}

#[test]
fn a_forged_journal_cannot_reach_out_through_a_link_that_it_makes() {
    let scene = Scene::new();
    let base = scene.root.parent().unwrap().to_owned();
    fs::create_dir(base.join("outside")).unwrap();
    let inner = serde_json::json!({"path": "door/evil", "before": "evil\n", "look": {}});
    let door = serde_json::json!({"path": "door", "before": "", "look": {"link": "../outside"}});
    // Entries are put back from the last one on: first the door, then what is behind it.
    let json = serde_json::json!({"folders": [], "entries": [inner, door]}).to_string();
    fs::write(scene.root.join(JOURNAL), format!("{json}\n{}\n", sha256(&json))).unwrap();
    let before = things(&base);
    assert_eq!(recover(&scene.root).unwrap_err().code(), "journal-damaged");
    assert_eq!(things(&base), before);
}

#[test]
fn a_leftover_beside_a_target_is_not_written_through() {
    let (old, new) = old_and_new();
    for fails in [false, true] {
        let scene = Scene::new();
        symlink("main.rs", scene.root.join("src/.run.sh.clerk-sessions-new")).unwrap();
        let mut hook = |step: &Step| match step.operation {
            Operation::Keep if fails => Err(std::io::ErrorKind::Interrupted.into()),
            _ => Ok(()),
        };
        assert_eq!(scene.apply(&mut hook).is_err(), fails);
        assert_eq!(&scene.things(), if fails { &old } else { &new });
    }
}

#[test]
fn what_a_killed_run_left_beside_the_old_texts_does_no_harm() {
    let (old, _) = old_and_new();
    let scene = Scene::new();
    fs::create_dir_all(scene.undo.parent().unwrap()).unwrap();
    fs::write(format!("{}-new", scene.undo), "half of a jour").unwrap();
    scene.apply(&mut |_| Ok(())).unwrap();
    undo(&scene.root, &scene.undo).unwrap();
    assert_eq!(scene.things(), old);
}

#[test]
fn a_target_folder_that_cannot_be_written_costs_only_the_undo() {
    let (_, new) = old_and_new();
    let scene = Scene::new();
    // A file stands where the folder would be.
    fs::write(scene.undo.parent().unwrap(), "").unwrap();
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
    assert_eq!(undo(&scene.root, &scene.undo).unwrap_err().code(), "nothing-to-undo");
}

#[test]
fn a_run_that_comes_just_too_late_takes_nothing_back() {
    let (_, new) = old_and_new();
    let scene = Scene::new();
    // Another run does the same work between the checks of this one and its lock.
    let mut hook = |step: &Step| {
        if step.operation == Operation::Lock {
            scene.apply(&mut |_| Ok(())).unwrap();
        }
        Ok(())
    };
    assert_eq!(scene.apply(&mut hook).unwrap_err().code(), "changed-underneath");
    assert_eq!(scene.things(), new);
}
