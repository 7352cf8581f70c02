//! What users do to generated files by hand, and what newer versions do to the same files.

use std::fs;

use support::team::Team;
use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

const REVOCATION: &str = "src/clerk/verify/revocation.rs";

/// A newer version in which `revocation.rs` is named `revoked.rs`, and its capacity is another one.
fn rename_revocation(team: &Team) {
    let files = team.blueprints().join("shared/files/module/verify");
    fs::rename(files.join("revocation.rs"), files.join("revoked.rs")).unwrap();
    team.facts("[[files]]\npath = \"module/verify/revoked.rs\"\nwas = [\"module/verify/revocation.rs\"]\n");
    team.template("shared/files/module/verify/revoked.rs", "module/verify/revocation.rs", "module/verify/revoked.rs");
    team.template("shared/files/module/verify/revoked.rs", "= 100_000;", "= 50_000;");
    team.template("shared/files/module/verify/mod.rs", "mod revocation;", "mod revoked;");
    team.raise(false);
}

fn moved_folder(team: &Team) {
    team.project.git(&["mv", "src/clerk", "src/auth"]);
    team.edit("src/main.rs", "mod clerk;", "mod auth;");
}

#[test]
fn a_module_that_was_renamed_by_hand_is_updated_where_it_is() {
    let team = Team::new();
    moved_folder(&team);
    team.edit("clerk-sessions.toml", "module = \"clerk\"", "module = \"auth\"");
    team.project.commit();
    let found = team.run("check", &[]).expect(1).stdout();
    assert!(found.contains("src/auth/mod.rs is not as the settings") && !found.contains("Option<Session>"), "{found}");
    team.newer();
    team.update().expect(0);
    assert!(team.read("src/auth/verify/revocation.rs").contains("= 50_000;") && !team.project.exists("src/clerk"));
    assert_eq!(team.read("src/main.rs").matches("mod auth;").count(), 1);
    team.project.commit();
    let before = team.project.tree();
    team.update().expect(0);
    assert!(team.project.tree() == before);
    team.project.run(&["remove", "--yes"]).expect(0);
    assert!(!team.read("src/main.rs").contains("mod auth;"), "{}", team.read("src/main.rs"));
}

#[test]
fn a_file_that_is_renamed_in_a_folder_that_was_moved_goes_along() {
    let team = Team::new();
    moved_folder(&team);
    team.project.commit();
    rename_revocation(&team);
    team.update().expect(0);
    assert!(
        team.read("src/auth/verify/revoked.rs").contains("= 50_000;")
            && !team.project.exists("src/auth/verify/revocation.rs")
    );
    assert!(team.read("src/auth/verify/mod.rs").contains("mod revoked;"));
}

#[test]
fn a_file_that_was_deleted_and_is_renamed_stays_deleted_under_both_names() {
    let team = Team::new();
    fs::remove_file(team.project.path().join(REVOCATION)).unwrap();
    team.edit("src/clerk/verify/mod.rs", "pub(crate) mod revocation;\n", "");
    team.project.commit();
    rename_revocation(&team);
    team.update().expect(0);
    assert!(
        !team.project.exists("src/clerk/verify/revoked.rs")
            && !team.read("src/clerk/verify/mod.rs").contains("mod revoked;")
    );
}

#[test]
fn a_new_file_is_not_made_in_a_folder_that_was_deleted() {
    let team = Team::new();
    fs::remove_dir_all(team.project.path().join("src/clerk/tests")).unwrap();
    team.edit("src/clerk/mod.rs", "#[cfg(test)]\nmod tests;\n", "");
    team.project.commit();
    let extra = team.blueprints().join("shared/files/module/tests/extra.rs");
    fs::write(extra, "// clerk-sessions: module/tests/extra.rs\n").unwrap();
    team.raise(false);
    let said = team.update().expect(0).stderr();
    assert!(said.contains("src/clerk/tests/extra.rs`: kept deleted"), "{said}");
    assert!(!team.project.exists("src/clerk/tests"));
}

#[test]
fn a_deleted_file_is_information_once_an_update_has_seen_it() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    team.undeclare("src/clerk/mod.rs", "claims");
    team.project.commit();
    assert!(team.run("check", &[]).expect(1).stdout().contains("missing"));
    team.update().expect(0);
    team.project.commit();
    assert!(team.run("check", &["-v"]).expect(0).stdout().contains("is gone, and stays so"));
    team.update().expect(0);
    assert_eq!(team.project.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_file_that_was_moved_over_anothers_path_is_found_by_its_id() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    team.project.git(&["mv", "-f", REVOCATION, "src/clerk/claims.rs"]);
    team.project.commit();
    team.newer();
    team.update().expect(0);
    assert!(team.read("src/clerk/claims.rs").contains("= 50_000;"), "{}", team.read("src/clerk/claims.rs"));
}

#[test]
fn two_files_with_one_id_line_are_both_named_and_neither_is_touched() {
    let team = Team::new();
    team.project.git(&["mv", REVOCATION, "src/clerk/one.rs"]);
    fs::copy(team.project.path().join("src/clerk/one.rs"), team.project.path().join("src/clerk/two.rs")).unwrap();
    team.project.commit();
    team.newer();
    let said = team.update().expect(0).stderr();
    assert!(said.contains("`src/clerk/one.rs` and `src/clerk/two.rs`"), "{said}");
    assert!(!team.read("src/clerk/one.rs").contains("50_000") && !team.read("src/clerk/two.rs").contains("50_000"));
}

#[test]
fn markers_are_found_where_the_file_was_moved() {
    let team = Team::new();
    team.edit(REVOCATION, "= 100_000;", "= 7;");
    team.project.commit();
    team.newer();
    team.run("update", &["--yes", "--conflict", "markers"]).expect(3);
    team.project.commit();
    team.project.git(&["mv", REVOCATION, "src/clerk/verify/revoked.rs"]);
    team.project.commit();
    let said = team.run("update", &["--yes", "--conflict", "markers"]).expect(3).stderr();
    assert!(said.contains("conflict markers are left in:\n  * src/clerk/verify/revoked.rs:"), "{said}");
}

#[test]
fn a_wired_line_that_was_changed_or_removed_does_not_come_back() {
    for (before, after) in [
        ("clerk::layer()", "clerk::layer_with(verifier())"),
        (".layer(clerk::layer())", ""),
        ("clerk::", "crate::clerk::"),
    ] {
        let project = Project::axum();
        project.run(&["init", "--yes", "--wire"]).expect(0);
        let main = project.read("src/main.rs");
        assert!(main.contains(before), "{main}");
        let main = main.replace(before, after);
        project.write("src/main.rs", &main);
        project.commit();
        for _ in 0..2 {
            project.run(&["update", "--yes", "--set", "leeway=9"]).expect(0);
            assert_eq!(project.read("src/main.rs"), main);
            project.commit();
        }
    }
}

#[test]
fn a_crate_root_that_was_moved_is_found() {
    let team = Team::new();
    team.project.git(&["mv", "src", "srv"]);
    let manifest = team.read("Cargo.toml");
    let target = "\n[[bin]]\nname = \"shop-api\"\npath = \"srv/main.rs\"\n";
    team.project.write("Cargo.toml", &(manifest + target));
    team.project.commit();
    team.newer();
    team.update().expect(0);
    assert!(team.read("srv/clerk/verify/revocation.rs").contains("= 50_000;") && !team.project.exists("src"));
    assert_eq!(team.read("srv/main.rs").matches("mod clerk;").count(), 1);
    team.project.commit();
    team.project.run(&["remove", "--yes"]).expect(0);
    assert!(!team.read("srv/main.rs").contains("mod clerk;") && !team.project.exists("srv/clerk"));
}

#[test]
fn what_cannot_be_taken_out_is_said() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let main = project.read("src/main.rs").replace("mod clerk;", "pub(crate) mod clerk;");
    project.write(
        "src/main.rs",
        &format!("{}\nfn take(_: clerk::Session) {{}}\n", main.replace("pub(crate) mod clerk;", "")),
    );
    project.write("src/lib.rs", "pub mod clerk;\n");
    let manifest = project.read("Cargo.toml");
    let entry = manifest.lines().find(|line| line.starts_with("quick_cache = ")).unwrap();
    project.write("Cargo.toml", &manifest.replace(entry, "quick_cache = \"0.7.1\""));
    project.commit();
    let said = project.run(&["remove", "--yes"]).expect(0).stderr();
    assert!(said.contains("`mod clerk;` is not there any more"), "{said}");
    assert!(said.contains("`quick_cache` was edited, so it stays"), "{said}");
    let taken = project.read("src/main.rs").lines().position(|line| line.starts_with("fn take(")).unwrap() + 1;
    assert!(said.contains(&format!("src/main.rs:{taken}`: still names `clerk::`")), "{said}");
}

#[test]
fn what_was_wired_and_goes_is_not_named_as_what_stays() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    project.commit();
    assert!(project.read("src/main.rs").contains("clerk::layer()"));
    let said = project.run(&["remove", "--yes"]).expect(0).stderr();
    assert!(!said.contains("still names"), "{said}");
    assert!(!project.read("src/main.rs").contains("clerk::"));
}

/// A virtual workspace whose members inherit everything.
fn inheriting() -> Project {
    let member = AXUM_MANIFEST
        .replace("\"0.8\"", "{ workspace = true }")
        .replace("{ version = \"1\", features = [\"full\"] }", "{ workspace = true }");
    let workspace = "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n\n[workspace.dependencies]\naxum = \"0.8\"\n\
                     tokio = { version = \"1\", features = [\"full\"] }\n";
    Project::new(&[
        ("Cargo.toml", workspace),
        ("a/Cargo.toml", &member.replace("shop-api", "a")),
        ("a/src/main.rs", AXUM_MAIN),
        ("b/Cargo.toml", &member.replace("shop-api", "b")),
        ("b/src/main.rs", AXUM_MAIN),
    ])
}

#[test]
fn what_another_member_inherits_stays_and_the_last_one_takes_it_out() {
    let project = inheriting();
    let before = project.tree();
    for member in ["a", "b"] {
        project.run(&["init", "--yes", "-p", member]).expect(0);
        project.commit();
    }
    project.run(&["update", "--yes", "-p", "a", "--set", "keys=pem"]).expect(0);
    assert!(project.read("Cargo.toml").contains("\nreqwest = "), "{}", project.read("Cargo.toml"));
    project.run(&["check", "--workspace"]).expect(0);
    project.commit();
    for member in ["a", "b"] {
        project.run(&["remove", "--yes", "-p", member]).expect(0);
        project.commit();
    }
    assert!(project.tree() == before, "{}", project.read("Cargo.toml"));
}

#[test]
fn a_checkout_with_other_line_endings_is_as_clean() {
    let team = Team::new();
    team.edit(REVOCATION, "    /// Adds a session.", "    /// Adds a session. Mine.");
    team.project.commit();
    let other = tempfile::tempdir().unwrap();
    let (from, to) = (team.project.path().to_str().unwrap(), other.path().join("clone"));
    team.project.git(&["-c", "core.autocrlf=true", "clone", "--quiet", from, to.to_str().unwrap()]);
    let clone = Project::copy(&to);
    clone.commit();
    assert!(clone.read("clerk-sessions.lock").contains("\r\n"));
    let blueprints = team.blueprints();
    let run = |arguments: &[&str]| clone.run(&[arguments, &["--blueprints", blueprints.to_str().unwrap()]].concat());
    run(&["check"]).expect(0);
    run(&["diff", "--exit-code"]).expect(0);
    let edits = run(&["diff", "--against", "base", "--format", "stat"]).expect(0).stdout();
    assert!(edits.contains("revocation.rs") && !edits.contains("builder.rs"), "{edits}");
    let before = clone.tree();
    run(&["update", "--yes"]).expect(0);
    assert!(clone.tree() == before);
    clone.run(&["remove", "--yes"]).expect(0);
    let original = AXUM_MANIFEST.replace('\n', "\r\n");
    assert_eq!(clone.read("Cargo.toml"), original);
    assert!(!clone.exists("clerk-sessions.toml"));
}

#[test]
fn a_comment_above_our_table_keeps_its_line() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let manifest = project.read("Cargo.toml");
    assert!(manifest.contains("\n\n[dev-dependencies]\n"), "{manifest}");
    let manifest = manifest.replace("\n\n[dev-dependencies]\n", "\n# tests\n[dev-dependencies]\n# theirs\n");
    project.write("Cargo.toml", &manifest);
    project.commit();
    project.run(&["remove", "--yes"]).expect(0);
    let left = project.read("Cargo.toml");
    assert!(left.contains("\n# tests\n") && left.contains("# theirs\n"), "{left}");
}

#[test]
fn an_adopted_file_of_an_unknown_version_is_no_edit() {
    let team = Team::new();
    team.template("shared/files/module/verify/revocation.rs", "= 100_000;", "= 50_000;");
    team.raise(true);
    fs::remove_file(team.project.path().join("clerk-sessions.lock")).unwrap();
    team.project.commit();
    team.run("adopt", &["--yes"]).expect(0);
    team.project.commit();
    let found = team.run("check", &["--security"]).expect(1).stdout();
    assert!(found.contains("revocation.rs") && found.contains("not known"), "{found}");
    team.update().expect(3);
    team.run("update", &["--yes", "--conflict", "theirs"]).expect(0);
    assert!(team.read(REVOCATION).contains("= 50_000;"));
    team.project.commit();
    team.run("check", &[]).expect(0);
}

#[test]
fn a_module_of_another_name_is_adopted_without_its_settings() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--module", "auth"]).expect(0);
    for file in ["clerk-sessions.lock", "clerk-sessions.toml"] {
        fs::remove_file(project.path().join(file)).unwrap();
    }
    project.commit();
    project.run(&["adopt", "--yes", "--allow-dirty"]).expect(0);
    assert!(project.read("clerk-sessions.toml").contains("module = \"auth\""));
    project.commit();
    project.run(&["update", "--yes"]).expect(0);
    assert_eq!(project.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_record_cut_short_is_adopted_with_what_stands_in_the_users_files() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    project.commit();
    let record = project.read("clerk-sessions.lock");
    project.write("clerk-sessions.lock", &record[..2500]);
    project.run(&["adopt", "--yes"]).expect(0);
    project.commit();
    project.run(&["update", "--yes"]).expect(0);
    project.run(&["remove", "--yes"]).expect(0);
    assert_eq!(project.read("src/main.rs"), AXUM_MAIN);
}
