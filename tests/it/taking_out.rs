//! `remove`, `undo` and `adopt`.

use std::fs;

use support::team::Team;
use support::{AXUM_MAIN, AXUM_MANIFEST, Project, repository, tree};

const YES: [&str; 2] = ["init", "--yes"];

#[test]
fn an_edited_file_stays_and_is_named() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let edited = project.read("src/clerk/custom.rs") + "\n// Ours.\n";
    project.write("src/clerk/custom.rs", &edited);
    project.commit();
    let ran = project.run(&["remove", "--yes"]).expect(0);
    assert!(ran.stderr().contains("src/clerk/custom.rs`: edited, so it stays"), "{}", ran.stderr());
    assert_eq!(project.read("src/clerk/custom.rs"), edited);
    assert!(!project.exists("src/clerk/mod.rs") && !project.exists("clerk-sessions.lock"));
    assert_eq!((project.read("Cargo.toml").as_str(), project.read("src/main.rs").as_str()), (AXUM_MANIFEST, AXUM_MAIN));
}

#[test]
fn force_takes_edited_files_too() {
    let project = Project::axum();
    let before = project.tree();
    project.run(&YES).expect(0);
    for path in ["src/clerk/custom.rs", "clerk-sessions.toml"] {
        project.write(path, &(project.read(path) + "\n# Ours.\n"));
    }
    project.commit();
    project.run(&["remove", "--yes", "--force"]).expect(0);
    assert!(project.tree() == before);
}

#[test]
fn insertions_go_although_the_user_edited_around_them() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    let manifest = project.read("Cargo.toml").replace("[dependencies]\n", "[dependencies]\n# Ours.\nanyhow = \"1\"\n");
    project.write("Cargo.toml", &manifest);
    let main =
        project.read("src/main.rs").replace("mod clerk;", "mod billing;\n#[rustfmt::skip]\nmod clerk;\nmod users;");
    project.write("src/main.rs", &main.replace("\"/\"", "\"/start\""));
    project.write(".env.example", &("FIRST=1\n".to_owned() + &project.read(".env.example") + "LAST=1\n"));
    project.commit();
    project.run(&["remove", "--yes"]).expect(0);
    let manifest = project.read("Cargo.toml");
    assert_eq!(manifest, AXUM_MANIFEST.replace("[dependencies]\n", "[dependencies]\n# Ours.\nanyhow = \"1\"\n"));
    let main = project.read("src/main.rs");
    assert!(!main.contains("clerk") && main.contains("mod billing;\n") && main.contains("mod users;\n"), "{main}");
    assert!(main.contains("\"/start\""));
    let example = project.read(".env.example");
    assert!(
        example.starts_with("FIRST=1\n") && example.ends_with("LAST=1\n") && !example.contains("CLERK"),
        "{example}"
    );
}

#[test]
fn an_entry_that_another_member_inherits_stays() {
    let member = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naxum.workspace = true\ntokio.workspace = true\n"
        )
    };
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\"]\n\n[workspace.dependencies]\naxum = \"0.8\"\ntokio = { version = \"1\", features = [\"full\"] }\n",
        ),
        ("a/Cargo.toml", &member("a")),
        ("a/src/main.rs", AXUM_MAIN),
        ("b/Cargo.toml", &member("b")),
        ("b/src/main.rs", AXUM_MAIN),
    ]);
    let before = project.tree();
    project.run(&["init", "--yes", "-p", "a"]).expect(0);
    project.commit();
    project.run(&["init", "--yes", "-p", "b"]).expect(0);
    project.commit();
    let both = project.read("Cargo.toml");
    assert!(both.contains("quick_cache"), "{both}");
    project.run(&["remove", "--yes", "-p", "a"]).expect(0);
    assert_eq!(project.read("Cargo.toml"), both, "`b` still inherits");
    project.commit();
    project.run(&["remove", "--yes", "-p", "b"]).expect(0);
    let after = project.tree();
    for path in ["a/Cargo.toml", "b/Cargo.toml", "a/src/main.rs"] {
        assert_eq!(after.get(path), before.get(path), "{path}");
    }
}

#[test]
fn a_dry_run_of_remove_is_the_real_one() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    project.commit();
    let before = project.tree();
    let patch = project.run(&["remove", "--dry-run"]).expect(0).stdout();
    assert!(project.tree() == before);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("patch"), patch).unwrap();
    project.git(&["apply", folder.path().join("patch").to_str().unwrap()]);
    let patched = project.tree();
    project.git(&["checkout", "--quiet", "--", "."]);
    project.run(&["remove", "--yes"]).expect(0);
    assert!(project.tree() == patched);
}

#[test]
fn nothing_to_remove_is_said() {
    let ran = Project::axum().run(&["remove", "--yes"]).expect(4);
    assert!(ran.stderr().contains("there is no `clerk-sessions.lock`"), "{}", ran.stderr());
}

#[test]
fn undo_reverts_each_kind_of_run() {
    let team = Team::new();
    let start = team.project.tree();
    team.newer();
    let steps: [&dyn Fn(); 3] = [
        &|| drop(team.update().expect(0)),
        &|| drop(team.run("init", &["--yes", "--set", "keys=pem"]).expect(0)),
        &|| drop(team.project.run(&["remove", "--yes"]).expect(0)),
    ];
    for step in steps {
        step();
        assert!(team.project.tree() != start);
        let shown = team.project.run(&["undo", "--dry-run"]).expect(0);
        assert!(shown.stdout().contains("diff --git"));
        team.project.run(&["undo", "--yes"]).expect(0);
        let after = team.project.tree();
        let differing: Vec<_> = start.keys().filter(|path| after.get(*path) != start.get(*path)).collect();
        assert!(after == start, "{differing:?}");
        team.project.run(&["undo", "--yes"]).expect(4);
    }
}

#[test]
fn undo_refuses_where_a_file_was_edited_since() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    project.write("src/clerk/custom.rs", "// mine\n");
    let before = project.tree();
    let ran = project.run(&["undo", "--yes"]).expect(4);
    assert!(ran.stderr().contains("src/clerk/custom.rs"), "{}", ran.stderr());
    assert!(project.tree() == before);
}

/// As every other command that writes: without a question, who wants it quiet is spared the diff.
#[test]
fn a_quiet_undo_shows_nothing() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    assert!(project.run(&["undo", "--dry-run", "--quiet"]).expect(0).stdout().contains("diff --git"));
    let ran = project.run(&["undo", "--yes", "--quiet"]).expect(0);
    assert_eq!((ran.stdout(), ran.stderr()), (String::new(), String::new()));
    assert!(!project.exists("src/clerk"));
}

#[test]
fn undo_needs_a_yes() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let ran = project.run(&["undo"]).expect(2);
    assert!(ran.stderr().contains("--yes"), "{}", ran.stderr());
    assert!(project.exists("src/clerk/mod.rs"));
}

#[test]
fn adopt_rebuilds_a_lost_record_byte_for_byte_but_for_the_crates() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    project.commit();
    let before = project.tree();
    fs::remove_file(project.path().join("clerk-sessions.lock")).unwrap();
    let ran = project.run(&["adopt", "--yes"]).expect(0);
    assert!(ran.stderr().contains("Cargo.toml`: which crates we added is not known"), "{}", ran.stderr());
    let record = |text: &str| cargo_clerk_sessions::record::parse(text).unwrap();
    let old = record(std::str::from_utf8(&before["clerk-sessions.lock"]).unwrap());
    let new = record(&project.read("clerk-sessions.lock"));
    assert_eq!(new.generated, old.generated);
    assert_eq!(new.blueprint, old.blueprint);
    let inserted = |record: &cargo_clerk_sessions::record::Record, path: &str| {
        record.patched_at(&path.into()).map(|file| file.inserted.clone())
    };
    for path in ["src/main.rs", ".env.example"] {
        assert_eq!(inserted(&new, path), inserted(&old, path), "{path}");
    }
    project.run(&["check"]).expect(0);
    let adopted = project.tree();
    project.run(&["update", "--yes"]).expect(0);
    assert!(project.tree() == adopted);
    project.run(&["adopt", "--yes"]).expect(4);
}

#[test]
fn adopt_says_what_it_could_not_match_and_keeps_edits() {
    let team = Team::new();
    let edited = team.read("src/clerk/custom.rs") + "\n// Ours.\n";
    team.project.write("src/clerk/custom.rs", &edited);
    fs::rename(
        team.project.path().join("src/clerk/verify/revocation.rs"),
        team.project.path().join("src/clerk/verify/blocked.rs"),
    )
    .unwrap();
    team.edit("src/clerk/verify/mod.rs", "mod revocation;", "mod blocked;");
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    fs::remove_file(team.project.path().join("clerk-sessions.lock")).unwrap();
    team.project.commit();
    let said = team.run("adopt", &["--yes"]).expect(0).stderr();
    assert!(said.contains("src/clerk/custom.rs`: not as version 1 generates it"), "{said}");
    assert!(said.contains("src/clerk/claims.rs`: not found"), "{said}");
    assert!(!said.contains("blocked.rs`: not") && !said.contains("revocation.rs`: not"), "{said}");
    team.project.commit();
    team.newer();
    team.update().expect(0);
    assert_eq!(team.read("src/clerk/custom.rs"), edited);
    assert!(team.read("src/clerk/verify/blocked.rs").contains("= 50_000;"));
}

/// What is left of a damaged record is used: then removing restores every byte.
#[test]
fn adopt_salvages_a_damaged_record() {
    type Damage = (&'static str, fn(&str) -> String);
    let damages: [Damage; 4] = [
        ("cut off", |text| text[..text.len() / 2].to_owned()),
        ("edited", |text| text.replacen("base = \"\"\"\n", "base = \"\"\"\n0", 1)),
        ("unmerged", |text| {
            text.replacen("tool = ", "<<<<<<< HEAD\ntool = \"9\"\n=======\n", 1).replacen(
                "[blueprint]",
                ">>>>>>> other\n[blueprint]",
                1,
            )
        }),
        ("noise", |_| "nothing of it".to_owned()),
    ];
    for (name, damage) in damages {
        let project = Project::axum();
        let before = project.tree();
        project.run(&YES).expect(0);
        let damaged = damage(&project.read("clerk-sessions.lock"));
        project.write("clerk-sessions.lock", &damaged);
        project.commit();
        let ran = project.run(&["update", "--yes"]).expect(4);
        assert!(ran.stderr().contains("adopt"), "{name}: {}", ran.stderr());
        project.run(&["check"]).expect(4);
        project.run(&["adopt", "--yes"]).expect(0);
        project.run(&["check"]).expect(0);
        if name != "noise" {
            project.commit();
            project.run(&["remove", "--yes"]).expect(0);
            let after = project.tree();
            let differing: Vec<_> = after.keys().filter(|path| after.get(*path) != before.get(*path)).collect();
            assert!(after == before, "{name}: {differing:?}");
        }
    }
}

#[test]
fn adopt_finds_nothing_where_nothing_is() {
    let project = Project::axum();
    let before = project.tree();
    let ran = project.run(&["adopt", "--yes"]).expect(4);
    assert!(ran.stderr().contains("no generated file was found"), "{}", ran.stderr());
    assert!(project.tree() == before);
}

#[test]
fn blueprints_are_exported_whole_and_only_into_an_empty_folder() {
    let project = Project::bare(&[]);
    project.run(&["blueprints", "export", "ours/blueprints"]).expect(0);
    let exported = tree(&project.path().join("ours/blueprints"));
    assert!(exported == tree(&repository().join("blueprints")));
    let ran = project.run(&["blueprints", "export", "ours"]).expect(4);
    assert!(ran.stderr().contains("`ours` is not a new or empty folder"), "{}", ran.stderr());
    fs::create_dir(project.path().join("empty")).unwrap();
    project.run(&["blueprints", "export", "empty"]).expect(0);
    assert!(project.exists("empty/shared/blueprint.toml"));
    let leftovers: Vec<_> = project.tree().into_keys().filter(|path| path.contains("journal")).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

/// What `remove` has left is the user's, and neither command sends them to the other.
#[test]
fn what_was_left_is_named_by_who_meets_it() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    project.write("src/clerk/custom.rs", &(project.read("src/clerk/custom.rs") + "\n// Ours.\n"));
    project.commit();
    project.run(&["remove", "--yes"]).expect(0);
    project.commit();
    let said = project.run(&["remove", "--yes", "--force"]).expect(4).stderr();
    assert!(said.contains("but for files that had been edited:\n  * src/clerk/custom.rs"), "{said}");
    assert!(said.contains("delete them by hand") && !said.contains("`init`"), "{said}");
    let said = project.run(&YES).expect(4).stderr();
    assert!(
        said.contains("where `remove` has left what you edited, move or delete it first:\n  * src/clerk/custom.rs"),
        "{said}"
    );
    fs::remove_file(project.path().join("src/clerk/custom.rs")).unwrap();
    project.commit();
    project.run(&YES).expect(0);
    let never = Project::axum().run(&["remove", "--yes"]).expect(4).stderr();
    assert!(never.contains("there is no `clerk-sessions.lock`"), "{never}");
}

#[test]
fn a_state_folder_that_cannot_be_used_is_why_nothing_can_be_undone() {
    let project = Project::axum();
    project.write("state", "no folder\n");
    project.commit();
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("file");
    fs::write(&file, "").unwrap();
    let state = [("XDG_STATE_HOME", file.to_str().unwrap())];
    project.run_with(&YES, &state).expect(0);
    let said = project.run_with(&["undo", "--yes"], &state).expect(4).stderr();
    assert!(
        said.contains("there is nothing to undo, as the old texts cannot be kept\n  caused by: failed to make"),
        "{said}"
    );
    let said = project.run(&["undo", "--yes"]).expect(4).stderr();
    assert!(said.contains("error: there is nothing to undo\n"), "{said}");
}
