//! What `README.md` promises of the module: what it costs, how a fix arrives, how it is tested and shared.
//! `UPDATE=1` writes the table of costs anew.

use std::fs;

use support::{Project, repository, updates};

/// The hosts that are measured, by the frameworks' titles.
const HOSTS: [(&str, &str); 3] = [("Axum", "axum_08"), ("Actix Web", "actix_4"), ("Rocket", "rocket_0_5")];

/// A host's row, in round numbers: what is left of them when somebody edits a template.
fn row(title: &str, folder: &str) -> String {
    let project = Project::copy(&repository().join("tests/hosts").join(folder));
    project.commit();
    let before = project.tree();
    project.run(&["init", "--yes"]).expect(0);
    let after = project.tree();
    let new = after.iter().filter(|(path, _)| path.starts_with("src/clerk/"));
    let (mut files, mut lines, mut own) = (0, 0, 0);
    for (path, bytes) in new {
        let count = String::from_utf8_lossy(bytes).lines().count();
        files += 1;
        lines += count;
        own += if path.contains("/tests/") || path.ends_with("tests.rs") || path.ends_with("testing.rs") {
            count
        } else {
            0
        };
    }
    let hundreds = |count: usize| format!("{}00", (count + 50) / 100);
    let added = |path: &str| {
        let lines = |tree: &std::collections::BTreeMap<String, Vec<u8>>| {
            tree.get(path).map_or(0, |bytes| String::from_utf8_lossy(bytes).lines().count())
        };
        lines(&after) - lines(&before)
    };
    let record = after["clerk-sessions.lock"].len().div_ceil(1000);
    format!("| {title} | {files} | {} | {} | {} | {record} KB |\n", hundreds(lines), hundreds(own), added("Cargo.toml"))
}

#[test]
fn what_it_costs_is_measured() {
    let path = repository().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (start, end) = ("<!-- costs -->\n", "<!-- end of costs -->");
    let (head, rest) = readme.split_once(start).unwrap();
    let (stated, tail) = rest.split_once(end).unwrap();
    let rows: String = HOSTS.iter().map(|(title, folder)| row(title, folder)).collect();
    let names = "| | files of the module | lines | of these tests | lines in `Cargo.toml` | record |";
    let expected = format!("\n{names}\n|---|---|---|---|---|---|\n{rows}\n");
    if updates() {
        fs::write(&path, [head, start, &expected, end, tail].concat()).unwrap();
    } else {
        assert_eq!(stated, expected);
    }
}

/// The part of the README below a heading.
fn section(heading: &str) -> String {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let rest = readme.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no `{heading}`")).1;
    rest.split("\n## ").next().unwrap().to_owned()
}

#[test]
fn a_security_fix_is_told_as_the_readme_says() {
    let section = section("### How a security fix arrives");
    let team = support::team::Team::new();
    team.raise(true);
    let ran = team.run("check", &["--security", "--format", "json"]).expect(1);
    assert!(ran.stdout().contains("security-outdated") && section.contains("`security-outdated`"), "{}", ran.stdout());
    assert!(ran.stdout().contains("denies sooner"), "{}", ran.stdout());
    let updated = team.update().expect(0);
    assert!(updated.stderr().contains("denies sooner"), "{}", updated.stderr());
    team.run("check", &["--security"]).expect(0);
}

/// The ways to test an application are those of the teams in `tests/hour`, whose tests run.
#[test]
fn applications_are_tested_as_the_readme_says() {
    let section = section("## Development and tests");
    let table = section.split_once("| | the application in a test |").unwrap().1;
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    let files = ["planner/later/api", "ledger/later", "courier/later"];
    assert_eq!(rows.len(), files.len());
    for (row, folder) in rows.iter().zip(files) {
        let recipe = row.split('`').nth(1).unwrap();
        let test = repository().join("tests/hosts").join(folder).join("tests/sessions.rs");
        assert!(fs::read_to_string(test).unwrap().contains(recipe), "{folder} has no {recipe}");
    }
}

/// Two services of `tests/hosts/fleet` are compiled with these two lines.
#[test]
fn several_services_share_as_the_readme_says() {
    let section = section("## Several services");
    let project = Project::copy(&repository().join("tests/hosts/fleet"));
    project.commit();
    let command = section.lines().find_map(|line| line.strip_prefix("$ cargo clerk-sessions ")).unwrap();
    let arguments: Vec<&str> = command.split(' ').chain(["--yes"]).collect();
    project.run(&arguments).expect(0);
    project.commit();
    let said = project.run_in("api", &["init", "--yes"]).expect(4).stderr();
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    for line in lines {
        assert!(section.lines().any(|one| one == line), "{line} is not in the README");
    }
}
