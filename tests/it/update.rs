//! `update`, as a user runs it: conflicts, the manifest, answers, versions, workspaces.

use std::fs;

use support::team::Team;
use support::{AXUM_MAIN, AXUM_MANIFEST, Project, repository};

const REVOCATION: &str = "src/clerk/verify/revocation.rs";

/// A team whose owner changed the line that the newer version changes.
fn conflict() -> Team {
    let team = Team::new();
    team.edit(REVOCATION, "= 100_000;", "= 7;");
    team.project.commit();
    team.newer();
    team
}

#[test]
fn markers_are_settled_by_hand_and_do_not_come_back() {
    let team = conflict();
    let ran = team.run("update", &["--yes", "--conflict", "markers"]).expect(3);
    assert!(ran.stderr().contains("Conflicted") && ran.stderr().contains("settle them"), "{}", ran.stderr());
    let text = team.read(REVOCATION);
    for marker in ["<<<<<<< your file\n", "||||||| last update\n", "=======\n", ">>>>>>> this update\n"] {
        assert!(text.contains(marker), "{text}");
    }
    let stopped = team.update().expect(3);
    assert!(stopped.stderr().contains("src/clerk/verify/revocation.rs:"), "{}", stopped.stderr());
    let found = team.run("check", &[]).expect(3).stdout();
    assert!(found.contains("has conflict markers"), "{found}");
    team.run("check", &["--security"]).expect(3);
    let (before, rest) = text.split_once("<<<<<<< your file\n").unwrap();
    let after = rest.split_once(">>>>>>> this update\n").unwrap().1;
    team.project.write(REVOCATION, &format!("{before}const CAPACITY: usize = 8;\n{after}"));
    team.project.commit();
    team.update().expect(0);
    assert!(team.read(REVOCATION).contains("= 8;") && !team.read("clerk-sessions.lock").contains("\npending = "));
    team.template("shared/files/module/verify/revocation.rs", "    /// Adds a session.", "    /// Adds a session id.");
    team.raise(false);
    team.project.commit();
    team.update().expect(0);
    let text = team.read(REVOCATION);
    assert!(text.contains("= 8;") && text.contains("    /// Adds a session id."), "{text}");
}

#[test]
fn ours_and_theirs_settle_for_good() {
    for (choice, wanted) in [("ours", "= 7;"), ("theirs", "= 50_000;")] {
        let team = conflict();
        team.run("update", &["--yes", "--conflict", choice]).expect(0);
        assert!(team.read(REVOCATION).contains(wanted));
        team.project.commit();
        team.update().expect(0);
        assert!(team.read(REVOCATION).contains(wanted));
        team.run("check", &[]).expect(0);
    }
}

#[test]
fn one_conflict_holds_back_every_file() {
    let team = conflict();
    team.template("shared/files/module/claims.rs", "Some(2.0)", "Some(3.0)");
    let before = team.project.tree();
    team.update().expect(3);
    assert!(team.project.tree() == before);
}

/// The line of a crate in a manifest, and the version that it asks for.
fn asked(manifest: &str, name: &str) -> (String, String) {
    let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
    let entry = line.parse::<toml::Table>().unwrap().remove(name).unwrap();
    let version = entry.get("version").unwrap_or(&entry).as_str().unwrap();
    (line.to_owned(), version.to_owned())
}

#[test]
fn the_manifest_is_merged_by_key() {
    let team = Team::new();
    let manifest = team.read("Cargo.toml");
    let ((cache, version), (gone, _)) = (asked(&manifest, "quick_cache"), asked(&manifest, "arc-swap"));
    // The user raises it further than the newer blueprint does.
    let raised = cache.replace(&format!("\"{version}\""), &format!("\"{version}.2\""));
    assert_ne!(raised, cache);
    team.edit("Cargo.toml", &cache, &raised);
    team.edit(
        "Cargo.toml",
        "tokio = { version = \"1\", features = [\"full\"] }",
        "tokio = { version = \"1\", features = [\"full\", \"test-util\"] }",
    );
    team.project.commit();
    team.template(
        "shared/blueprint.toml",
        "crate = \"aws-lc-rs\"\nrequirement = \"1.",
        "crate = \"aws-lc-rs\"\nrequirement = \"1.17.",
    );
    let requirement = |version: &str| format!("crate = \"quick_cache\"\nrequirement = \"{version}\"");
    team.template("shared/blueprint.toml", &requirement(&version), &requirement(&format!("{version}.1")));
    let facts = fs::read_to_string(team.blueprints().join("shared/blueprint.toml")).unwrap();
    let start = facts.find("[[dependencies]]\ncrate = \"arc-swap\"").unwrap();
    let end = start + 4 + facts[start + 4..].find("\n[[").unwrap();
    fs::write(team.blueprints().join("shared/blueprint.toml"), format!("{}{}", &facts[..start], &facts[end + 1..]))
        .unwrap();
    team.template("shared/files/module/verify/store.rs", "«crates.arc_swap»", "arc_swap");
    team.raise(false);
    team.update().expect(0);
    let merged = team.read("Cargo.toml");
    assert_eq!(asked(&merged, "quick_cache").0, raised, "a version that the user raised stays");
    assert!(merged.contains("\"full\", \"test-util\"]") && !merged.contains(&gone), "{merged}");
    assert!(merged.contains("aws-lc-rs = ") && merged.contains("\"1.17."), "{merged}");
    assert_eq!(merged.matches("aws-lc-rs").count(), 1, "{merged}");
}

#[test]
fn a_crate_that_is_no_longer_needed_stays_where_the_user_changed_it() {
    let team = Team::new();
    let manifest = team.read("Cargo.toml");
    let reqwest = manifest.lines().find(|line| line.starts_with("reqwest = ")).unwrap().to_owned();
    let own = reqwest.replace("features = [", "features = [\"gzip\", ");
    assert_ne!(own, reqwest);
    team.edit("Cargo.toml", &reqwest, &own);
    team.project.commit();
    team.run("update", &["--yes", "--set", "keys=pem"]).expect(0);
    let merged = team.read("Cargo.toml");
    assert!(merged.contains(&own) && !merged.contains("arc-swap"), "{merged}");
    assert!(!team.project.exists("src/clerk/verify/jwks.rs"));
}

#[test]
fn new_answers_are_an_update_like_any_other() {
    let team = Team::new();
    team.project.write(REVOCATION, &(team.read(REVOCATION) + "\n// Ours.\n"));
    team.project.commit();
    team.run("update", &["--yes", "--set", "profile=high-security", "--set", "leeway=9"]).expect(0);
    assert!(team.read("clerk-sessions.toml").contains("profile = \"high-security\"\n"));
    assert!(
        team.read("src/clerk/config.rs").contains("from_secs(9)") && team.read(REVOCATION).ends_with("\n// Ours.\n")
    );
    team.run("update", &["--yes", "--set", "leeway=61"]).expect(2);
    team.run("update", &["--yes", "--set", "nonsense=1"]).expect(2);
}

#[test]
fn a_new_question_is_asked_and_old_answers_stay() {
    let team = Team::new();
    team.edit("clerk-sessions.toml", "# leeway = 5", "leeway = 9");
    team.project.commit();
    team.question();
    team.raise(false);
    let ran = team.run("update", &["--no-input"]).expect(2);
    assert!(
        ran.stderr().contains("What is audited?") && ran.stderr().contains("--set audit=<value>"),
        "{}",
        ran.stderr()
    );
    team.run("update", &["--yes", "--set", "audit=all"]).expect(0);
    let settings = team.read("clerk-sessions.toml");
    assert!(
        settings.ends_with("\n# what is audited\naudit = \"all\"\n") && settings.contains("\nleeway = 9\n"),
        "{settings}"
    );
    let after = team.project.tree();
    team.update().expect(0);
    assert!(team.project.tree() == after);
}

#[test]
fn a_version_that_goes_backwards_is_refused() {
    let team = Team::new();
    team.newer();
    team.update().expect(0);
    team.project.commit();
    team.template("axum/blueprint.toml", "\nversion = 2\n", "\nversion = 1\n");
    for command in ["update", "diff", "check"] {
        let ran = team.run(command, &[]).expect(4);
        assert!(
            ran.stderr().contains("generated by version 2") && ran.stderr().contains("this is version 1"),
            "{}",
            ran.stderr()
        );
    }
}

#[test]
fn blueprints_of_a_folder_are_asked_for_again() {
    let team = Team::new();
    for command in ["update", "diff", "check"] {
        let ran = team.project.run(&[command]).expect(4);
        assert!(ran.stderr().contains("`team`") && ran.stderr().contains("--blueprints <DIR>"), "{}", ran.stderr());
    }
}

#[test]
fn a_faulty_blueprint_is_named_with_its_line() {
    let cases: [(&str, &str, &str, &str); 8] = [
        ("axum/blueprint.toml", "name = \"axum\"", "name = \"axum\"\nflavour = 1", "flavour"),
        (
            "shared/blueprint.toml",
            "path = \"module/verify/store.rs\"",
            "path = \"module/../../store.rs\"",
            "leaves the package",
        ),
        ("shared/blueprint.toml", "path = \"module/verify/store.rs\"", "path = \"module/absent.rs\"", "does not exist"),
        (
            "shared/files/module/verify/revocation.rs",
            "/// Revoked session ids.",
            "/* if */",
            "shared/files/module/verify/revocation.rs",
        ),
        (
            "shared/files/module/verify/revocation.rs",
            "/// Revoked session ids.",
            "/// «nobody»",
            "shared/files/module/verify/revocation.rs",
        ),
        (
            "shared/files/module/verify/revocation.rs",
            "/// Revoked session ids.",
            "fn (",
            "the rendered text is not Rust",
        ),
        (
            "shared/blueprint.toml",
            "when = { keys = \"jwks\" }",
            "when = { keyz = \"jwks\" }",
            "the file `module/verify/jwks.rs`",
        ),
        ("shared/blueprint.toml", "default = { dev = 5,", "default = { dev = 500,", "`500`"),
    ];
    for (path, before, after, named) in cases {
        let team = Team::new();
        team.template(path, before, after);
        let tree = team.project.tree();
        let ran = team.update().expect(4);
        let said = ran.stderr();
        let file = path.rsplit('/').next().unwrap();
        assert!(said.contains(named) && said.contains(file), "{said}");
        // Of some faults there is no line to name.
        let whole = ["leaves the package", "does not exist", "which it never is", "in a default"];
        let places = [":1", "line ", " --> ", " at 12:"];
        assert!(places.iter().chain(&whole).any(|words| said.contains(words)), "no line in: {said}");
        assert!(team.project.tree() == tree);
    }
}

#[test]
fn a_lost_settings_file_is_not_made_up() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("clerk-sessions.toml")).unwrap();
    team.project.commit();
    let ran = team.update().expect(4);
    assert!(ran.stderr().contains("clerk-sessions.toml"), "{}", ran.stderr());
}

#[test]
fn every_member_with_a_record_is_updated() {
    let project = Project::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\", \"c\"]\n"),
        ("a/Cargo.toml", &AXUM_MANIFEST.replace("shop-api", "a")),
        ("a/src/main.rs", AXUM_MAIN),
        ("b/Cargo.toml", &AXUM_MANIFEST.replace("shop-api", "b")),
        ("b/src/main.rs", AXUM_MAIN),
        ("c/Cargo.toml", &AXUM_MANIFEST.replace("shop-api", "c")),
        ("c/src/main.rs", AXUM_MAIN),
    ]);
    for member in ["a", "b"] {
        project.run(&["init", "--yes", "-p", member]).expect(0);
    }
    for member in ["a", "b"] {
        let settings = project.read(&format!("{member}/clerk-sessions.toml")).replace("# leeway = 5", "leeway = 9");
        project.write(&format!("{member}/clerk-sessions.toml"), &settings);
    }
    project.commit();
    let ran = project.run(&["update", "--yes"]).expect(4);
    assert!(ran.stderr().contains("a, b"), "{}", ran.stderr());
    project.run(&["check", "--workspace"]).expect(1);
    project.run(&["diff", "--workspace", "--exit-code"]).expect(1);
    project.run(&["update", "--yes", "--workspace"]).expect(0);
    for member in ["a", "b"] {
        assert!(project.read(&format!("{member}/src/clerk/config.rs")).contains("from_secs(9)"));
    }
    project.run(&["check", "--workspace"]).expect(0);
    assert!(!project.exists("c/clerk-sessions.lock"));
}

#[test]
fn the_history_is_said_in_every_format() {
    let team = Team::new();
    team.newer();
    team.template("shared/files/module/claims.rs", "Some(2.0)", "Some(3.0)");
    team.raise(true);
    let text = team.run("diff", &["--format", "markdown"]).expect(0).stdout();
    let first = text.lines().find(|line| line.starts_with("- ")).unwrap();
    assert_eq!(first, "- **security** — denies sooner (version 3)");
    assert!(
        text.contains("| `src/clerk/verify/revocation.rs` | updated | 1 | 1 |") && text.contains("<details>"),
        "{text}"
    );
    assert!(text.len() <= 61_000);
    let document: serde_json::Value =
        serde_json::from_str(&team.run("diff", &["--format", "json"]).expect(0).stdout()).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["blueprint"]["version"], 3);
    assert_eq!(document["history"][0]["security"], true);
    assert!(document["changes"].as_array().unwrap().iter().any(|change| change["outcome"] == "updated"));
    let said = team.run("update", &["--yes", "--dry-run"]).expect(0).stderr();
    assert!(said.contains("Security in version 3: denies sooner"), "{said}");
}

/// Both sides updated; git merges the two, or leaves a record that is recognised.
#[test]
fn two_branches_that_both_updated_merge() {
    let team = Team::new();
    team.project.git(&["checkout", "--quiet", "-b", "other"]);
    team.newer();
    team.edit("src/clerk/claims.rs", "plan: &str)", "plan: &str /* Ours. */)");
    team.project.commit();
    team.update().expect(0);
    team.project.commit();
    team.project.git(&["checkout", "--quiet", "-"]);
    team.project.git(&["checkout", "--quiet", "-b", "mine"]);
    team.edit("src/clerk/web/mod.rs", "mod http;", "mod http; // Ours.");
    team.project.commit();
    team.update().expect(0);
    team.project.commit();
    team.project.git(&["merge", "--quiet", "--no-edit", "other"]);
    team.run("check", &[]).expect(0);
    let before = team.project.tree();
    team.update().expect(0);
    assert!(team.project.tree() == before);
}

#[test]
fn a_version_that_the_lock_file_spoke_for_stays() {
    for locked_later in [false, true] {
        let project = Project::copy(&repository().join("tests/cases/shape_another_provider_of_rustls/in"));
        let with_ring = project.read("Cargo.lock");
        let without = with_ring.replace(" \"ring\",\n", "");
        assert_ne!(without, with_ring);
        let (first, then) = if locked_later { (without, with_ring) } else { (with_ring, without) };
        let manifest = project.read("Cargo.toml");
        let quiet: String = manifest.split_inclusive('\n').filter(|line| !line.starts_with("rustls = ")).collect();
        assert_ne!(quiet, manifest);
        project.write("Cargo.toml", &quiet);
        project.write("Cargo.lock", &first);
        project.commit();
        project.run(&["init", "--yes"]).expect(0);
        let version = if locked_later { "0.13" } else { "0.12" };
        assert!(project.read("Cargo.toml").contains(&format!("reqwest = {{ version = \"{version}\"")));
        project.write("Cargo.lock", &then);
        project.commit();
        let before = project.tree();
        project.run(&["check"]).expect(0);
        project.run(&["update", "--yes"]).expect(0);
        assert!(project.tree() == before, "the change of the lock file changed something");
    }
}

/// The module was moved into another one: what is printed and inserted names it there.
#[test]
fn a_module_that_was_moved_is_wired_where_it_is() {
    for wire in ["true", "false"] {
        let project = Project::axum();
        project.run(&["init", "--yes"]).expect(0);
        fs::create_dir_all(project.path().join("src/auth")).unwrap();
        fs::rename(project.path().join("src/clerk"), project.path().join("src/auth/clerk")).unwrap();
        project.write("src/auth/mod.rs", "pub mod clerk;\n");
        project.write("src/main.rs", &project.read("src/main.rs").replace("mod clerk;", "mod auth;"));
        project.commit();
        let ran = project.run(&["update", "--yes", "--format", "json", "--set", &format!("wire={wire}")]).expect(0);
        let document: serde_json::Value = serde_json::from_str(&ran.stdout()).unwrap();
        if wire == "true" {
            assert!(project.read("src/main.rs").contains(".layer(auth::clerk::layer())"), "{}", ran.stderr());
            assert_eq!(project.run(&["check"]).code(), 0);
        } else {
            assert_eq!(document["manual_steps"][0]["text"], ".layer(auth::clerk::layer())");
        }
    }
}

/// Files that are named take this version, the others keep theirs, and the version of the record waits for them.
#[test]
fn some_files_can_be_updated_before_the_others() {
    let team = Team::new();
    team.template("shared/files/module/authorization/permissions.rs", "//! ", "//! Newer. ");
    team.newer();
    let (refresh, revocation) = ("src/clerk/authorization/permissions.rs", "src/clerk/verify/revocation.rs");
    let old = team.read(revocation);
    team.run("update", &["--yes", "--only", refresh]).expect(0);
    assert!(team.read(refresh).contains("Newer. ") && team.read(revocation) == old);
    let lock = team.read("clerk-sessions.lock");
    assert!(lock.contains("\nversion = 1\n"), "the others are behind");
    team.project.commit();
    let listed = team.run("diff", &["--format", "stat"]).expect(0).stdout();
    assert!(listed.contains(revocation) && !listed.contains(refresh), "{listed}");
    assert!(team.run("check", &[]).expect(1).stdout().contains("outdated"));
    // A folder, from within it.
    let folder = team.blueprints();
    let line = ["update", "--yes", "--blueprints", folder.to_str().unwrap(), "--only", "verify"];
    team.project.run_in("src/clerk", &line).expect(0);
    assert!(team.read(revocation).contains("= 50_000;"));
    team.run("check", &[]).expect(0);
    team.project.commit();
    assert_eq!(team.run("diff", &["--exit-code"]).expect(0).stdout(), "");
    for command in [&["update", "--yes", "--only", "src/clerk/nothing.rs"][..], &["diff", "Cargo.lock"]] {
        let said = team.run(command[0], &command[1..]).expect(2).stderr();
        assert!(said.contains("is none of the files that were generated or patched"), "{said}");
    }
}

#[test]
fn a_diff_keeps_to_what_is_named() {
    let team = Team::new();
    team.template("shared/files/module/authorization/permissions.rs", "//! ", "//! Newer. ");
    team.newer();
    let shown = team.run("diff", &["src/clerk/authorization/permissions.rs"]).expect(0).stdout();
    assert_eq!(shown.matches("diff --git ").count(), 1, "{shown}");
    team.run("diff", &["--exit-code", "src/clerk/session.rs"]).expect(0);
    team.run("diff", &["--exit-code", "src/clerk/verify"]).expect(1);
    team.edit("src/clerk/custom.rs", "//! ", "//! Ours. ");
    let shown = team.run("diff", &["--against", "base", "--exit-code", "src/clerk/custom.rs"]).expect(1).stdout();
    assert!(shown.contains("+//! Ours. "), "{shown}");
    team.run("diff", &["--against", "base", "--exit-code", "src/clerk/authorization/permissions.rs"]).expect(0);
}

/// What was deleted stays so, until its owner asks for it by name.
#[test]
fn a_deleted_file_is_made_again_where_it_is_named() {
    let team = Team::new();
    let (path, text) = ("src/clerk/authorization/permissions.rs", team.read("src/clerk/authorization/permissions.rs"));
    fs::remove_file(team.project.path().join(path)).unwrap();
    let said = team.run("check", &[]).expect(1).stdout();
    assert!(said.contains(&format!("`update --only {path}`")), "{said}");
    team.newer();
    let said = team.update().expect(0).stderr();
    assert!(said.contains(&format!("Kept {path} (deleted by you)")), "{said}");
    assert!(!team.project.exists(path));
    team.project.commit();
    let said = team.run("check", &["-v"]).expect(1).stdout();
    assert!(said.contains(&format!("{path} is gone, and stays so; `update --only {path}` makes it again")), "{said}");
    team.run("update", &["--yes", "--only", "src/clerk"]).expect(0);
    assert!(!team.project.exists(path), "its folder is not its name");
    team.run("update", &["--yes", "--only", path]).expect(0);
    assert_eq!(team.read(path), text);
    team.run("check", &[]).expect(0);
}
