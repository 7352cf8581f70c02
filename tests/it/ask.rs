//! The questions, answered in a pseudo-terminal as a person would.

use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{Options, PtySession, spawn_with_options};

use support::team::Team;
use support::{AXUM_MAIN, Project, interrupt, program};

const DOWN: &str = "\u{1b}[B";

fn start(project: &Project, arguments: &[&str]) -> PtySession {
    let mut command = project.command(program());
    command.arg("clerk-sessions").args(arguments).env("TERM", "xterm").env_remove("NO_COLOR");
    command.env_remove("CARGO_TERM_COLOR").env("PAGER", "cat");
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
    // The answer stays, its explanation goes.
    see(&mut session, "is the default? high-security\r");
    see(&mut session, "Who calls the API?");
    press(&mut session, " \r");
    see(&mut session, "choose at least one");
    press(&mut session, " \r");
    see(&mut session, "Who calls the API? browser\r");
    see(&mut session, "From which origins");
    for wrong in ["/path", ":443", ":99999", "."] {
        press(&mut session, &format!("https://a_b.example{wrong}\r"));
        see(&mut session, "is not a bare origin");
        press(&mut session, &"\u{7f}".repeat(40));
    }
    press(&mut session, "https://a_b.example\r");
    see(&mut session, "+mod clerk;");
    see(&mut session, "Creating src/clerk/ (");
    see(&mut session, "Updating Cargo.toml, src/main.rs\r");
    see(&mut session, "Apply these changes?");
    press(&mut session, "y\r");
    see(&mut session, "What is left to do");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 0);
    assert!(project.read("clerk-sessions.toml").contains("profile = \"high-security\""));
    assert!(project.read(".env.example").contains("CLERK_AUTHORIZED_PARTIES=https://a_b.example\n"));
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
        ("Cargo.toml", support::AXUM_MANIFEST),
        ("src/bin/one.rs", AXUM_MAIN),
        ("src/main.rs", AXUM_MAIN),
        ("src/bin/other.rs", "fn main() {}\n"),
    ];
    let project = Project::new(&files);
    let ran = project.run(&["init", "--yes"]).expect(4);
    let (candidates, likely) =
        ("several crate roots fit: src/bin/one.rs, src/main.rs\n", "likely `--root src/main.rs`");
    assert!(ran.stderr().contains(candidates) && ran.stderr().contains(likely), "{}", ran.stderr());
    let up = "\u{1b}[A";
    for (keys, root) in [("", "src/main.rs"), (up, "src/bin/one.rs")] {
        let project = Project::new(&files);
        let arguments = ["init", "--framework", "axum", "--profile", "dev", "--set", "callers=native"];
        let mut session = start(&project, &arguments);
        see(&mut session, "Which crate root");
        press(&mut session, &format!("{keys}\r"));
        see(&mut session, "Apply these changes?");
        press(&mut session, "y\r");
        session.exp_eof().unwrap();
        assert_eq!(ended(session), 0);
        assert!(project.read(root).contains("mod clerk;"));
    }
}

#[test]
fn two_crate_roots_with_the_same_modules_are_a_question() {
    let main = format!("mod web;\n\n{AXUM_MAIN}");
    let router = "pub fn router() -> axum::Router {\n    axum::Router::new()\n}\n";
    let files = [
        ("Cargo.toml", support::AXUM_MANIFEST),
        ("src/main.rs", &main),
        ("src/lib.rs", "pub mod web;\n"),
        ("src/web.rs", router),
    ];
    let down = "\u{1b}[B";
    for (keys, root) in [("", "src/lib.rs"), (down, "src/main.rs")] {
        let project = Project::new(&files);
        let arguments = ["init", "--framework", "axum", "--profile", "dev", "--set", "callers=native"];
        let mut session = start(&project, &arguments);
        see(&mut session, "Both crate roots build `src/web.rs`");
        press(&mut session, &format!("{keys}\r"));
        see(&mut session, "Apply these changes?");
        press(&mut session, "y\r");
        session.exp_eof().unwrap();
        assert_eq!(ended(session), 0);
        assert!(project.read(root).contains("mod clerk;"));
        // The answer is on record.
        assert_eq!(project.run(&["diff", "--exit-code"]).code(), 0);
    }
    // Modules that do not concern the framework may be in both.
    let project = Project::new(&[files[0], files[1], files[2], ("src/web.rs", "pub fn name() {}\n")]);
    project.run(&["init", "--yes"]).expect(0);
}

#[test]
fn a_framework_that_is_not_supported_is_no_choice() {
    let manifest = support::AXUM_MANIFEST;
    let old = manifest.replace("axum = \"0.8\"", "axum = \"0.6\"");
    let project = Project::new(&[("Cargo.toml", &old), ("src/main.rs", AXUM_MAIN)]);
    let mut session = start(&project, &["init"]);
    let said = session.exp_eof().unwrap();
    assert!(said.contains("depends on Axum ^0.6, which is not supported"), "{said}");
    assert!(!said.contains("Which framework?"), "{said}");
    assert_eq!(ended(session), 4);
    let both = format!("{old}actix-web = \"4\"\n");
    let project = Project::new(&[("Cargo.toml", &both), ("src/main.rs", AXUM_MAIN)]);
    let mut session = start(&project, &["init"]);
    let said = session.exp_string("Actix Web 4").unwrap();
    assert!(said.contains("Which framework?") && !said.contains("0.6"), "{said}");
}

/// A terminal that is left raw shows nothing that is typed.
#[test]
fn a_signal_gives_the_terminal_back() {
    for signal in ["TERM", "HUP", "INT"] {
        let project = Project::axum();
        let before = project.tree();
        let mut shell = project.command("sh");
        shell.env("TERM", "xterm").env("PROGRAM", program());
        shell.args([
            "-c",
            "stty sane; echo shell $$; trap : HUP INT TERM; \"$PROGRAM\" init; echo ended with $?; stty -a",
        ]);
        let options = Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
        let mut session = spawn_with_options(shell, options).unwrap();
        let (_, shell) = session.exp_regex("shell [0-9]+").unwrap();
        let shell = shell.trim_start_matches("shell ");
        see(&mut session, "Which framework?");
        let children = Command::new("pgrep").args(["-P", shell]).output().unwrap();
        let program = String::from_utf8(children.stdout).unwrap();
        assert!(Command::new("kill").args(["-s", signal, program.trim()]).status().unwrap().success());
        see(&mut session, "stopped; nothing was changed");
        see(&mut session, "ended with 1\r");
        let settings = session.exp_eof().unwrap();
        assert!(settings.contains(" icanon") && settings.contains(" echo "), "{signal}: {settings}");
        assert_eq!(project.tree(), before);
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let project = Project::axum();
        let mut command = project.command(program());
        command.args(arguments).env("TERM", "xterm-256color");
        // With `CI` a dumb terminal counts as one that can show colours.
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "CI"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
        let end = if arguments.contains(&"--help") { "--quiet" } else { "Axum 0.8" };
        let said = session.exp_string(end).unwrap();
        // Moving the cursor is no colour.
        said.split("\u{1b}[")
            .skip(1)
            .any(|code| code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
    };
    for arguments in [&["init"][..], &["init", "--help"]] {
        let with = |more: &[&'static str]| [arguments, more].concat();
        assert!(coloured(arguments, &[]), "{arguments:?}");
        assert!(coloured(&with(&["--color", "always"]), &[("NO_COLOR", "1")]), "{arguments:?}");
        assert!(coloured(&with(&["--color=auto"]), &[("CARGO_TERM_COLOR", "never")]), "{arguments:?}");
        assert!(!coloured(&with(&["--color", "never"]), &[]), "{arguments:?}");
        assert!(!coloured(&with(&["--color=never"]), &[("CARGO_TERM_COLOR", "always")]), "{arguments:?}");
        for variable in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb"), ("CARGO_TERM_COLOR", "never")] {
            assert!(!coloured(arguments, &[variable]), "{arguments:?} with {variable:?}");
        }
    }
}

/// A patch in a file or a pipe can be applied, whatever the environment says of colours.
#[test]
fn what_is_not_on_a_terminal_has_colours_only_where_the_command_line_asks_for_them() {
    let project = Project::axum();
    let dry = ["init", "--yes", "--dry-run"];
    let forced = [("CARGO_TERM_COLOR", "always"), ("CLICOLOR_FORCE", "1")];
    for variable in forced {
        let patch = project.run_with(&dry, &[variable]).expect(0).stdout();
        assert!(patch.contains("+mod clerk;") && !patch.contains('\u{1b}'), "{variable:?}");
        for help in [&["--help"][..], &["init", "--help"]] {
            let help = project.run_with(help, &[variable]).expect(0).stdout();
            assert!(!help.contains('\u{1b}'), "{variable:?}: {help}");
        }
    }
    let asked = project.run_with(&[&dry[..], &["--color", "always"]].concat(), &[("NO_COLOR", "1")]);
    assert!(asked.expect(0).stdout().contains("\u{1b}[32m+mod clerk;"));
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

#[test]
fn a_new_question_is_asked_again_until_its_answer_is_a_value() {
    let team = Team::new();
    team.question();
    let (choice, number) =
        ("kind = \"choice\"\nvalues = [\"none\", \"all\"]\n", "kind = \"number\"\nminimum = 1\nmaximum = 9\n");
    team.template("shared/blueprint.toml", choice, number);
    let (words, numbers) =
        ("dev = \"none\", prod = \"none\", high-security = \"all\"", "dev = 3, prod = 3, high-security = 3");
    team.template("shared/blueprint.toml", words, numbers);
    team.newer();
    let folder = team.blueprints();
    let mut session = start(&team.project, &["update", "--blueprints", folder.to_str().unwrap()]);
    see(&mut session, "What is audited?");
    for wrong in ["99", "many"] {
        press(&mut session, &format!("{wrong}\r"));
        see(&mut session, "is not valid for the setting `audit`");
        press(&mut session, &"\u{7f}".repeat(9));
    }
    press(&mut session, "7\r");
    see(&mut session, "Apply these changes?");
    press(&mut session, "y\r");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 0);
    assert!(team.read("clerk-sessions.toml").ends_with("\naudit = 7\n"));
}

#[test]
fn whether_an_interrupted_run_is_put_back_is_asked() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let whole = project.tree();
    interrupt(&project);
    let half = project.tree();
    for (answer, code, after) in [("n", 1, &half), ("y", 0, &whole)] {
        let mut session = start(&project, &["undo"]);
        see(&mut session, "an earlier run was interrupted, and left these files changed:");
        see(&mut session, "src/main.rs");
        see(&mut session, "Put them back?");
        press(&mut session, answer);
        press(&mut session, "\r");
        let _ = session.exp_eof();
        assert_eq!(ended(session), code, "{answer}");
        assert!(project.tree() == *after, "{answer}");
    }
}

#[test]
fn what_comes_is_a_tree_and_the_rest_can_be_looked_at() {
    let project = Project::axum();
    let before = project.tree();
    let answers = ["init", "--profile", "prod", "--set", "callers=backend"];
    let mut session = start(&project, &answers);
    see(&mut session, "Which framework?");
    press(&mut session, "\r");
    let overview = session.exp_string("Apply these changes?").unwrap();
    assert!(overview.contains("+mod clerk;") && overview.contains("+serde"), "{overview}");
    assert!(overview.contains("Created: "), "{overview}");
    assert!(overview.contains("src/clerk/") && overview.contains("\n    mod.rs "), "{overview}");
    assert!(overview.contains("clerk-sessions.lock: the record"), "{overview}");
    assert!(overview.lines().count() < 250, "{}", overview.lines().count());
    assert!(!overview.contains("+pub struct Session"), "{overview}");
    // A key that means nothing is asked for again.
    press(&mut session, "x\r");
    press(&mut session, "\u{7f}v\r");
    see(&mut session, "+pub struct Session");
    see(&mut session, "Apply these changes?");
    press(&mut session, "f\r");
    see(&mut session, "Which file?");
    press(&mut session, "main.rs\r");
    see(&mut session, "diff --git a/src/main.rs b/src/main.rs");
    see(&mut session, "Apply these changes?");
    press(&mut session, "n\r");
    see(&mut session, "declined");
    session.exp_eof().unwrap();
    assert_eq!(ended(session), 1);
    assert_eq!(project.tree(), before);
}

/// The pager is the user's: neither what the repository brings, nor what its git settings name.
#[test]
fn no_pager_of_the_repository_is_started() {
    let project = Project::axum();
    project.write("bin/less", "#!/bin/sh\necho hostile > hostile\n");
    project.git(&["config", "core.pager", "./bin/less"]);
    let marks = project.path().join("bin/less");
    std::fs::set_permissions(&marks, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for pager in [marks.to_str().unwrap(), "bin/less", "./bin/less", "", "cat"] {
        let mut command = project.command(program());
        command.args(["init", "--profile", "dev", "--set", "callers=native", "--allow-dirty"]);
        command.env("TERM", "dumb").env("PAGER", pager);
        let options = Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
        let mut session = spawn_with_options(command, options).unwrap();
        see(&mut session, "Its number [1]:");
        press(&mut session, "\r");
        see(&mut session, "Apply these changes? (N/y/v/f)");
        press(&mut session, "v\r");
        see(&mut session, "+pub struct Session");
        see(&mut session, "Apply these changes? (N/y/v/f)");
        press(&mut session, "\r");
        session.exp_eof().unwrap();
        assert_eq!(ended(session), 1);
        assert!(!project.exists("hostile"), "{pager}");
    }
}

/// A dumb terminal is asked line by line, without a sequence that moves its cursor.
#[test]
fn a_terminal_that_moves_no_cursor_is_asked_line_by_line() {
    let project = Project::axum();
    let mut command = project.command(program());
    command.args(["init"]).env("TERM", "dumb").env("NO_COLOR", "1");
    let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
    let mut said = String::new();
    for (question, answer) in [
        ("Its number [1]:", ""),
        ("Its number [", "9"),
        ("a number from 1 to 3", "high-security"),
        ("Their numbers, separated by commas [1]:", "2, 1, 2"),
        (">", "example.com"),
        (">", "https://app.example.com"),
        ("Apply these changes? (N/y/v/f)", "maybe"),
        ("one of: N/y/v/f", "yes"),
    ] {
        said += &session.exp_string(question).unwrap_or_else(|cause| panic!("no `{question}`: {cause}\n{said}"));
        press(&mut session, &format!("{answer}\r"));
    }
    said += &session.exp_eof().unwrap();
    assert_eq!(ended(session), 0);
    assert!(!said.contains('\u{1b}'), "{said:?}");
    assert!(project.read("clerk-sessions.toml").contains("profile = \"high-security\""));
    assert!(project.read(".env.example").contains("CLERK_AUTHORIZED_PARTIES=https://app.example.com\n"));
    assert!(project.read("clerk-sessions.toml").contains("callers = [\"browser\", \"native\"]"));
    project.run(&["check"]).expect(0);
    // The end of the input is no answer, and Ctrl-C is none either.
    for key in ["\u{4}", "\u{3}"] {
        let project = Project::axum();
        let before = project.tree();
        let mut command = project.command(program());
        command.args(["init"]).env("TERM", "dumb");
        let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
        see(&mut session, "Its number [1]:");
        press(&mut session, key);
        see(&mut session, "stopped; nothing was changed");
        session.exp_eof().unwrap();
        assert_eq!(ended(session), 1);
        assert_eq!(project.tree(), before);
    }
}

/// Nobody answers five questions to be refused for what was known before the first.
#[test]
fn files_that_are_not_committed_are_refused_before_the_first_question() {
    let project = Project::axum();
    project.write("src/main.rs", &(AXUM_MAIN.to_owned() + "// Not committed.\n"));
    let mut session = start(&project, &["init"]);
    let said = session.exp_eof().unwrap();
    assert!(said.contains("this file has changes that are not committed") && said.contains("src/main.rs"), "{said}");
    assert!(!said.contains("Which framework?"), "{said}");
    assert_eq!(ended(session), 4);
    let bare = Project::bare(&[("Cargo.toml", support::AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    let mut session = start(&bare, &["init"]);
    let said = session.exp_eof().unwrap();
    assert!(said.contains("not under version control") && !said.contains("Which framework?"), "{said}");
    let mut session = start(&project, &["init", "--allow-dirty"]);
    see(&mut session, "Which framework?");
}
