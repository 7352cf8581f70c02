//! The command line.

use clap::CommandFactory;

use cargo_clerk_sessions::cli::Cli;

use crate::support::Project;

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

/// Every flag that `--help` shows parses, with one of its values where it takes one.
#[test]
fn every_flag_in_help_parses() {
    let mut root = Cli::command();
    root.build();
    let mut tried = 0;
    for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
        for argument in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
            let long = argument.get_long().unwrap();
            if matches!(long, "help" | "version") {
                continue;
            }
            let mut line = vec!["cargo-clerk-sessions".to_owned(), command.get_name().to_owned()];
            match command.get_name() {
                "completions" => line.push("bash".to_owned()),
                "blueprints" => line.extend(["export".to_owned(), "folder".to_owned()]),
                _ => {}
            }
            line.push(format!("--{long}"));
            if argument.get_action().takes_values() {
                let possible = argument.get_possible_values();
                line.push(possible.first().map_or_else(|| "a=b".to_owned(), |value| value.get_name().to_owned()));
            }
            Cli::command().try_get_matches_from(&line).unwrap_or_else(|cause| panic!("{line:?}: {cause}"));
            tried += 1;
        }
    }
    assert!(tried > 30, "only {tried} flags");
}

#[test]
fn it_runs_with_and_without_cargos_word() {
    let project = Project::bare(&[]);
    let with = project.run(&["--version"]).expect(0).stdout();
    let without = std::process::Command::new(crate::support::PROGRAM).arg("--version").output().unwrap();
    assert_eq!(with, String::from_utf8(without.stdout).unwrap());
    assert!(with.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_and_the_manual_page_go_to_stdout() {
    let project = Project::bare(&[]);
    assert!(project.run(&["completions", "bash"]).expect(0).stdout().contains("clerk-sessions"));
    assert!(project.run(&["man"]).expect(0).stdout().contains(".TH"));
}

#[test]
fn wrong_usage_ends_with_2() {
    let project = Project::axum();
    project.run(&["init", "--framework", "gotham"]).expect(2);
    project.run(&["nonsense"]).expect(2);
    project.run(&["init", "--yes", "--set", "leeway"]).expect(2);
    project.run(&["init", "--yes", "--set", "leeway=90"]).expect(2);
    project.run(&["init", "--yes", "--set", "colour=red"]).expect(2);
    project.run(&["init", "--yes", "--set", "instance-keys=test"]).expect(2);
    project.run(&["init", "--yes", "--module", "fn"]).expect(2);
    assert!(!project.exists("clerk-sessions.lock"));
}

#[test]
fn errors_are_json_where_the_format_is() {
    let project = Project::new(&[("Cargo.toml", "[package]\nname = \"plain\"\n"), ("src/lib.rs", "")]);
    let ran = project.run(&["init", "--yes", "--format", "json"]).expect(4);
    let body: serde_json::Value = serde_json::from_str(&ran.stderr()).unwrap();
    assert_eq!(body["error"]["code"], "no-framework");
    assert!(body["error"]["message"].as_str().unwrap().contains("plain"));
    assert!(body["error"]["hint"].as_str().unwrap().contains("axum"));
    assert_eq!(ran.stdout(), "");
    let usage = project.run(&["init", "--framework", "gotham", "--format", "json"]).expect(2);
    let body: serde_json::Value = serde_json::from_str(&usage.stderr()).unwrap();
    assert_eq!(body["error"]["code"], "usage");
}
