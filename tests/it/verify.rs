//! `--verify` where the check is interrupted or cannot succeed, with a stand-in for cargo.
#![cfg(unix)]

use support::{Project, repository};

/// What `init --verify` comes to under the stand-in, and the project.
fn verified(first: &str, second: &str, code: i32) -> (Project, String) {
    let project = Project::axum();
    let scratch = tempfile::tempdir().unwrap();
    let cargo = repository().join("tests/it/cargo_for_verify.sh");
    let variables = [
        ("CARGO", cargo.to_str().unwrap()),
        ("REAL_CARGO", env!("CARGO")),
        ("SCRATCH", scratch.path().to_str().unwrap()),
        ("FIRST", first),
        ("SECOND", second),
    ];
    let ran = project.run_with(&["init", "--yes", "--verify"], &variables).expect(code);
    (project, ran.stderr())
}

#[test]
fn an_interrupt_during_the_check_puts_everything_back() {
    let (project, said) = verified("exit 0", "kill -INT $PPID; sleep 1; exit 1", 1);
    assert!(said.contains("stopped; nothing was changed"), "{said}");
    assert_eq!(project.git(&["status", "--porcelain", "--", "src", "Cargo.toml", "clerk-sessions.lock"]), "");
}

#[test]
fn a_check_that_fails_names_its_cause_and_puts_everything_back() {
    let (project, said) = verified("exit 0", "echo 'no such luck' >&2; exit 1", 1);
    assert!(said.contains("no longer compiles") && said.contains("no such luck"), "{said}");
    assert_eq!(project.git(&["status", "--porcelain", "--", "src", "Cargo.toml", "clerk-sessions.lock"]), "");
}

#[test]
fn a_baseline_that_fails_is_shown_and_nothing_is_checked_after_it() {
    let (project, said) = verified("echo 'broken before' >&2; exit 1", "echo 'checked again' >&2; exit 1", 0);
    assert!(said.contains("broken before") && !said.contains("checked again"), "{said}");
    assert!(!said.contains("has brought `Cargo.lock` up to date"), "{said}");
    assert!(project.exists("src/clerk/mod.rs"));
}

/// A check with new crates changes the lock file, as the real cargo does.
#[test]
fn a_check_that_holds_leaves_a_lock_file_that_is_up_to_date() {
    let (project, said) = verified("exit 0", "echo '# with the new crates' >Cargo.lock; exit 0", 0);
    assert!(said.contains("brought `Cargo.lock` up to date") && !said.contains("--locked"), "{said}");
    assert!(project.exists("Cargo.lock"));
}

#[test]
fn a_locked_build_cannot_judge_new_crates() {
    let project = Project::axum();
    let ran = project.run(&["init", "--yes", "--verify", "--locked"]).expect(2);
    assert!(ran.stderr().contains("--locked"), "{}", ran.stderr());
    assert!(!project.exists("src/clerk"));
}
