//! `undo`: the last run, as long as its files are as it left them.

use std::fs;
use std::os::unix::fs::symlink;

use cargo_clerk_sessions::apply::{self, ApplyError};

use super::scene::{Scene, old_and_new};

fn undo(scene: &Scene) -> Result<usize, ApplyError> {
    scene.undo(&mut |_| Ok(())).map(|paths| paths.len())
}

#[test]
fn undo_restores_everything_once() {
    let (old, new) = old_and_new();
    let scene = Scene::new();
    assert_eq!(undo(&scene).unwrap_err().code(), "nothing-to-undo");
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(undo(&scene).unwrap(), 6);
    assert_eq!(scene.things(), old);
    assert_eq!(undo(&scene).unwrap_err().code(), "nothing-to-undo");
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
}

/// Between the question and the answer another run may come to its end.
#[test]
fn what_is_reverted_is_the_run_that_was_shown() {
    let scene = Scene::new();
    scene.apply(&mut |_| Ok(())).unwrap();
    let shown = apply::last(&scene.checkout).unwrap();
    scene.write(&[scene.change("other.rs", Some("// Other.\n"))], &mut |_| Ok(())).unwrap();
    let now = scene.things();
    assert!(matches!(apply::undo(&scene.checkout, &shown), Err(ApplyError::OtherRun)));
    assert_eq!(scene.things(), now);
    assert_eq!(undo(&scene).unwrap(), 1, "the other one can still be undone");
}

#[test]
fn undo_refuses_when_a_file_was_edited_and_names_it() {
    let scene = Scene::new();
    scene.apply(&mut |_| Ok(())).unwrap();
    scene.file("src/clerk/deep/mod.rs", 0o644, "// Mine.\n");
    scene.file("old/gone.rs", 0o644, "// Mine again.\n");
    let edited = scene.things();
    let Err(ApplyError::EditedSince { files, interrupted: false }) = undo(&scene) else { panic!() };
    assert_eq!(files, ["old/gone.rs", "src/clerk/deep/mod.rs"]);
    assert_eq!(scene.things(), edited);
    scene.file("src/clerk/deep/mod.rs", 0o644, "// Made.\n");
    fs::remove_dir_all(scene.root.join("old")).unwrap();
    undo(&scene).unwrap();
}

#[test]
fn a_folder_with_a_file_of_the_users_stays() {
    let (mut old, _) = old_and_new();
    let scene = Scene::new();
    scene.apply(&mut |_| Ok(())).unwrap();
    scene.file("src/clerk/mine.rs", 0o644, "// Mine.\n");
    undo(&scene).unwrap();
    let mut now = scene.things();
    assert!(now.remove(camino::Utf8Path::new("src/clerk/mine.rs")).is_some());
    old.insert("src/clerk".into(), super::scene::Thing::Folder);
    assert_eq!(now, old);
}

#[test]
fn a_removed_link_comes_back_as_a_link() {
    let scene = Scene::new();
    symlink("../Cargo.toml", scene.root.join("src/manifest")).unwrap();
    let old = scene.things();
    let gone = [scene.change("src/manifest", None)];
    scene.write(&gone, &mut |_| Ok(())).unwrap();
    assert_eq!(scene.read("src/manifest"), None);
    assert_eq!(scene.read("Cargo.toml").as_deref(), Some("[package]\n"), "the link goes, its target stays");
    undo(&scene).unwrap();
    assert_eq!(scene.things(), old);
}

#[test]
fn no_changes_are_no_run() {
    let scene = Scene::new();
    scene.apply(&mut |_| Ok(())).unwrap();
    let unchanged = [scene.change("Cargo.toml", scene.read("Cargo.toml").as_deref())];
    scene.write(&unchanged, &mut |step| panic!("{step:?}")).unwrap();
    assert_eq!(undo(&scene).unwrap(), 6, "the last run is still the one before");
}

#[test]
fn a_hard_linked_file_is_replaced_and_its_other_name_keeps_the_old_text() {
    let scene = Scene::new();
    let other = scene.root.parent().unwrap().join("other.sh");
    fs::hard_link(scene.root.join("src/run.sh"), &other).unwrap();
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.read("src/run.sh").as_deref(), Some("echo new\n"));
    assert_eq!(fs::read_to_string(other).unwrap(), "echo old\n");
}
