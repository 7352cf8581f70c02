//! Odd places: linked members, forged links, leftovers, and a run that comes too late.

use std::fs;
use std::os::unix::fs::symlink;

use cargo_clerk_sessions::apply::{Checkout, Operation, Step, apply_with, possible};

use super::scene::{Scene, old_and_new};

#[test]
fn a_link_leads_to_the_repositorys_own_files_or_nowhere() {
    let scene = Scene::new();
    let outside = scene.root.parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("Cargo.toml"), "").unwrap();
    symlink("../outside", scene.root.join("out")).unwrap();
    symlink("src", scene.root.join("in")).unwrap();
    let write = |path: &str| scene.write(&[scene.change(path, Some("// New.\n"))], &mut |_| Ok(()));
    assert_eq!(write("out/new.rs").unwrap_err().code(), "out-of-reach");
    write("in/new.rs").unwrap();
    assert_eq!(scene.read("src/new.rs").as_deref(), Some("// New.\n"));
    for (target, path) in [(".git", "door"), ("../.GIT/hooks", "src/door")] {
        fs::create_dir_all(scene.root.join(".git/hooks")).unwrap();
        fs::create_dir_all(scene.root.join(".GIT/hooks")).unwrap();
        symlink(target, scene.root.join(path)).unwrap();
        assert_eq!(write(&format!("{path}/evil")).unwrap_err().code(), "out-of-reach", "{path}");
    }
}

/// Between the question and the answer a folder may become a link to another one.
#[test]
fn a_change_goes_where_it_was_shown_to_go_or_nowhere() {
    let scene = Scene::new();
    fs::create_dir(scene.root.join("src/clerk")).unwrap();
    fs::create_dir(scene.root.join("elsewhere")).unwrap();
    let changes = [scene.change("src/clerk/mod.rs", Some("// New.\n"))];
    let shown = possible(&scene.site(), &changes).unwrap();
    fs::remove_dir(scene.root.join("src/clerk")).unwrap();
    symlink("../elsewhere", scene.root.join("src/clerk")).unwrap();
    let before = scene.things();
    let written = apply_with(&scene.site(), &changes, &shown, &mut |_| Ok(()));
    assert_eq!(written.unwrap_err().code(), "changed-underneath");
    assert_eq!(scene.things(), before);
}

#[test]
fn a_file_beside_a_target_is_left_alone_whatever_its_name() {
    let (mut old, mut new) = old_and_new();
    for tree in [&mut old, &mut new] {
        tree.insert("src/.run.sh.clerk-sessions-new".into(), super::scene::Thing::Link("main.rs".into()));
    }
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
fn a_state_folder_that_cannot_be_written_costs_only_undo_and_healing() {
    let (_, new) = old_and_new();
    let scene = Scene::new();
    // A file stands where the folder would be.
    fs::write(scene.state().parent().unwrap(), "").unwrap();
    assert!(scene.checkout.prepare().is_err());
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
    assert_eq!(scene.undo(&mut |_| Ok(())).unwrap_err().code(), "nothing-to-undo");
}

/// It may have come with the repository.
#[test]
fn state_in_the_repository_is_not_used() {
    let home = etcetera::choose_base_strategy().unwrap();
    let home = camino::Utf8PathBuf::from_path_buf(etcetera::BaseStrategy::home_dir(&home).to_owned()).unwrap();
    assert_eq!(Checkout::of(&home).state, None);
    assert!(Checkout::of(&Scene::new().root).state.is_some());
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
