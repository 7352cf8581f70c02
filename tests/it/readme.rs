//! What `README.md` says of commands, flags and settings is so.

use std::collections::BTreeSet;
use std::fs;

use cargo_clerk_sessions::blueprint::{self, Setting};
use cargo_clerk_sessions::cli::Cli;
use cargo_clerk_sessions::codes::{self, Code, ERRORS, REMARKS};
use cargo_clerk_sessions::settings::{self, PROFILES, Value};
use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};

use support::{Project, repository, tree, updates};

/// The text without its fenced blocks, and the lines in those.
fn readme() -> (String, Vec<String>) {
    let text = fs::read_to_string(repository().join("README.md")).unwrap();
    let (mut prose, mut fenced, mut inside) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        match inside {
            _ if line.starts_with("```") => inside = !inside,
            true => fenced.push(line.to_owned()),
            false => prose.push_str(&format!("{line}\n")),
        }
    }
    (prose, fenced)
}

/// What stands between backticks.
fn spans(prose: &str) -> impl Iterator<Item = &str> {
    prose.split('`').skip(1).step_by(2)
}

fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

#[test]
fn every_command_line_parses() {
    let (prose, fenced) = readme();
    let mut tried = 0;
    for text in spans(&prose).map(str::to_owned).chain(fenced) {
        let line = text.split_once("cargo clerk-sessions ").or_else(|| text.split_once("cargo run -- "));
        let Some((_, arguments)) = line else { continue };
        let arguments = arguments.replace("<shell>", "bash");
        let line = ["cargo-clerk-sessions"].into_iter().chain(arguments.split_whitespace());
        program().try_get_matches_from(line).unwrap_or_else(|cause| panic!("`{text}`: {cause}"));
        tried += 1;
    }
    assert!(tried > 5, "only {tried} command lines");
}

#[test]
fn every_command_is_named() {
    let (prose, fenced) = readme();
    let code = spans(&prose).chain(fenced.iter().map(String::as_str));
    let named: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    for command in program().get_subcommands().map(Command::get_name).filter(|name| *name != "help") {
        assert!(named.contains(&command), "`{command}` is not named");
    }
}

/// The section of a command and the row of one speak of that one, the rest of any. Values that are listed are all there are.
#[test]
fn every_flag_exists_with_its_values() {
    let (program, (prose, _)) = (program(), readme());
    let command = |text| program.find_subcommand(spans(text).next()?);
    let mut tried = 0;
    for section in prose.replace("\\|", "¦").split("\n## ") {
        let of_section = command(section.lines().next().unwrap());
        for part in section.split("\n| ").flat_map(|part| part.split("\n\n")) {
            let own = command(part).filter(|_| part.starts_with('`')).or(of_section);
            let commands: Vec<&Command> = own.map_or_else(|| program.get_subcommands().collect(), |one| vec![one]);
            for span in spans(part).filter(|span| !span.starts_with("cargo ")) {
                tried += flags(span, &commands);
            }
        }
    }
    assert!(tried > 30, "only {tried} flags");
}

/// Looks the flags of a text up, and says how many there are.
fn flags(text: &str, commands: &[&Command]) -> usize {
    let words: Vec<&str> = text.split([' ', '\n', '=']).collect();
    let flags = words.iter().enumerate().filter(|(_, word)| word.starts_with('-'));
    let mut count = 0;
    for (at, flag) in flags {
        let is_it = |argument: &&Arg| match flag.strip_prefix("--") {
            Some(long) => argument.get_long() == Some(long),
            None => argument.get_short().is_some_and(|short| format!("-{short}") == **flag),
        };
        let found = commands.iter().flat_map(|command| command.get_arguments()).find(is_it);
        let argument = found.unwrap_or_else(|| panic!("no such flag: `{text}`"));
        if let Some(listed) = words.get(at + 1).filter(|word| word.contains(['|', '¦'])) {
            let possible = argument.get_possible_values();
            let possible: BTreeSet<&str> = possible.iter().map(PossibleValue::get_name).collect();
            assert_eq!(listed.split(['|', '¦']).collect::<BTreeSet<_>>(), possible, "`{text}`");
        }
        count += 1;
    }
    count
}

/// A default as the table shows it.
fn shown(setting: &Setting, profile: &str) -> String {
    match settings::default(setting, profile) {
        Value::Words(words) if words.is_empty() => "–".to_owned(),
        Value::Words(words) if words == setting.values => "both".to_owned(),
        Value::Words(words) => words.join(", "),
        value => settings::literal(setting, &value).trim_matches('"').to_owned(),
    }
}

#[test]
fn the_table_of_settings_is_that_of_the_blueprints() {
    let (prose, _) = readme();
    let table = prose.split_once("| setting | dev | prod | high-security |").unwrap().1;
    let table = table.split("\n\n").next().unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(2).map(|row| row.split(" | ").collect()).collect();
    let blueprints = blueprint::load_all(&blueprint::embedded()).unwrap();
    for blueprint in blueprints {
        let settable: Vec<&Setting> = blueprint.settings.iter().filter(|setting| !setting.fixed).collect();
        assert_eq!(rows.len(), settable.len(), "{}", blueprint.name);
        for setting in settable {
            let is_it = |row: &&Vec<&str>| spans(row[0]).next() == Some(setting.name.as_str());
            let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("`{}` is not in the table", setting.name));
            let cells: Vec<&str> = row[1..].iter().map(|cell| cell.trim_end_matches([' ', '|'])).collect();
            assert_eq!(cells, PROFILES.map(|profile| shown(setting, profile)), "{}", setting.name);
        }
    }
}

#[test]
fn every_key_of_the_documents_is_named() {
    let (prose, _) = readme();
    let project = Project::axum();
    let keys = |arguments: &[&str]| {
        let document: serde_json::Value = serde_json::from_str(&project.run(arguments).expect(0).stdout()).unwrap();
        document.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    for key in keys(&["init", "--yes", "--dry-run", "--format", "json"]) {
        assert!(prose.contains(&format!("\"{key}\"")), "`{key}` is not named");
    }
    project.run(&["init", "--yes"]).expect(0);
    assert_eq!(keys(&["diff", "--workspace", "--format", "json"]), ["packages", "version"]);
    assert!(prose.contains("{\"version\":1,\"packages\":[…]}"));
}

/// What CI installs is what `Install` tells a person to, and goals stand where the benches are explained.
#[test]
fn what_is_installed_is_the_same_everywhere() {
    let (prose, fenced) = readme();
    let commands =
        fenced.iter().filter_map(|line| Some(line.split_once("cargo install ")?.1.split_once('#')?.0.trim()));
    let mut commands: Vec<&str> = commands.collect();
    commands.sort_unstable();
    assert_eq!(commands, ["--locked --path .", "--locked cargo-clerk-sessions", "--locked cargo-clerk-sessions"]);
    assert!(!prose.contains("| goal"));
}

/// Programs that are named here are those that a trace of the tool finds; what is written beside the diff, too.
#[test]
fn what_is_promised_of_security_is_said_in_both_places() {
    let (prose, _) = readme();
    let security = fs::read_to_string(repository().join(".github/SECURITY.md")).unwrap();
    for word in ["`--verify`", "`.git`", "`.clerk-sessions.journal`", "git, cargo", "cargo +stable clerk-sessions"] {
        assert!(security.contains(word), "SECURITY.md does not say {word}");
        assert!(prose.to_lowercase().contains(&word.to_lowercase()), "README.md does not say {word}");
    }
    assert!(!security.contains('@') && !security.contains("http"), "no address stands in SECURITY.md");
}

/// `UPDATE=1` writes the list anew.
#[test]
fn every_code_is_listed_with_its_cause_and_its_cure() {
    let path = repository().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (start, end) = ("<!-- codes -->\n", "<!-- end of codes -->");
    let (head, rest) = readme.split_once(start).unwrap();
    let (listed, tail) = rest.split_once(end).unwrap();
    let expected = format!("\n{}\n", codes::markdown());
    if updates() {
        fs::write(&path, [head, start, &expected, end, tail].concat()).unwrap();
    } else {
        assert_eq!(listed, expected);
    }
    let man = Project::axum().run(&["man"]).expect(0).stdout();
    let all: Vec<Code> = ERRORS.iter().chain(REMARKS).copied().chain(codes::findings()).collect();
    for one in &all {
        assert!(man.contains(&format!("\\fB{}\\fR\n", one.code.replace('-', "\\-"))), "{} is not in `man`", one.code);
        for sentence in [one.cause, one.cure] {
            assert!(sentence.starts_with(|c: char| !c.is_lowercase()) && sentence.ends_with('.'), "{sentence}");
        }
    }
    assert!([ERRORS, REMARKS].iter().all(|list| list.is_sorted_by_key(|one| one.code)));
}

/// What the sources answer as a code is in the list, and nothing else is.
#[test]
fn the_list_of_codes_is_complete() {
    let mut answered: BTreeSet<String> = ["usage".to_owned()].into();
    let mut remarks = BTreeSet::new();
    for (path, bytes) in tree(&repository().join("src")) {
        let source = String::from_utf8(bytes).unwrap();
        // A file's own code and not that of its tests.
        for body in source.split("fn code(&self) -> &'static str {").skip(1) {
            let body = &body[..body.find("\n    }\n").unwrap_or_else(|| panic!("{path}"))];
            let codes = if path == "remark.rs" { &mut remarks } else { &mut answered };
            // What an arm is there under is no code.
            let arms = body.lines().filter(|line| !line.trim_start().starts_with("#[cfg"));
            codes.extend(arms.flat_map(|arm| arm.split('"').skip(1).step_by(2)).map(str::to_owned));
        }
    }
    let listed: BTreeSet<String> = ERRORS.iter().map(|one| one.code.to_owned()).collect();
    assert_eq!(answered, listed);
    assert_eq!(remarks, REMARKS.iter().map(|one| one.code.to_owned()).collect());
}

/// In the generated code a reason is a line with its status and its word.
#[test]
fn every_reason_of_a_refusal_has_its_row() {
    let sources = blueprint::embedded();
    let source = &sources["shared/files/module/rejection.rs"];
    let (constants, _) = source.split_once("const fn of(").unwrap();
    let told = constants.split(" of(").skip(1).filter_map(|one| one.split_once(", \"")).filter_map(|(status, rest)| {
        let (word, _) = rest.split_once('"')?;
        Some((format!("`{word}`"), status.to_owned()))
    });
    let told: BTreeSet<(String, String)> = told.collect();
    let (prose, _) = readme();
    let (_, table) = prose.split_once("| reason | | what it means | what to do |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(cells[3].len() > 10 && cells[4].len() > 10, "{row}");
        (cells[1].to_owned(), cells[2].to_owned())
    });
    let rows: BTreeSet<(String, String)> = rows.collect();
    assert!(told.len() > 30, "{told:?}");
    assert_eq!(rows, told);
}
