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
    // Nobody has wired the smallest project: `status` has a test about that.
    let codes = codes.filter(|code| code != "not-wired");
    (package["status"].as_str().unwrap().to_owned(), codes.collect())
}

#[test]
fn current_and_the_owners_edits_are_no_drift() {
    let team = Team::new();
    assert_eq!(found(&team, 0), ("current".to_owned(), vec![]));
    team.project.write("src/clerk/custom.rs", &(team.read("src/clerk/custom.rs") + "\n// Ours.\n"));
    assert_eq!(found(&team, 0), ("current".to_owned(), vec!["edited".to_owned()]));
}

/// What a profile is for does not go unsaid: at `init`, at `update`, and in every run on CI, where it fails nothing.
#[test]
fn a_setting_that_loosens_its_profile_is_said_everywhere() {
    let project = Project::axum();
    let loosened = ["--set", "azp-missing=allow", "--set", "client-uat=if-present", "--set", "cache-entries=1"];
    let said = project.run(&[&["init", "--yes", "--profile", "high-security"], &loosened[..]].concat()).expect(0);
    let update = project.run(&["update", "--yes", "--quiet"]).expect(0);
    for said in [said.stderr(), update.stderr()] {
        for setting in ["azp-missing=allow", "client-uat=if-present"] {
            let sentence = format!("warning: `{setting}` is less strict than the profile `high-security` has it");
            assert!(said.contains(&sentence), "{said}");
        }
        assert!(!said.contains("cache-entries="), "{said}");
    }
    let checked = project.run(&["check"]).expect(0).stdout();
    let line =
        project.read("clerk-sessions.toml").lines().position(|line| line.starts_with("azp-missing")).unwrap() + 1;
    let said =
        format!("warning: clerk-sessions.toml:{line} has `azp-missing=allow`, which is less strict than the profile");
    assert!(checked.contains(&said) && checked.contains("(axum 1): current"), "{checked}");
    project.run(&["check", "--security"]).expect(0);
    assert!(project.read("src/clerk/config.rs").contains("\"azp-missing=allow, client-uat=if-present\""));
    // Where native apps call, it is what they mean.
    let native = Project::axum();
    let said = native.run(&["init", "--yes", "--set", "callers=native", "--set", "azp-missing=allow-header"]).expect(0);
    assert!(!said.stderr().contains("less strict"), "{}", said.stderr());
    assert!(!native.read("src/clerk/config.rs").contains("fn loosened"));
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
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    fs::rename(team.project.path().join("src/clerk/verify/revocation.rs"), team.project.path().join("src/blocked.rs"))
        .unwrap();
    team.undeclare("src/clerk/mod.rs", "claims");
    team.undeclare("src/clerk/verify/mod.rs", "revocation");
    let (missing, edited) = ("missing".to_owned(), "edited".to_owned());
    let all = vec![missing.clone(), "moved".to_owned(), edited.clone(), edited];
    assert_eq!(found(&team, 1), (missing, all));
    team.run("check", &["--security"]).expect(0);
}

#[test]
fn an_interrupted_apply() {
    let team = Team::new();
    interrupt(&team.project);
    let (status, codes) = found(&team, 4);
    assert_eq!((status.as_str(), codes), ("interrupted", vec!["interrupted".to_owned()]));
    let document = json(&team.run("check", &["--format", "sarif"]).expect(4).stdout());
    let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".clerk-sessions.journal");
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
    let all = json(&team.run("check", &["--format", "sarif", "-v"]).expect(1).stdout());
    let notes = all["runs"][0]["results"].as_array().unwrap().iter().filter(|one| one["level"] == "note");
    assert_eq!(notes.map(|one| one["ruleId"].as_str().unwrap()).collect::<Vec<_>>(), ["not-wired"]);
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

/// A wrong answer is found with its line, in every format, and the setting that was meant is named.
#[test]
fn a_fault_in_the_settings_has_its_line() {
    let team = Team::new();
    let before = team.read("clerk-sessions.toml");
    team.project.write("clerk-sessions.toml", &before.replace("# leeway = 5", "leway = 5"));
    let line = team.read("clerk-sessions.toml").lines().position(|line| line == "leway = 5").unwrap() + 1;
    assert_eq!(found(&team, 2), ("settings".to_owned(), vec!["settings".to_owned()]));
    let said = format!("clerk-sessions.toml:{line} there is no setting `leway`; did you mean `leeway`?");
    let human = team.run("check", &[]).expect(2).stdout();
    assert!(human.contains(&said), "{human}");
    let github = team.run("check", &["--format", "github"]).expect(2).stdout();
    assert!(github.contains(&format!("::error file=clerk-sessions.toml,line={line},")), "{github}");
    let sarif = json(&team.run("check", &["--format", "sarif"]).expect(2).stdout());
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "settings");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], line);
    // What writes says it, too.
    let update = team.run("update", &["--yes"]).expect(2).stderr();
    let said = format!("error: clerk-sessions.toml:{line}: there is no setting `leway`; did you mean `leeway`?");
    assert!(update.contains(&said), "{update}");
    team.project.write("clerk-sessions.toml", &before.replace("# leeway = 5", "leeway = [\n"));
    let update = team.run("update", &["--yes"]).expect(4).stderr();
    assert!(update.contains("error: clerk-sessions.toml:") && !update.contains('^'), "{update}");
    // Without one that is near, nothing is guessed.
    team.project.write("clerk-sessions.toml", &before.replace("# leeway = 5", "colour = 5"));
    assert!(!team.run("update", &["--yes"]).expect(2).stderr().contains("did you mean"));
}

/// A `mod` line whose file is gone does not compile, whether or not an update has seen that it went.
#[test]
fn a_mod_line_without_its_file() {
    let team = Team::new();
    fs::remove_dir_all(team.project.path().join("src/clerk/tests")).unwrap();
    let face = team.read("src/clerk/mod.rs");
    let line = face.lines().position(|line| line.trim() == "mod tests;").unwrap() + 1;
    for _ in 0..2 {
        let said = team.run("check", &["--format", "github"]).expect(1).stdout();
        let place = format!("::error file=src/clerk/mod.rs,line={line},");
        assert!(said.contains(&place) && said.contains("names `src/clerk/tests"), "{said}");
        team.run("update", &["--yes", "--allow-dirty"]).expect(0);
    }
    team.undeclare("src/clerk/mod.rs", "tests");
    assert_eq!(team.run("check", &[]).code(), 0);
}

/// What only informs is a number in each run on CI, and listed where somebody asks.
#[test]
fn the_owners_edits_are_counted() {
    let team = Team::new();
    for file in ["custom.rs", "claims.rs"] {
        let path = format!("src/clerk/{file}");
        team.project.write(&path, &(team.read(&path) + "\n// Ours.\n"));
    }
    let said = team.run("check", &[]).expect(0).stdout();
    assert!(said.contains("note: 2 generated files are no longer as generated"), "{said}");
    assert!(!said.contains("custom.rs"), "{said}");
    assert!(team.run("check", &["-v"]).expect(0).stdout().contains("note: src/clerk/custom.rs has edits of yours"));
    assert!(!team.run("check", &["-q"]).expect(0).stdout().contains("note:"));
    assert_eq!(team.run("check", &["--format", "github"]).expect(0).stdout(), "");
    assert!(team.run("check", &["--format", "github", "-v"]).expect(0).stdout().starts_with("::notice "));
}
