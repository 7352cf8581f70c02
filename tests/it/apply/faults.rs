//! An error, a stop, or death, at every step.

use std::io::{self, ErrorKind};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use camino::Utf8PathBuf;
use cargo_clerk_sessions::apply::{ApplyError, Operation, Phase, Recovered, Step, waiting};

use super::scene::{Scene, killed_at, old_and_new};

/// The steps of an undisturbed run.
fn steps() -> Vec<Operation> {
    let mut steps = Vec::new();
    let scene = Scene::new();
    let mut hook = |step: &Step| {
        assert_eq!(step.phase, Phase::Forward);
        steps.push(step.operation);
        Ok(())
    };
    scene.apply(&mut hook).unwrap();
    steps
}

#[test]
fn an_undisturbed_run_writes_everything_and_keeps_modes_and_links() {
    let (old, new) = old_and_new();
    let scene = Scene::new();
    assert_eq!(scene.things(), old);
    scene.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(scene.things(), new);
    assert_eq!(scene.recover().unwrap(), None);
    let steps = steps();
    for operation in [Operation::Lock, Operation::Journal, Operation::Folder, Operation::Stage, Operation::Replace] {
        assert!(steps.contains(&operation), "{operation:?}");
    }
    for operation in [Operation::Remove, Operation::Sync, Operation::Keep, Operation::Finish] {
        assert!(steps.contains(&operation), "{operation:?}");
    }
}

#[test]
fn an_error_at_any_step_leaves_the_old_tree() {
    let (old, new) = old_and_new();
    for (at, operation) in steps().into_iter().enumerate() {
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied, ErrorKind::Interrupted] {
            let scene = Scene::new();
            let mut seen = 0;
            let mut hook = |_: &Step| {
                seen += 1;
                if seen == at + 1 { Err(io::Error::from(kind)) } else { Ok(()) }
            };
            let result = scene.apply(&mut hook);
            if matches!(operation, Operation::Journal | Operation::Keep) && kind != ErrorKind::Interrupted {
                // That it cannot be healed or undone is no reason not to do it.
                result.unwrap();
                assert_eq!(scene.things(), new, "step {at} {operation:?} {kind:?}");
                assert!(!scene.kept());
                continue;
            }
            let error = result.unwrap_err();
            let code = match kind {
                ErrorKind::StorageFull => "disk-full",
                ErrorKind::PermissionDenied => "read-only",
                _ => "stopped",
            };
            assert_eq!(error.code(), code, "step {at} {operation:?}");
            assert_eq!(scene.things(), old, "step {at} {operation:?} {kind:?}");
            assert!(!scene.kept(), "step {at}: nothing happened that could be undone");
        }
    }
}

#[test]
fn where_putting_back_fails_too_the_next_run_does_it() {
    let (old, new) = old_and_new();
    let mut not_put_back = 0;
    for at in 0..steps().len() {
        let scene = Scene::new();
        let mut seen = 0;
        let mut hook = |_: &Step| {
            seen += 1;
            if seen > at { Err(io::Error::other("gone")) } else { Ok(()) }
        };
        let error = scene.apply(&mut hook).unwrap_err();
        not_put_back += usize::from(matches!(error, ApplyError::NotRolledBack { .. }));
        if let Some(Recovered::Finished) = scene.recover().unwrap() {
            assert_eq!(scene.things(), new, "step {at}");
        } else {
            assert_eq!(scene.things(), old, "step {at}");
        }
    }
    assert!(not_put_back > 5);
}

const KILL: &str = "CLERK_SESSIONS_TEST_KILLED_AT";

/// The test runs itself again, and that process dies at one of its steps.
#[test]
fn a_process_killed_at_any_step_is_healed() {
    if let Ok(place) = std::env::var(KILL) {
        let (at, root) = place.split_once(' ').unwrap();
        return die(at.parse().unwrap(), root.into());
    }
    let (old, new) = old_and_new();
    let (mut rolled_back, mut finished) = (0, 0);
    for (at, operation) in steps().into_iter().enumerate() {
        let scene = Scene::new();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "apply::faults::a_process_killed_at_any_step_is_healed"])
            .env(KILL, format!("{at} {}", scene.root))
            .current_dir(scene.root.parent().unwrap())
            .output()
            .unwrap()
            .status;
        assert_eq!(status.signal(), Some(6), "step {at} {operation:?}");
        match scene.recover().unwrap() {
            Some(Recovered::Finished) => {
                finished += 1;
                assert_eq!(scene.things(), new, "step {at} {operation:?}");
                scene.undo(&mut |_| Ok(())).unwrap();
            }
            healed => rolled_back += usize::from(healed.is_some()),
        }
        assert_eq!(scene.things(), old, "step {at} {operation:?}");
        assert_eq!(scene.recover().unwrap(), None);
    }
    assert!(rolled_back > 5 && finished > 1, "{rolled_back}, {finished}");
}

fn die(at: usize, root: Utf8PathBuf) {
    let scene = Scene::at(root);
    let mut seen = 0;
    let mut hook = |_: &Step| {
        if seen == at {
            std::process::abort();
        }
        seen += 1;
        Ok(())
    };
    scene.apply(&mut hook).unwrap();
}

#[test]
fn healing_that_is_killed_is_healed() {
    let (old, new) = old_and_new();
    let mut deaths = 0;
    for at in 0..steps().len() {
        for again in 0.. {
            let scene = Scene::new();
            assert!(killed_at(at, |hook| scene.apply(hook)).is_none());
            let healed =
                killed_at(again, |hook| waiting(&scene.checkout)?.map(|waiting| waiting.heal_with(hook)).transpose());
            deaths += usize::from(healed.is_none());
            scene.recover().unwrap();
            let now = scene.things();
            assert!(now == old || now == new, "step {at}, then step {again}: {now:#?}");
            if healed.is_some() {
                break;
            }
        }
    }
    assert!(deaths > 50, "{deaths}");
}

/// An error first, then death while things are put back.
#[test]
fn putting_back_that_is_killed_is_healed() {
    let (old, new) = old_and_new();
    let mut deaths = 0;
    let steps = steps().into_iter().enumerate();
    let late = steps.filter(|(_, step)| matches!(step, Operation::Replace | Operation::Remove | Operation::Finish));
    for (at, operation) in late {
        for again in at + 1.. {
            let scene = Scene::new();
            let done = killed_at(again, |kill| {
                let mut seen = 0;
                scene.apply(&mut |step: &Step| {
                    kill(step)?;
                    seen += 1;
                    if seen == at + 1 { Err(io::Error::other("gone")) } else { Ok(()) }
                })
            });
            deaths += usize::from(done.is_none());
            scene.recover().unwrap();
            let now = scene.things();
            assert!(now == old || now == new, "step {at} {operation:?}, then step {again}: {now:#?}");
            if let Some(done) = done {
                done.unwrap_err();
                assert_eq!(now, old);
                break;
            }
        }
    }
    assert!(deaths > 30, "{deaths}");
}

#[test]
fn the_journal_comes_first_and_the_record_last() {
    let mut order = Vec::new();
    let scene = Scene::new();
    let mut hook = |step: &Step| {
        order.push((step.operation, step.path.to_owned()));
        Ok(())
    };
    scene.apply(&mut hook).unwrap();
    let first: Vec<_> = order.iter().take(3).map(|(operation, _)| *operation).collect();
    assert_eq!(first, [Operation::Lock, Operation::Journal, Operation::Mark]);
    let replaced = |operation: &Operation| *operation == Operation::Replace;
    let last = order.iter().rfind(|(operation, _)| replaced(operation)).unwrap();
    assert_eq!(last.1, "clerk-sessions.lock");
    assert_eq!(order.last().unwrap().0, Operation::Finish);
    let staged = order.iter().rposition(|(operation, _)| *operation == Operation::Stage).unwrap();
    let begun = order.iter().position(|(operation, _)| replaced(operation)).unwrap();
    assert!(staged < begun, "what needs room on the disk comes before what changes the tree");
}

#[test]
fn an_error_at_any_step_of_an_undo_leaves_the_new_tree() {
    let (old, new) = old_and_new();
    for at in 0.. {
        let scene = Scene::new();
        scene.apply(&mut |_| Ok(())).unwrap();
        let (mut seen, mut journal) = (0, false);
        let mut hook = |step: &Step| {
            seen += 1;
            journal |= seen == at + 1 && step.operation == Operation::Journal;
            if seen == at + 1 { Err(io::Error::other("gone")) } else { Ok(()) }
        };
        match scene.undo(&mut hook) {
            // It cannot be healed, but nothing went wrong.
            Ok(_) if journal => {
                assert_eq!(scene.things(), old);
                continue;
            }
            Ok(_) => {
                assert_eq!(scene.things(), old);
                assert!(at > 10);
                break;
            }
            Err(_) => assert_eq!(scene.things(), new, "step {at}"),
        }
        scene.undo(&mut |_| Ok(())).unwrap();
        assert_eq!(scene.things(), old, "step {at}: it can be undone still");
    }
}

#[test]
fn an_undo_killed_at_any_step_is_healed() {
    let (old, new) = old_and_new();
    for at in 0.. {
        let scene = Scene::new();
        scene.apply(&mut |_| Ok(())).unwrap();
        let done = killed_at(at, |hook| scene.undo(hook));
        scene.recover().unwrap();
        let now = scene.things();
        assert!(now == old || now == new, "step {at}: {now:#?}");
        if let Some(done) = done {
            assert_eq!(done.unwrap().len(), 6);
            assert_eq!(now, old);
            assert!(at > 10);
            break;
        }
    }
}
