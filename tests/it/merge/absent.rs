//! Generated files that are not there when an update comes: deleted, or left out by a sparse checkout. What the update
//! brought to them is neither lost nor forgotten.

use std::fs;

use support::Ran;
use support::team::Team;

const FILE: &str = "src/clerk/verify/revocation.rs";

/// A new version that matters to the security of the file.
fn fix(team: &Team) {
    team.template("shared/files/module/verify/revocation.rs", "= 100_000;", "= 50_000;");
    team.raise(true);
    let facts = team.blueprints().join("axum/blueprint.toml");
    let text = fs::read_to_string(&facts).unwrap();
    fs::write(facts, text + "files = [\"module/verify/revocation.rs\"]\n").unwrap();
}

fn checked(team: &Team, code: i32) -> Ran {
    team.run("check", &["--security"]).expect(code)
}

/// The file is back as it was before: `check` knows, `diff` shows it, and an update brings it what it lacks.
fn comes_back(team: &Team) {
    assert!(team.read(FILE).contains("100_000"));
    assert!(checked(team, 1).stdout().contains("lacks what version 2 brought"));
    team.run("check", &[]).expect(1);
    team.run("diff", &["--exit-code"]).expect(1);
    team.update().expect(0);
    assert!(team.read(FILE).contains("50_000"));
    checked(team, 0);
    team.run("check", &[]).expect(0);
    team.run("diff", &["--exit-code"]).expect(0);
}

#[test]
fn one_that_a_sparse_checkout_leaves_out() {
    let team = Team::new();
    fix(&team);
    team.project.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/src/clerk/verify/revocation.rs"]);
    assert!(!team.project.exists(FILE));
    team.update().expect(0);
    assert!(checked(&team, 1).stdout().contains("src/clerk/verify/revocation.rs"));
    assert!(team.read("src/clerk/verify/mod.rs").contains("mod revocation;"), "it is not deleted");
    team.run("diff", &["--exit-code"]).expect(0);
    team.project.commit();
    team.project.git(&["sparse-checkout", "disable"]);
    comes_back(&team);
}

#[test]
fn one_that_was_deleted_and_restored_from_history() {
    let team = Team::new();
    fix(&team);
    team.project.git(&["rm", "--quiet", FILE]);
    team.project.commit();
    // Nobody has seen it yet.
    team.run("check", &[]).expect(1);
    team.run("diff", &["--exit-code"]).expect(1);
    team.update().expect(0);
    team.project.commit();
    assert!(!team.project.exists(FILE));
    checked(&team, 1);
    team.project.git(&["checkout", "HEAD~2", "--", FILE]);
    team.project.commit();
    let module = team.read("src/clerk/verify/mod.rs");
    if !module.contains("mod revocation;") {
        team.project.write("src/clerk/verify/mod.rs", &format!("{module}\nmod revocation;\n"));
    }
    team.project.commit();
    comes_back(&team);
}

/// Where all of the code is old, that is what there is to say.
#[test]
fn one_that_is_there_is_not_asked_for_by_name() {
    let team = Team::new();
    fix(&team);
    let said = checked(&team, 1).stdout();
    assert!(said.contains("run `update`") && !said.contains("without"), "{said}");
}

#[test]
fn one_that_the_team_does_without() {
    let team = Team::new();
    team.project.git(&["rm", "--quiet", FILE]);
    team.undeclare("src/clerk/verify/mod.rs", "revocation");
    team.update();
    team.run("update", &["--yes", "--allow-dirty"]).expect(0);
    team.project.commit();
    fix(&team);
    team.update().expect(0);
    checked(&team, 1);
    for name in [FILE, "module/verify/revocation.rs"] {
        let settings = team.read("clerk-sessions.toml");
        team.project
            .write("clerk-sessions.toml", &settings.replace("# without = []", &format!("without = [\"{name}\"]")));
        checked(&team, 0);
        team.run("check", &[]).expect(0);
        team.project.write("clerk-sessions.toml", &settings);
    }
    let fresh = Team::new();
    fresh.run("init", &["--yes", "--set", &format!("without={FILE}")]).expect(0);
    assert!(fresh.read("clerk-sessions.toml").contains(&format!("without = [\"{FILE}\"]")));
}

#[test]
fn an_entry_that_was_cut_out_of_the_record_is_damage() {
    let team = Team::new();
    let record = team.read("clerk-sessions.lock");
    let (head, rest) = record.split_once("[[generated]]\nid = \"module/verify/revocation.rs\"").unwrap();
    let tail = &rest[rest.find("[[generated]]").unwrap()..];
    team.project.write("clerk-sessions.lock", &format!("{head}{tail}"));
    team.project.commit();
    team.run("check", &[]).expect(4);
    team.run("diff", &["--exit-code"]).expect(4);
    team.run("adopt", &["--yes"]).expect(0);
    team.run("check", &[]).expect(0);
    team.run("diff", &["--exit-code"]).expect(0);
}

#[test]
fn uncommitted_work_in_a_submodule_is_seen() {
    let team = Team::new();
    let inner = team.project.path().join("src/clerk");
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let mut command = std::process::Command::new("git");
        assert!(command.current_dir(&inner).args(who).args(arguments).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "state"]);
    team.project.git(&["rm", "-r", "--cached", "--quiet", "src/clerk"]);
    team.project.commit();
    fix(&team);
    team.edit(FILE, "= 100_000;", "= 70_000;");
    let said = team.run("update", &["--yes", "--conflict", "theirs"]).expect(4).stderr();
    assert!(said.contains("src/clerk/verify/revocation.rs (dirty)"), "{said}");
    assert!(team.read(FILE).contains("70_000"));
}

/// The record is the better part of what a review shows.
#[test]
fn the_record_is_small_and_changes_where_the_text_did() {
    let team = Team::new();
    let before = team.read("clerk-sessions.lock");
    team.newer();
    team.update().expect(0);
    let after = team.read("clerk-sessions.lock");
    let groups = |text: &str| text.split("[[generated]]").map(str::to_owned).collect::<Vec<_>>();
    let changed = groups(&before).iter().zip(groups(&after)).skip(1).filter(|(old, new)| *old != new).count();
    assert_eq!(changed, 1, "an entry changes where its text did");
    println!("{} bytes", after.len());
    assert!(after.len() < 130_000, "{} bytes", after.len());
}

#[test]
fn a_record_that_unpacks_to_more_than_it_may_is_refused() {
    use cargo_clerk_sessions::record::{self, RecordError};
    let team = Team::new();
    let good = record::parse(&team.read("clerk-sessions.lock")).unwrap();
    for (texts, length) in [(1, (1 << 20) + 1), (9, 1 << 20)] {
        let mut record = good.clone();
        for file in record.generated.iter_mut().take(texts) {
            let text = " ".repeat(length);
            file.sha256 = record::sha256(&text);
            file.base = text.as_str().into();
        }
        let text = record::write(record, None);
        assert!(text.len() < 200_000, "it is small as long as it is packed");
        assert!(
            matches!(record::parse(&text), Err(RecordError::Damaged { cause }) if cause.contains("unpacks to more"))
        );
    }
}
