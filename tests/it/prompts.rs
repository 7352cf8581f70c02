//! The questions, answered in a pseudo-terminal as a person would.

use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{Options, PtySession, spawn_with_options};

use crate::support::{AXUM_MAIN, PROGRAM, Project};
use crate::team::Team;

const DOWN: &str = "\u{1b}[B";

fn start(project: &Project, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(project.path())
        .arg("clerk-sessions")
        .args(arguments)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    let options = Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
    spawn_with_options(command, options).unwrap()
}

fn see(session: &mut PtySession, text: &str) {
    session.exp_string(text).unwrap_or_else(|cause| panic!("no `{text}`: {cause}"));
}

fn press(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

fn ended(session: PtySession) -> i32 {
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_answers_are_applied() {
    let project = Project::axum();
    let mut session = start(&project, &["init"]);
    see(&mut session, "Which framework?");
    see(&mut session, "Axum 0.8");
    press(&mut session, "\r");
    see(&mut session, "Which session profile");
    press(&mut session, &format!("{DOWN}\r"));
    see(&mut session, "Who calls the API?");
    press(&mut session, "\r");
    see(&mut session, "From which origins");
    press(&mut session, "https://app.example.com/path\r");
    see(&mut session, "is not a bare origin");
    press(&mut session, &"\u{7f}".repeat("/path".len()));
    press(&mut session, "\r");
    see(&mut session, "+mod clerk;");
    see(&mut session, "Apply these changes?");
    press(&mut session, "y\r");
    see(&mut session, "What is left to do");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 0);
    assert!(project.read("clerk-sessions.toml").contains("profile = \"high-security\""));
    assert!(project.read(".env.example").contains("CLERK_AUTHORIZED_PARTIES=https://app.example.com\n"));
    assert!(project.exists("src/clerk/mod.rs"));
}

#[test]
fn a_declined_diff_changes_nothing() {
    let project = Project::axum();
    let before = project.tree();
    let mut session = start(&project, &["init", "--profile", "prod", "--set", "callers=backend"]);
    see(&mut session, "Which framework?");
    press(&mut session, "\r");
    see(&mut session, "Apply these changes?");
    press(&mut session, "\r");
    see(&mut session, "declined");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 1);
    assert_eq!(project.tree(), before);
}

/// Escape and Ctrl-C at each question leave the tree untouched and the cursor visible.
#[test]
fn leaving_a_question_changes_nothing() {
    for key in ["\u{1b}", "\u{3}"] {
        for questions in 0..4 {
            let project = Project::axum();
            let before = project.tree();
            let mut session = start(&project, &["init"]);
            let texts = [
                "Which framework?",
                "Which session profile",
                "Who calls the API?",
                "From which origins",
                "Apply these changes?",
            ];
            for text in &texts[..questions] {
                see(&mut session, text);
                press(&mut session, "\r");
            }
            see(&mut session, texts[questions]);
            press(&mut session, key);
            see(&mut session, "stopped; nothing was changed");
            session.exp_eof().unwrap();
            assert_eq!(ended(session), 1);
            assert_eq!(project.tree(), before);
        }
    }
}

#[test]
fn two_binaries_are_a_question() {
    let files = [
        ("Cargo.toml", crate::support::AXUM_MANIFEST),
        ("src/bin/one.rs", AXUM_MAIN),
        ("src/bin/two.rs", AXUM_MAIN),
        ("src/bin/other.rs", "fn main() {}\n"),
    ];
    let project = Project::new(&files);
    let ran = project.run(&["init", "--yes"]).expect(4);
    assert!(
        ran.stderr().contains("src/bin/one.rs, src/bin/two.rs") && ran.stderr().contains("--root"),
        "{}",
        ran.stderr()
    );
    let mut session = start(&project, &["init", "--framework", "axum", "--profile", "dev", "--set", "callers=native"]);
    see(&mut session, "Which crate root");
    press(&mut session, &format!("{DOWN}\r"));
    see(&mut session, "Apply these changes?");
    press(&mut session, "y\r");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 0);
    assert!(project.read("src/bin/two.rs").contains("mod clerk;"));
    assert!(project.exists("src/bin/clerk/mod.rs"));
}

#[test]
fn an_update_asks_what_is_new_and_then_for_a_yes() {
    let team = Team::new();
    team.question();
    team.newer();
    let folder = team.blueprints();
    let arguments = ["update", "--blueprints", folder.to_str().unwrap()];
    for (answer, code) in [("n\r", 1), ("y\r", 0)] {
        let before = team.project.tree();
        let mut session = start(&team.project, &arguments);
        see(&mut session, "What is audited?");
        press(&mut session, &format!("{DOWN}\r"));
        see(&mut session, "+const CAPACITY: usize = 50_000;");
        see(&mut session, "Apply these changes?");
        press(&mut session, answer);
        session.exp_eof().unwrap();
        assert_eq!(ended(session), code);
        assert_eq!(team.project.tree() == before, code == 1);
    }
    assert!(team.read("clerk-sessions.toml").ends_with("\naudit = \"all\"\n"));
}
