//! The system fails the program's writes, or kills it half way through one, wherever that is; or another run is at work.
#![cfg(unix)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use cargo_clerk_sessions::apply::JOURNAL;
use support::{Project, program, two};

type Tree = BTreeMap<String, Vec<u8>>;

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

/// The program, started by a shell.
fn started(project: &Project, shell: &str, arguments: &[&str]) -> Command {
    let mut command = project.command("sh");
    command.args(["-c", &format!("{shell} exec \"$0\" \"$@\""), program(), "clerk-sessions"]).args(arguments);
    command
}

/// It had written everything, and was killed before its mark was gone.
/// Runs it where no file may grow beyond some size, then beyond a larger one, until it comes through. A write that goes
/// beyond fails, or kills the program; `check` is told what was before and what the program said.
fn confined(make: fn() -> Project, arguments: &[&str], kills: bool, check: impl Fn(&Project, &Tree, &Output)) {
    let handler = if kills { "" } else { "trap '' XFSZ;" };
    for blocks in (0..).map(|power| 1 << power) {
        let project = make();
        let before = project.tree();
        let limits = format!("ulimit -c 0; {handler} ulimit -f {blocks};");
        let output = started(&project, &limits, arguments).output().unwrap();
        if output.status.success() {
            assert!(blocks > 8, "hardly a run was disturbed");
            break;
        }
        check(&project, &before, &output);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_write_that_fails_half_way_leaves_the_old_tree() {
    let check = |project: &Project, before: &Tree, output: &Output| {
        assert_eq!(output.status.code(), Some(4), "{}", said(output));
        assert!(project.tree() == *before, "{}", said(output));
    };
    confined(Project::axum, INIT, false, check);
    confined(project, RENAME, false, check);
}

#[test]
fn a_run_that_is_killed_half_way_through_a_write_is_healed_by_the_next() {
    let (healed, new) = (Cell::new(0), project().tree());
    confined(Project::axum, INIT, true, |project, _, output| {
        assert_eq!(output.status.code(), None, "{}", said(output));
        assert!(project.exists(JOURNAL));
        let next = project.run(INIT).expect(0);
        healed.set(healed.get() + usize::from(next.stderr().contains("an interrupted run")));
        assert!(project.tree() == new);
    });
    assert!(healed.get() > 1, "{}", healed.get());
    // Here the journal itself is cut short, and the next run has nothing of its own to do.
    confined(project, RENAME, true, |project, before, output| {
        assert_eq!(output.status.code(), None, "{}", said(output));
        assert!(project.exists(JOURNAL));
        project.run(INIT).expect(0);
        assert!(project.tree() == *before);
    });
}

/// Two packages, of which the second has much more to write.
fn workspace() -> Project {
    let project = two();
    let config = project.read("b/src/clerk/config.rs");
    project.write("b/src/clerk/config.rs", &(config + &"// Mine.\n".repeat(60_000)));
    project.commit();
    project
}

#[test]
fn a_run_on_a_workspace_is_one_run_wherever_it_is_killed() {
    const UPDATE: &[&str] = &["update", "--workspace", "--yes", "--set", "profile=high-security"];
    let disturbed = Cell::new(0);
    confined(workspace, UPDATE, true, |project, before, _| {
        disturbed.set(disturbed.get() + 1);
        project.run(&["update", "--package", "a", "--yes"]).expect(0);
        assert!(project.tree() == *before);
    });
    assert!(disturbed.get() > 3, "{}", disturbed.get());
    let project = workspace();
    let before = project.tree();
    project.run(UPDATE).expect(0);
    let changed =
        |tree: &Tree, folder: &str| tree.iter().any(|(path, text)| path.starts_with(folder) && before[path] != *text);
    assert!(changed(&project.tree(), "a/") && changed(&project.tree(), "b/"));
    project.run(&["undo", "--yes"]).expect(0);
    assert!(project.tree() == before, "`undo` reverts the whole run");
}

#[test]
fn of_two_runs_that_start_together_at_least_one_wins_and_the_tree_is_wholly_new() {
    let alone = project();
    alone.run(RENAME).expect(0);
    for _ in 0..5 {
        let project = project();
        let start = || started(&project, "", RENAME).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let codes = [start(), start()].map(|mut child| child.wait().unwrap().code());
        assert!(codes.contains(&Some(0)) && !codes.contains(&Some(101)), "{codes:?}");
        assert!(project.tree() == alone.tree(), "{codes:?}");
    }
}
