//! The command line.

use clap::builder::PossibleValue;
use clap::{CommandFactory, Parser};

use cargo_clerk_sessions::cli::{Cli, with_help};

use support::{Project, repository};

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
                let any = if long == "port" { "0" } else { "a=b" };
                line.push(possible.first().map_or(any, PossibleValue::get_name).to_owned());
            }
            Cli::command().try_get_matches_from(&line).unwrap_or_else(|cause| panic!("{line:?}: {cause}"));
            tried += 1;
        }
    }
    assert!(tried > 30, "only {tried} flags");
}

/// What a script passes to one command it can pass to all: those that neither ask nor write have nothing against it.
#[test]
fn flags_of_writing_are_taken_where_nothing_is_written() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    let before = project.tree();
    let flags = ["-n", "-y", "--no-input", "--allow-dirty", "--allow-staged", "--allow-no-vcs"];
    for command in [&["check"][..], &["diff"], &["status"], &["demo"], &["blueprints", "export", "templates"]] {
        project.run(&[command, &flags].concat()).expect(0);
    }
    assert!(project.tree() == before);
    let listed = project.run(&["blueprints", "export", "templates", "--dry-run"]).expect(0).stdout();
    assert!(listed.lines().any(|line| line.ends_with("/templates/shared/blueprint.toml")), "{listed}");
    let shown = project.run(&["demo", "--dry-run"]).expect(0).stdout();
    assert!(shown.contains("+mod clerk;") && !shown.contains("GET /health"), "{shown}");
}

#[test]
fn help_lists_the_settings() {
    let project = Project::bare(&[]);
    for line in [&["init", "--help"][..], &["help", "update"], &["man"]] {
        let help = project.run(line).expect(0).stdout().replace('\\', "");
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in ["maximum-token-age", "[one of: refuse, allow-header, allow]"] {
            assert!(help.contains(words), "{line:?} does not say {words}");
        }
        assert!(!help.contains("instance-keys"), "what is fixed cannot be set");
    }
}

#[test]
fn it_runs_with_and_without_cargos_word() {
    let project = Project::bare(&[]);
    let with = project.run(&["--version"]).expect(0).stdout();
    let without = std::process::Command::new(support::program()).arg("--version").output().unwrap();
    assert_eq!(with, String::from_utf8(without.stdout).unwrap());
    assert!(with.contains(env!("CARGO_PKG_VERSION")));
}

/// Calls the completion function as bash does: the program, the word at the cursor, the word before it.
const ASK_BASH: &str = "\
source ./completions.bash
COMP_WORDS=(\"$@\")
COMP_CWORD=$(($# - 1))
function=$(complete -p cargo-clerk-sessions | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function \"$1\" \"${@: -1}\" \"${@: -2:1}\"
echo \"${COMPREPLY[*]}\"
";

#[test]
fn bash_completes_below_the_commands() {
    let project = Project::bare(&[]);
    project.write("completions.bash", &project.run(&["completions", "bash"]).expect(0).stdout());
    let offered = |line: &[&str]| {
        let mut bash = std::process::Command::new("bash");
        bash.current_dir(project.path()).args(["-c", ASK_BASH, "bash", "cargo-clerk-sessions"]).args(line);
        let output = bash.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    assert_eq!(offered(&["upd"]), "update");
    assert_eq!(offered(&["init", "--pro"]), "--profile");
    assert_eq!(offered(&["init", "--profile", "h"]), "high-security");
    assert_eq!(offered(&["update", "--conflict", "t"]), "theirs");
    assert_eq!(offered(&["blueprints", "ex"]), "export");
}

/// As bash does it for `cargo clerk-sessions …`, with whatever completes cargo otherwise in its place.
const ASK_CARGO: &str = "\
_before() { COMPREPLY=(before); }
complete -F _before cargo
source ./completions.bash
COMP_WORDS=(\"$@\")
COMP_CWORD=$(($# - 1))
function=$(complete -p cargo | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function \"$1\" \"${@: -1}\" \"${@: -2:1}\"
echo \"${COMPREPLY[*]}\"
";

#[test]
fn bash_completes_what_stands_behind_cargo() {
    let project = Project::bare(&[]);
    project.write("completions.bash", &project.run(&["completions", "bash"]).expect(0).stdout());
    let offered = |line: &[&str]| {
        let mut bash = std::process::Command::new("bash");
        let output = bash.current_dir(project.path()).args(["-c", ASK_CARGO, "bash"]).args(line).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    assert_eq!(offered(&["cargo", "clerk-sessions", "upd"]), "update");
    assert_eq!(offered(&["cargo", "+stable", "clerk-sessions", "init", "--profile", "h"]), "high-security");
    assert_eq!(offered(&["cargo", "clerk-sess"]), "before");
    assert_eq!(offered(&["cargo", "build", "--rel"]), "before");
}

/// What is shown below the help of a command can be typed, and the README has the heading.
#[test]
fn every_example_parses_and_every_heading_is_there() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let program = with_help();
    let mut examples = 0;
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name();
        let help = command.get_after_help().unwrap_or_else(|| panic!("`{name}` has no examples")).to_string();
        let heading = help.split('"').nth(1).unwrap();
        let there = |line: &str| line.trim_start_matches('#').replace('`', "").trim() == heading;
        assert!(readme.lines().any(|line| line.starts_with('#') && there(line)), "no heading `{heading}` for `{name}`");
        for example in help.lines().filter(|line| line.trim_start().starts_with("cargo clerk-sessions ")) {
            let words = example.split_whitespace().skip(1).take_while(|word| *word != ">");
            Cli::try_parse_from(words).unwrap_or_else(|cause| panic!("{example}: {cause}"));
            examples += 1;
        }
        for line in help.lines().filter(|line| line.contains("cargo-clerk-sessions completions")) {
            let line = line.trim().replace('|', "\\|");
            assert!(readme.contains(&format!("`{line}`")), "the README does not have `{line}`");
        }
        let said = Project::bare(&[]).run(&[name, "--help"]).expect(0).stdout();
        assert!(said.contains("Examples:"), "{said}");
    }
    assert!(examples > 15, "{examples}");
}

#[test]
fn words_of_other_tools_get_a_tip() {
    let project = Project::bare(&[]);
    for (word, ours) in [("uninstall", "remove"), ("doctor", "status"), ("upgrade", "update"), ("revert", "undo")] {
        let said = project.run(&[word]).expect(2).stderr();
        assert!(said.contains(&format!("tip: a similar subcommand exists: '{ours}'")), "{said}");
    }
    for line in [&["init", "--leeway", "10"][..], &["init", "--leeway=10"], &["update", "--profile", "dev"]] {
        let name = line[1].split('=').next().unwrap().trim_start_matches("--");
        let said = project.run(line).expect(2).stderr();
        assert!(said.contains(&format!("tip: it is a setting: `--set {name}=<value>`")), "{said}");
    }
    assert!(!project.run(&["init", "--nonsense"]).expect(2).stderr().contains("it is a setting"));
}

#[test]
fn every_shell_has_a_completion_script() {
    let project = Project::bare(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = project.run(&["completions", shell]).expect(0).stdout();
        assert!(script.contains("allow-dirty"), "{shell}");
        let wraps = script.lines().any(|line| {
            let line = line.trim_start();
            let words = ["complete --command cargo ", "compdef _cargo_with", "complete -F _cargo_with"];
            words.iter().any(|words| line.starts_with(words))
        });
        assert_eq!(wraps, ["bash", "fish", "zsh"].contains(&shell), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let project = Project::bare(&[]);
    let printed = project.run(&["man"]).expect(0).stdout();
    assert_eq!(project.tree().len(), 0);
    project.write("share/man1/other.1", "");
    // The second time it finds its own pages.
    for _ in 0..2 {
        project.run(&["man", "share/man1"]).expect(0);
    }
    let pages = project.tree();
    let page = |name: &str| String::from_utf8(pages[&format!("share/man1/{name}.1")].clone()).unwrap();
    assert!(page("cargo-clerk-sessions-init").contains("\\-\\-profile"));
    assert!(page("cargo-clerk-sessions-blueprints-export").contains("DIR"));
    let together: usize = pages.values().map(Vec::len).sum();
    assert_eq!(printed.len(), together, "what is printed is not what is written");
    let referred = printed.lines().filter_map(|line| line.strip_suffix("(1)"));
    let referred: Vec<String> = referred.map(|name| name.replace('\\', "")).collect();
    assert!(referred.len() > 10, "{referred:?}");
    for name in referred {
        assert!(printed.contains(&format!(".TH {name} 1")), "there is no page {name}(1)");
    }
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

#[test]
fn what_stands_behind_two_hyphens_is_another_programs() {
    let project = Project::axum();
    let theirs = ["--color", "always", "--format", "json"];
    let ran = project.run(&[&["local", "--port", "99999", "--", "app"], &theirs[..]].concat()).expect(2);
    let said = ran.stderr();
    assert!(said.starts_with("error: ") && !said.contains('\u{1b}'), "{said}");
}

/// The files of a module that gets another name are counted, as those of a new one are.
#[test]
fn a_folder_that_comes_or_goes_is_one_line() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    let said = project.run(&["init", "--yes", "--module", "sessions"]).expect(0).stderr();
    let lines = |verb: &str| said.lines().filter(|line| line.trim_start().starts_with(verb)).collect::<Vec<_>>();
    assert!(matches!(lines("Created")[..], [one] if one.contains(" src/sessions/ (")), "{said}");
    assert!(matches!(lines("Removed")[..], [one] if one.contains(" src/clerk/ (")), "{said}");
    project.write("src/sessions/mod.rs", &format!("{}// mine\n", project.read("src/sessions/mod.rs")));
    let stat = project.run(&["diff", "--against", "base", "--format", "stat"]).expect(0).stdout();
    assert!(stat.ends_with(" 1 file changed, 1 insertion(+), 0 deletions(-)\n"), "{stat}");
}

/// A source that a program wrote must not end the run for want of a stack.
#[test]
fn deep_nesting_is_read() {
    let (open, close) = ("(".repeat(5_000), ")".repeat(5_000));
    let main = format!("fn main() {{\n    let _app = {open}axum::Router::new(){close};\n}}\n");
    let project = Project::new(&[("Cargo.toml", support::AXUM_MANIFEST), ("src/main.rs", &main)]);
    project.run(&["init", "--yes", "--wire"]).expect(0);
    assert!(project.read("src/main.rs").contains("mod clerk;"));
}
