//! `apply`: all of it or nothing, whatever happens on the way.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use cargo_clerk_sessions::apply::{
    ApplyError, JOURNAL, Operation, Phase, Recovered, Step, apply, apply_for_good, apply_with, interrupted, recover,
    recover_with, undo, undo_with,
};
use cargo_clerk_sessions::change::Change;

/// A folder with a file of every kind, and the changes that do everything to them.
struct Place {
    root: Utf8PathBuf,
    undo: Utf8PathBuf,
    _folder: tempfile::TempDir,
}

const UNTOUCHED: &str = "// not in any change\n";

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        let place =
            Self { root: path.join("root"), undo: path.join("target/clerk-sessions/shop.undo"), _folder: folder };
        for (path, text, mode) in [
            ("Cargo.toml", "\u{feff}[package]\r\nname = \"shop\"\r\n", 0o644),
            ("src/main.rs", "fn main() {}", 0o755),
            ("src/other.rs", UNTOUCHED, 0o644),
            ("shared/real.rs", "// shared\n", 0o640),
            ("shared/linked.rs", "// linked\n", 0o644),
            ("old/deep/gone.rs", "// gone\n", 0o600),
            ("clerk-sessions.lock", "version = 1\n", 0o644),
        ] {
            place.write(path, text);
            fs::set_permissions(place.root.join(path), Permissions::from_mode(mode)).unwrap();
        }
        symlink("../shared/real.rs", place.root.join("src/link.rs")).unwrap();
        symlink("shared/linked.rs", place.root.join("gone_link.rs")).unwrap();
        place
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn changes(&self) -> Vec<Change> {
        [
            ("Cargo.toml", Some("\u{feff}[package]\r\nname = \"shop\"\r\n[dependencies]\r\n")),
            ("gone_link.rs", None),
            ("old/deep/gone.rs", None),
            ("src/clerk/mod.rs", Some("//! Ours.\n")),
            ("src/clerk/tests/case.rs", Some("// A case.\n")),
            ("src/link.rs", Some("// shared, and changed\n")),
            ("src/main.rs", Some("mod clerk;\nfn main() {}")),
            ("src/other.rs", Some(UNTOUCHED)),
            ("clerk-sessions.lock", Some("version = 2\n")),
        ]
        .map(|(path, after)| Change::new(path, fs::read_to_string(self.root.join(path)).ok(), after.map(str::to_owned)))
        .to_vec()
    }

    /// Everything below the root: kind, mode and text.
    fn tree(&self) -> BTreeMap<String, String> {
        let entries = walkdir::WalkDir::new(&self.root).into_iter().map(Result::unwrap).map(|entry| {
            let found = entry.path().symlink_metadata().unwrap();
            let mode = found.permissions().mode() & 0o777;
            let what = if found.is_symlink() {
                format!("-> {}", fs::read_link(entry.path()).unwrap().display())
            } else if found.is_dir() {
                "folder".to_owned()
            } else {
                format!("{mode:o} {}", fs::read_to_string(entry.path()).unwrap())
            };
            (entry.path().strip_prefix(&self.root).unwrap().display().to_string(), what)
        });
        entries.collect()
    }

    fn apply(&self, hook: &mut dyn FnMut(&Step) -> io::Result<()>) -> Result<(), ApplyError> {
        apply_with(&self.root, Some(&self.undo), &self.changes(), hook)
    }
}

/// The tree before and after, from a run that nothing disturbs.
fn old_and_new() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let place = Place::new();
    let old = place.tree();
    apply(&place.root, &place.undo, &place.changes()).unwrap();
    (old, place.tree())
}

/// A hook that counts steps and does something at one of them.
fn at(number: usize, mut then: impl FnMut() -> io::Result<()>) -> impl FnMut(&Step) -> io::Result<()> {
    let mut count = 0;
    move |_| {
        count += 1;
        if count - 1 == number { then() } else { Ok(()) }
    }
}

/// Runs something that dies at a step, as if the process were killed there. False where it came to its end.
fn dies(work: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(()) => false,
        Err(cause) if cause.is::<Killed>() => true,
        Err(cause) => resume_unwind(cause),
    }
}

struct Killed;

fn killed() -> io::Result<()> {
    // Not a panic with a message, so that the output stays readable.
    resume_unwind(Box::new(Killed))
}

#[test]
fn everything_is_written_and_the_rest_stays() {
    let (old, new) = old_and_new();
    assert_eq!(new["Cargo.toml"], "644 \u{feff}[package]\r\nname = \"shop\"\r\n[dependencies]\r\n");
    assert_eq!(new["src/main.rs"], "755 mod clerk;\nfn main() {}");
    assert_eq!(new["shared/real.rs"], "640 // shared, and changed\n");
    for (path, kept) in [("src/link.rs", "-> ../shared/real.rs"), ("src/other.rs", &*format!("644 {UNTOUCHED}"))] {
        assert_eq!((&*new[path], &*old[path]), (kept, kept));
    }
    let gone = ["gone_link.rs", "old", "old/deep", "old/deep/gone.rs"];
    let made = ["src/clerk", "src/clerk/mod.rs", "src/clerk/tests", "src/clerk/tests/case.rs"];
    assert!(gone.iter().all(|path| old.contains_key(*path) && !new.contains_key(*path)));
    assert!(made.iter().all(|path| !old.contains_key(*path) && new.contains_key(*path)));
    assert_eq!(new.len(), old.len() - gone.len() + made.len());
}

#[test]
fn the_journal_comes_first_and_the_record_last() {
    let place = Place::new();
    let mut steps = Vec::new();
    place
        .apply(&mut |step| {
            steps.push((step.operation, step.path.to_owned()));
            Ok(())
        })
        .unwrap();
    let of = |operation| {
        steps.iter().filter(move |step| step.0 == operation).map(|step| step.1.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(steps[0], (Operation::Lock, JOURNAL.into()));
    assert_eq!(steps[1], (Operation::Journal, JOURNAL.into()));
    let record = steps.iter().position(|step| *step == (Operation::Replace, "clerk-sessions.lock".into())).unwrap();
    let last_file = steps.iter().rposition(|step| step.0 == Operation::Replace).unwrap();
    let last_staged = steps.iter().rposition(|step| step.0 == Operation::Stage).unwrap();
    let first_written = steps.iter().position(|step| matches!(step.0, Operation::Replace | Operation::Remove)).unwrap();
    assert_eq!(record, last_file);
    assert!(last_staged < first_written);
    assert_eq!(of(Operation::Folder), ["src/clerk", "src/clerk/tests"]);
    assert_eq!(of(Operation::Remove), ["gone_link.rs", "old/deep/gone.rs", "old/deep", "old"]);
    assert_eq!(of(Operation::Finish), [JOURNAL]);
}

#[test]
fn an_empty_list_touches_nothing() {
    let place = Place::new();
    let same = Change::new("src/main.rs", Some("fn main() {}".to_owned()), Some("fn main() {}".to_owned()));
    apply_with(&place.root, Some(&place.undo), &[same], &mut |step| panic!("{step:?}")).unwrap();
    assert!(!place.undo.exists());
}

/// A change that is refused, with the machine code and a word of the message.
fn refused(place: &Place, change: Change, code: &str, message: &str) {
    let old = place.tree();
    let mut changes = place.changes();
    changes.insert(0, change);
    let error = apply(&place.root, &place.undo, &changes).unwrap_err();
    assert_eq!((error.code(), error.exit_code()), (code, 4), "{error}");
    assert!(error.to_string().contains(message), "{error}");
    assert!(error.hint().unwrap().contains("nothing was changed"));
    assert_eq!(place.tree(), old);
}

fn created(path: &str) -> Change {
    Change::new(path, None, Some("text\n".to_owned()))
}

#[test]
fn what_stands_in_the_way_is_named() {
    let place = Place::new();
    symlink("nowhere", place.root.join("dangling")).unwrap();
    symlink("..", place.root.join("outside")).unwrap();
    symlink("/dev/null", place.root.join("device")).unwrap();
    for (path, message) in [
        ("src", "`src` is a directory"),
        ("src/main.rs/mod.rs", "`src/main.rs` is a file"),
        ("dangling", "`dangling` is a symbolic link to nothing"),
        ("outside/file.rs", "`outside` is a symbolic link that leaves"),
        ("device", "`device` is not a regular file"),
        ("../file.rs", "`../file.rs` is not a path inside"),
        ("/tmp/file.rs", "`/tmp/file.rs` is not a path inside"),
    ] {
        refused(&place, created(path), "path-shape", message);
    }
}

#[test]
fn read_only_files_and_folders_are_refused_even_for_the_superuser() {
    let place = Place::new();
    let read_only = |path: &str| fs::set_permissions(place.root.join(path), Permissions::from_mode(0o555)).unwrap();
    let writable = |path: &str| fs::set_permissions(place.root.join(path), Permissions::from_mode(0o755)).unwrap();
    read_only("src/other.rs");
    let other = Change::new("src/other.rs", Some(UNTOUCHED.to_owned()), Some("new\n".to_owned()));
    refused(&place, other, "read-only", "`src/other.rs` is read-only");
    for folder in ["src", "shared"] {
        read_only(folder);
        refused(&place, created("src/new/file.rs"), "read-only", &format!("`{folder}` is read-only"));
        writable(folder);
    }
}

#[test]
fn files_that_changed_underneath_are_named() {
    for (path, before, now) in [
        ("src/other.rs", Some("what was read\n"), Some(&b"what is there\n"[..])),
        ("src/other.rs", Some("\u{fffd}\n"), Some(&b"\xff\n"[..])),
        ("new.rs", Some("what was read\n"), None),
        ("new.rs", None, Some(&b"in the way\n"[..])),
    ] {
        let place = Place::new();
        let _ = fs::remove_file(place.root.join(path));
        if let Some(now) = now {
            fs::write(place.root.join(path), now).unwrap();
        }
        let change = Change::new(path, before.map(str::to_owned), Some("new\n".to_owned()));
        let error = apply(&place.root, &place.undo, &[change]).unwrap_err();
        assert_eq!(error.to_string(), format!("`{path}` was changed by something else in the meantime"));
        assert_eq!(fs::read(place.root.join(path)).ok().as_deref(), now);
        assert!(!place.root.join(JOURNAL).exists());
    }
}

#[test]
fn a_file_that_changes_during_the_run_is_left_alone_and_the_others_are_put_back() {
    let place = Place::new();
    let mut old = place.tree();
    let error = place.apply(&mut |step| {
        if step.operation == Operation::Replace && step.path == "Cargo.toml" {
            place.write("src/main.rs", "// just saved in an editor\n");
        }
        Ok(())
    });
    assert_eq!(error.unwrap_err().code(), "changed-underneath");
    old.insert("src/main.rs".to_owned(), "755 // just saved in an editor\n".to_owned());
    assert_eq!(place.tree(), old);
}

#[test]
fn a_linked_workspace_member_is_written() {
    let place = Place::new();
    let member = place.root.parent().unwrap().join("elsewhere");
    fs::create_dir(&member).unwrap();
    fs::write(member.join("Cargo.toml"), "").unwrap();
    symlink(&member, place.root.join("member")).unwrap();
    apply_for_good(&place.root, &[created("member/src/clerk/mod.rs")]).unwrap();
    assert_eq!(fs::read_to_string(member.join("src/clerk/mod.rs")).unwrap(), "text\n");
    // A link inside the member is held to the same rule.
    symlink("/usr", member.join("away")).unwrap();
    refused(&place, created("member/away/file.rs"), "path-shape", "`member/away` is a symbolic link that leaves");
}

#[test]
fn an_error_at_any_step_leaves_all_or_nothing() {
    let (old, new) = old_and_new();
    let mut failed = 0;
    for number in 0.. {
        let place = Place::new();
        let mut reached = false;
        let result = place.apply(&mut at(number, || {
            reached = true;
            Err(ErrorKind::StorageFull.into())
        }));
        let expected = if result.is_ok() { &new } else { &old };
        assert_eq!(&place.tree(), expected, "step {number}");
        match result {
            Err(error) => {
                assert_eq!((error.code(), error.exit_code()), ("disk-full", 4), "{error}");
                assert_eq!(error.hint().unwrap(), "make room first; nothing was changed");
                failed += 1;
            }
            Ok(()) if reached => {}
            Ok(()) => break,
        }
    }
    assert!(failed > 20, "{failed}");
}

#[test]
fn a_stop_at_any_step_puts_everything_back() {
    let (old, new) = old_and_new();
    for number in 0.. {
        let place = Place::new();
        let mut count = 0;
        // The wish to stop does not go away.
        let result = place.apply(&mut |step| {
            count += 1;
            if step.phase == Phase::Forward && count > number { Err(ErrorKind::Interrupted.into()) } else { Ok(()) }
        });
        let Err(error) = result else {
            assert_eq!(place.tree(), new);
            break;
        };
        assert_eq!((error.to_string().as_str(), error.exit_code()), ("stopped; nothing was changed", 1));
        assert_eq!(place.tree(), old, "step {number}");
    }
}

/// The name of the variable that makes a copy of this program the victim, and says at which step it dies.
const VICTIM: &str = "CLERK_SESSIONS_TEST_KILL_AT";

#[test]
fn a_process_killed_at_any_step_is_healed() {
    if let (Ok(number), Ok(root)) = (std::env::var(VICTIM), std::env::var("CLERK_SESSIONS_TEST_ROOT")) {
        let root = Utf8Path::new(&root);
        let changes: Vec<Change> =
            Place { root: root.to_owned(), undo: root.join("undo"), _folder: tempfile::tempdir().unwrap() }.changes();
        let mut dies = at(number.parse().unwrap(), || std::process::abort());
        apply_with(root, None, &changes, &mut dies).unwrap();
        return;
    }
    let (old, new) = old_and_new();
    for number in 0.. {
        let place = Place::new();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "apply::a_process_killed_at_any_step_is_healed"])
            .envs([(VICTIM, number.to_string()), ("CLERK_SESSIONS_TEST_ROOT", place.root.to_string())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let died = !status.success();
        let waits = interrupted(&place.root).is_err();
        let recovered = recover(&place.root).unwrap();
        assert_eq!(recovered.is_some(), waits, "step {number}");
        let expected = if !died || recovered == Some(Recovered::Finished) { &new } else { &old };
        assert_eq!(&place.tree(), expected, "step {number}");
        if !died {
            assert!(number > 20, "{number}");
            break;
        }
    }
}

#[test]
fn a_kill_while_things_are_put_back_is_healed() {
    let (old, new) = old_and_new();
    let mut kills = 0;
    // An error somewhere on the way, and then a kill somewhere on the way back.
    for failing in [3, 12, 15, 18, 22] {
        for number in failing + 1.. {
            let place = Place::new();
            let mut fails = at(failing, || Err(ErrorKind::Other.into()));
            let mut kills_at = at(number, killed);
            if !dies(|| drop(place.apply(&mut |step| fails(step).and_then(|()| kills_at(step))))) {
                break;
            }
            kills += 1;
            // One that had written everything counts as finished, although it had begun to go back.
            let finished = recover(&place.root).unwrap() == Some(Recovered::Finished);
            assert_eq!(&place.tree(), if finished { &new } else { &old }, "steps {failing} and {number}");
        }
    }
    assert!(kills > 40, "{kills}");
}

#[test]
fn a_kill_while_healing_is_healed() {
    let (old, new) = old_and_new();
    let mut kills = 0;
    for first in 0.. {
        let place = Place::new();
        if !dies(|| place.apply(&mut at(first, killed)).unwrap()) {
            break;
        }
        let mut second = 0;
        // Each healing gets one step further than the one before it, until one gets through.
        while dies(|| drop(recover_with(&place.root, &mut at(second, killed)).unwrap())) {
            second += 1;
            kills += 1;
        }
        let tree = place.tree();
        assert!(tree == old || tree == new, "{first}: {tree:#?}");
    }
    assert!(kills > 100, "{kills}");
}

#[test]
fn an_error_while_things_are_put_back_says_so_and_is_healed() {
    let place = Place::new();
    let old = place.tree();
    let error = place.apply(&mut |step| match (step.operation, step.phase) {
        (Operation::Replace, _) if step.path == "clerk-sessions.lock" => Err(ErrorKind::PermissionDenied.into()),
        (Operation::Stage, Phase::Back) => Err(ErrorKind::StorageFull.into()),
        _ => Ok(()),
    });
    let error = error.unwrap_err();
    assert_eq!((error.code(), error.exit_code()), ("not-rolled-back", 4));
    assert!(error.to_string().contains("failed to replace `clerk-sessions.lock`"), "{error}");
    assert!(error.hint().unwrap().contains(JOURNAL));
    assert_eq!(interrupted(&place.root).unwrap_err().code(), "interrupted-apply");
    assert_eq!(place.apply(&mut |_| Ok(())).unwrap_err().code(), "interrupted-apply");
    assert!(matches!(recover(&place.root).unwrap(), Some(Recovered::RolledBack(files)) if !files.is_empty()));
    assert_eq!(place.tree(), old);
}

#[test]
fn healing_does_not_touch_what_the_user_changed_since() {
    let place = Place::new();
    // Killed once the first files are replaced.
    let kill = |step: &Step| {
        if step.path == "src/main.rs" && step.operation == Operation::Replace { killed() } else { Ok(()) }
    };
    assert!(dies(|| place.apply(&mut kill.clone()).unwrap()));
    place.write("Cargo.toml", "edited\n");
    let tree = place.tree();
    let error = recover(&place.root).unwrap_err();
    assert_eq!(error.to_string(), "these files were changed since:\n  * Cargo.toml");
    assert!(error.hint().unwrap().contains(JOURNAL));
    assert_eq!(place.tree(), tree);
    // The user settles it.
    fs::remove_file(place.root.join(JOURNAL)).unwrap();
    assert_eq!(recover(&place.root).unwrap(), None);
}

#[test]
fn a_journal_that_is_not_whole_stands_for_a_run_that_changed_nothing() {
    let place = Place::new();
    assert!(dies(|| place.apply(&mut at(4, killed)).unwrap()));
    let whole = fs::read(place.root.join(JOURNAL)).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 65, whole.len() - 1] {
        let place = Place::new();
        let old = place.tree();
        fs::write(place.root.join(JOURNAL), &whole[..length]).unwrap();
        interrupted(&place.root).unwrap();
        assert_eq!(recover(&place.root).unwrap(), None);
        assert_eq!(place.tree(), old);
        // Without healing, the next run takes the file over.
        fs::write(place.root.join(JOURNAL), &whole[..length]).unwrap();
        place.apply(&mut |_| Ok(())).unwrap();
    }
}

#[test]
fn a_damaged_journal_is_recognised() {
    let place = Place::new();
    assert!(dies(|| place.apply(&mut at(4, killed)).unwrap()));
    let journal = place.root.join(JOURNAL);
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replacen("shop", "shap", 1)).unwrap();
    for error in [recover(&place.root).unwrap_err(), interrupted(&place.root).unwrap_err()] {
        assert_eq!(error.code(), "journal-damaged");
    }
}

#[test]
fn of_two_runs_one_wins_and_the_other_says_so() {
    let (_, new) = old_and_new();
    let place = Place::new();
    let mut asked = 0;
    place
        .apply(&mut |step| {
            // From the lock on, whatever else is tried at the same time is told off.
            if step.operation != Operation::Lock {
                let other = apply_for_good(&place.root, &[created("other.rs")]).unwrap_err();
                assert_eq!(other.to_string(), "another run is changing this project");
                let codes = [recover(&place.root).unwrap_err().code(), interrupted(&place.root).unwrap_err().code()];
                assert_eq!((other.code(), codes), ("busy", ["busy"; 2]));
                asked += 1;
            }
            Ok(())
        })
        .unwrap();
    assert!(asked > 20);
    assert_eq!(place.tree(), new);
}

#[test]
fn a_run_that_comes_just_too_late_changes_nothing() {
    let (_, new) = old_and_new();
    let place = Place::new();
    // Another run does the same work between this one's checks and its lock.
    let error = place.apply(&mut |step| {
        if step.operation == Operation::Lock {
            place.apply(&mut |_| Ok(())).unwrap();
        }
        Ok(())
    });
    assert_eq!(error.unwrap_err().code(), "changed-underneath");
    assert_eq!(place.tree(), new);
}

#[test]
fn undo_reverts_the_last_run_once() {
    let place = Place::new();
    let old = place.tree();
    assert_eq!(undo(&place.root, &place.undo).unwrap_err().code(), "nothing-to-undo");
    place.apply(&mut |_| Ok(())).unwrap();
    let reverted = undo(&place.root, &place.undo).unwrap();
    assert_eq!((reverted.len(), reverted.last().unwrap().as_str()), (8, "clerk-sessions.lock"));
    assert_eq!(place.tree(), old);
    assert_eq!(undo(&place.root, &place.undo).unwrap_err().code(), "nothing-to-undo");
}

#[test]
fn undo_leaves_edited_files_alone() {
    let place = Place::new();
    place.apply(&mut |_| Ok(())).unwrap();
    place.write("src/clerk/mod.rs", "//! Ours, and edited.\n");
    fs::remove_file(place.root.join("clerk-sessions.lock")).unwrap();
    let tree = place.tree();
    let error = undo(&place.root, &place.undo).unwrap_err();
    assert_eq!(error.to_string(), "these files were changed since:\n  * src/clerk/mod.rs\n  * clerk-sessions.lock");
    assert_eq!(place.tree(), tree);
}

#[test]
fn undo_is_all_or_nothing_too() {
    let (old, new) = old_and_new();
    for number in 0.. {
        let place = Place::new();
        place.apply(&mut |_| Ok(())).unwrap();
        if undo_with(&place.root, &place.undo, &mut at(number, || Err(ErrorKind::Other.into()))).is_ok() {
            assert_eq!(place.tree(), old);
            break;
        }
        assert_eq!(place.tree(), new, "error at step {number}");
        assert!(dies(|| drop(undo_with(&place.root, &place.undo, &mut at(number, killed)).unwrap())));
        let finished = recover(&place.root).unwrap() == Some(Recovered::Finished);
        assert_eq!(place.tree(), if finished { old.clone() } else { new.clone() }, "killed at step {number}");
    }
}

#[test]
fn a_finished_run_that_was_killed_at_the_very_end_can_be_undone() {
    let place = Place::new();
    let old = place.tree();
    assert!(dies(|| place
        .apply(&mut |step| if step.operation == Operation::Keep { killed() } else { Ok(()) })
        .unwrap()));
    assert_eq!(recover(&place.root).unwrap(), Some(Recovered::Finished));
    undo(&place.root, &place.undo).unwrap();
    assert_eq!(place.tree(), old);
}

#[test]
fn a_target_folder_that_cannot_be_written_costs_only_the_undo() {
    let (_, new) = old_and_new();
    let place = Place::new();
    // A file stands where the folder would be.
    fs::write(place.root.parent().unwrap().join("target"), "").unwrap();
    place.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(place.tree(), new);
    assert_eq!(undo(&place.root, &place.undo).unwrap_err().code(), "nothing-to-undo");
}

#[test]
fn a_stale_neighbour_is_not_written_through() {
    let (_, new) = old_and_new();
    let place = Place::new();
    symlink("other.rs", place.root.join("src/.main.rs.clerk-sessions-new")).unwrap();
    place.apply(&mut |_| Ok(())).unwrap();
    assert_eq!(place.tree(), new);
}
