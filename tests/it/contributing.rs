//! What `.github/CONTRIBUTING.md` says is so: every place exists, and its lists are whole.

use std::collections::BTreeSet;
use std::fs;

use support::team::Team;
use support::{AXUM_MANIFEST, Project, repository, tree};

fn page() -> String {
    fs::read_to_string(repository().join(".github/CONTRIBUTING.md")).unwrap()
}

/// What stands between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The section about how to add something.
fn section(page: &str, heading: &str) -> String {
    let rest = page.split_once(&format!("\n### {heading}\n")).unwrap_or_else(|| panic!("no section `{heading}`")).1;
    rest.split("\n### ").next().unwrap().to_owned()
}

/// The places of a list: what stands between backticks before the colon of each entry.
fn places(section: &str) -> BTreeSet<&str> {
    let entries = section.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    entries.flat_map(|(places, _)| spans(places)).collect()
}

#[test]
fn every_place_exists() {
    let page = page();
    let lists = page.split_once("\n## How to add something\n").unwrap().1;
    assert!(places(lists).len() > 20);
    for place in spans(lists).filter(|span| span.contains('/') && !span.contains('<')) {
        assert!(repository().join(place).exists(), "there is no `{place}`");
    }
}

/// The files of the program and of the tests' support that name the example are those of the list.
#[test]
fn nothing_else_of_the_program_names_the_example() {
    for heading in ["A framework", "A command", "A format for CI"] {
        let page = page();
        let section = section(&page, heading);
        let example = section.split_once("The example is `").unwrap().1.split('`').next().unwrap();
        for folder in ["src", "tests/support"] {
            let files = tree(&repository().join(folder)).into_iter();
            let naming = files.filter(|(_, bytes)| names(&String::from_utf8_lossy(bytes), example));
            let naming: BTreeSet<String> = naming.map(|(path, _)| format!("{folder}/{path}")).collect();
            let listed = places(&section).into_iter().filter(|place| place.starts_with(&format!("{folder}/")));
            assert_eq!(naming, listed.map(str::to_owned).collect(), "{heading}, in {folder}");
        }
    }
}

/// Whether a text has a word, in whatever case.
fn names(text: &str, word: &str) -> bool {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
}

/// A made-up setting, whose value the code reads: two places of the list, and the third is a row that `readme` asks for.
#[test]
fn a_setting_needs_no_other_place() {
    let team = Team::new();
    team.question();
    team.template("shared/files/module/config.rs", "\nuse ", "\n// Audited: «audit».\n\nuse ");
    assert_eq!(section(&page(), "A setting").matches("\n- ").count(), 3);
    team.run("update", &["--yes", "--set", "audit=all"]).expect(0);
    assert!(team.read("clerk-sessions.toml").contains("audit = \"all\""));
    assert!(team.read("src/clerk/config.rs").contains("// Audited: all."));
}

/// A made-up file: two places.
#[test]
fn a_generated_file_needs_no_other_place() {
    let team = Team::new();
    let text = "// clerk-sessions: module/verify/marker.rs\n//! Marks.\n";
    fs::write(team.blueprints().join("shared/files/module/verify/marker.rs"), text).unwrap();
    team.template("shared/files/module/verify/mod.rs", "mod keys;", "mod keys;\nmod marker;");
    assert_eq!(section(&page(), "A generated file").matches("\n- ").count(), 2);
    team.update().expect(0);
    assert_eq!(team.read("src/clerk/verify/marker.rs"), text);
}

/// A made-up framework is found by its crate, and gets the module: its folder is enough for the program.
#[test]
fn a_framework_needs_no_other_place_in_the_program() {
    let blueprints = tempfile::tempdir().unwrap();
    let team = blueprints.path().join("team");
    let project = Project::new(&[
        ("Cargo.toml", &AXUM_MANIFEST.replace("axum = \"0.8\"", "tide_ahead = \"0.8\"")),
        ("src/main.rs", "fn main() {\n    let _ = tide_ahead::Router::new();\n}\n"),
    ]);
    project.run(&["blueprints", "export", team.to_str().unwrap()]).expect(0);
    for (path, bytes) in tree(&team.join("axum")) {
        let path = team.join("tide").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let path = team.join("tide/blueprint.toml");
    let facts = fs::read_to_string(&path).unwrap();
    let named = facts.replacen("name = \"axum\"", "name = \"tide\"", 1);
    let named = named.replacen("crate = \"axum\"", "crate = \"tide_ahead\"", 1).replacen("\"Axum\"", "\"Tide\"", 1);
    fs::write(path, named).unwrap();
    let said = project.run(&["init", "--yes", "--blueprints", team.to_str().unwrap()]).expect(0).stderr();
    assert!(said.contains("Tide 0.8"), "{said}");
    assert!(project.exists("src/clerk/web/mod.rs") && project.read("src/main.rs").contains("mod clerk;"));
}

#[test]
fn every_target_has_its_row() {
    let page = page();
    let manifest: toml::Table = fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap();
    let targets: BTreeSet<&str> =
        manifest["test"].as_array().unwrap().iter().map(|target| target["name"].as_str().unwrap()).collect();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let mut named: BTreeSet<&str> = rows.filter_map(|row| row.split_once("--test ")?.1.split('`').next()).collect();
    named.extend(page.contains("| `tests/external/run.sh` |").then_some("external"));
    assert_eq!(named, targets);
}
