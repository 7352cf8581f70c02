//! `check`: every state with its exit code, in every format.

use std::fs;

use serde_json::Value;

use support::team::Team;
use support::{Project, interrupt};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The status and the codes of the findings.
fn found(team: &Team, code: i32) -> (String, Vec<String>) {
    let document = json(&team.run("check", &["--format", "json"]).expect(code).stdout());
    assert_eq!(document["version"], 1);
    let package = &document["packages"][0];
    assert_eq!(package["exit_code"], code);
    let codes = package["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
    (package["status"].as_str().unwrap().to_owned(), codes.collect())
}

#[test]
fn current_and_the_owners_edits_are_no_drift() {
    let team = Team::new();
    assert_eq!(found(&team, 0), ("current".to_owned(), vec![]));
    team.project.write("src/clerk/custom.rs", &(team.read("src/clerk/custom.rs") + "\n// Ours.\n"));
    assert_eq!(found(&team, 0), ("current".to_owned(), vec!["edited".to_owned()]));
}

#[test]
fn outdated_counts_and_under_security_only_if_it_matters() {
    let team = Team::new();
    team.newer();
    assert_eq!(found(&team, 1), ("outdated".to_owned(), vec!["outdated".to_owned()]));
    team.run("check", &["--security"]).expect(0);
    team.raise(true);
    assert_eq!(found(&team, 1), ("security-outdated".to_owned(), vec!["security-outdated".to_owned()]));
    let ran = team.run("check", &["--security"]).expect(1);
    assert!(ran.stdout().contains("version 3: security: denies sooner"), "{}", ran.stdout());
    for format in ["github", "sarif"] {
        let shown = team.run("check", &["--format", format]).expect(1).stdout();
        assert!(shown.contains("version 3: security: denies sooner"), "{format}: {shown}");
    }
}

#[test]
fn a_missing_file_and_a_moved_one() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("src/clerk/refresh.rs")).unwrap();
    fs::rename(team.project.path().join("src/clerk/verify/revocation.rs"), team.project.path().join("src/blocked.rs"))
        .unwrap();
    assert_eq!(found(&team, 1), ("missing".to_owned(), vec!["missing".to_owned(), "moved".to_owned()]));
    team.run("check", &["--security"]).expect(0);
}

#[test]
fn an_interrupted_apply() {
    let team = Team::new();
    interrupt(&team.project);
    let (status, codes) = found(&team, 4);
    assert_eq!((status.as_str(), codes), ("interrupted", vec!["interrupted".to_owned()]));
    team.run("check", &["--security"]).expect(4);
}

#[test]
fn a_damaged_record() {
    let team = Team::new();
    team.project.write("clerk-sessions.lock", "format = 1\n");
    assert_eq!(found(&team, 4), ("record-damaged".to_owned(), vec!["record-damaged".to_owned()]));
    team.run("check", &["--security"]).expect(4);
}

#[test]
fn an_optional_session_fails_by_whatever_name() {
    let team = Team::new();
    let wrong = [
        ("Option<Session>", "\nfn a(session: Option<crate::clerk::Session>) {}\n"),
        (
            "Option<Session>",
            "use crate::clerk::Session;\nfn a(session: Option<Session>) {}\nfn b() {\n    use tower_sessions::Session;\n}\n",
        ),
        ("Option<Session>", "use crate::clerk::Session as Login;\nfn a(session: Option<Login>) {}\n"),
        ("Option<Session>", "use crate::clerk;\nfn a(visitor: Visitor) {}\ntype Visitor = Option<clerk::Session>;\n"),
        ("Result<Session, _>", "use crate::clerk::Session;\nfn a(session: Result<Session, crate::E>) {}\n"),
    ];
    for (written, source) in wrong {
        team.project.write("src/users.rs", source);
        let said = team.run("check", &[]).expect(1).stdout();
        assert!(said.contains(&format!("warning: src/users.rs:2 takes `{written}`")), "{said}");
        team.run("check", &["--security"]).expect(0);
    }
    assert_eq!(found(&team, 1), ("option-session".to_owned(), vec!["option-session".to_owned()]));
    team.project.write("src/users.rs", "use tower_sessions::Session;\nfn a(session: Option<Session>) {}\n");
    assert_eq!(found(&team, 0), ("current".to_owned(), vec![]));
}

#[test]
fn annotations_name_file_and_line() {
    let team = Team::new();
    team.newer();
    team.project.write("src/users.rs", "fn a(session: Option<Session>) {}\n");
    let text = team.run("check", &["--format", "github"]).expect(1).stdout();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("::warning file=clerk-sessions.lock,title="), "{text}");
    assert!(lines[1].starts_with("::warning file=src/users.rs,line=1,title=`Option<Session>`"), "{text}");
}

#[test]
fn sarif_has_its_required_members() {
    let team = Team::new();
    team.raise(true);
    let document = json(&team.run("check", &["--format", "sarif"]).expect(1).stdout());
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules: Vec<&str> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert!(rules.contains(&results[0]["ruleId"].as_str().unwrap()));
    assert_eq!(results[0]["level"], "error");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "clerk-sessions.lock");
    assert_eq!(place["region"]["startLine"], 1);
}

/// No cargo is asked where nothing that decides has changed: then there is none on the path.
#[test]
fn the_record_suffices_without_cargo() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    let empty = [("PATH", ""), ("CARGO", "/nowhere/cargo")];
    let ran = project.run_with(&["check"], &empty).expect(0);
    assert!(ran.stdout().contains("current"), "{}", ran.stdout());
    project.run_with(&["update", "--yes"], &empty).expect(4);
}

#[test]
fn it_never_writes() {
    let team = Team::new();
    team.newer();
    let before = team.project.tree();
    for format in ["human", "json", "github", "sarif"] {
        team.run("check", &["--format", format]).expect(1);
    }
    assert!(team.project.tree() == before);
}
