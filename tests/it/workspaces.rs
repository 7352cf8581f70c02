//! `--workspace`: several packages are one change, for scripts one document.

use support::{AXUM_MAIN, Project, two};

#[test]
fn an_update_of_all_is_written_for_all_or_for_none() {
    let project = two();
    let config = project.read("b/src/clerk/config.rs");
    project.write("b/src/clerk/config.rs", &config.replace("Self = Self::Prod;", "Self = Self::Dev;"));
    project.commit();
    let before = project.tree();
    let update = ["update", "--workspace", "--yes", "--set", "profile=high-security"];
    let ran = project.run(&update).expect(3);
    assert!(ran.stderr().contains("b/src/clerk/config.rs"), "{}", ran.stderr());
    assert!(project.tree() == before, "a member was written");
    project.write("b/src/clerk/config.rs", &(config + "// mine\n"));
    let before = project.tree();
    project.run(&update).expect(4);
    assert!(project.tree() == before, "a member was written");
    project.commit();
    project.run(&update).expect(0);
    for name in ["a", "b"] {
        assert!(project.read(&format!("{name}/clerk-sessions.toml")).contains("profile = \"high-security\""), "{name}");
    }
}

#[test]
fn what_members_share_is_changed_once() {
    let project = two();
    let update = ["update", "--workspace", "--yes", "--set", "keys=jwks"];
    let patch = project.run(&[&update[..], &["--dry-run"]].concat()).expect(0).stdout();
    let before = project.tree();
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("patch"), patch).unwrap();
    project.git(&["apply", other.path().join("patch").to_str().unwrap()]);
    let patched = project.tree();
    project.git(&["checkout", "--quiet", "--", "."]);
    project.git(&["clean", "--quiet", "--force", "a", "b"]);
    assert!(project.tree() == before);
    project.run(&update).expect(0);
    assert!(project.tree() == patched, "the patch and the run differ");
    let workspace = project.read("Cargo.toml");
    assert_eq!(workspace.matches("reqwest = ").count(), 1, "{workspace}");
    project.commit();
    let after = project.tree();
    project.run(&["update", "--workspace", "--yes"]).expect(0);
    assert!(project.tree() == after);
}

#[test]
fn scripts_get_one_document() {
    let project = two();
    for arguments in [
        &["diff", "--workspace", "--format", "json"][..],
        &["diff", "--workspace", "--against", "base", "--format", "json"],
        &["update", "--workspace", "--dry-run", "--yes", "--set", "leeway=9", "--format", "json"],
    ] {
        let ran = project.run(arguments).expect(0);
        let document: serde_json::Value = serde_json::from_str(&ran.stdout()).unwrap();
        let names: Vec<&str> =
            document["packages"].as_array().unwrap().iter().map(|one| one["package"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b"], "{arguments:?}");
        assert_eq!(ran.stderr(), "", "{arguments:?}");
    }
}

/// The record of a member names the manifest of the workspace, which stands above it. In a container git often refuses to
/// look at a repository of another user.
#[test]
fn a_member_is_checked_where_git_does_not_answer() {
    let project = two();
    assert!(project.read("a/clerk-sessions.lock").contains("path = \"../Cargo.toml\""));
    for (name, value) in [("PATH", "/nowhere"), ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")] {
        let ran = project.start("a", &["check"], &[(name, value)]).expect(0);
        assert!(ran.stdout().contains("current"), "{}", ran.stdout());
    }
}

/// Two services and a library, all with Axum; the services depend on what is named.
fn fleet(depend_on: &str) -> Project {
    let member = |name: &str, more: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\n{more}"
        )
    };
    Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"libs/auth\", \"api\", \"admin\"]\nresolver = \"2\"\n"),
        ("libs/auth/Cargo.toml", &member("shop-auth", "")),
        ("libs/auth/src/lib.rs", "//! What services share.\n"),
        ("api/Cargo.toml", &member("api", depend_on)),
        ("api/src/main.rs", AXUM_MAIN),
        ("admin/Cargo.toml", &member("admin", depend_on)),
        ("admin/src/main.rs", AXUM_MAIN),
    ])
}

#[test]
fn a_second_copy_is_made_only_where_it_is_asked_for() {
    let project = fleet("");
    project.run(&["init", "--yes", "--package", "shop-auth"]).expect(0);
    project.commit();
    let before = project.tree();
    for (folder, package) in [("api", "api"), ("", "admin")] {
        let ran = project.run_in(folder, &["init", "--no-input"]).expect(4);
        let said = ran.stderr();
        assert!(
            said.contains(&format!("`shop-auth` has Clerk sessions already, and `{package}` can use them")),
            "{said}"
        );
        for line in ["\n    shop-auth = { path = \"../libs/auth\" }\n", "\n    use shop_auth::clerk::Session;\n"] {
            assert!(said.contains(line), "{said}");
        }
        assert!(said.contains(&format!("`--package {package}`")), "{said}");
    }
    assert!(project.tree() == before);
    project.run_in("libs/auth", &["init", "--yes"]).expect(0);
    project.run(&["init", "--yes", "--package", "admin"]).expect(0);
    assert!(project.exists("admin/src/clerk/mod.rs"));
}

#[test]
fn a_dependency_that_is_there_is_not_told_again() {
    let project = fleet("shop-auth = { path = \"../libs/auth\" }\n");
    let said = project.run_in("api", &["init", "--yes"]).expect(4).stderr();
    assert!(said.contains("`admin` and `api` use `shop-auth`, which could hold Clerk sessions for all"), "{said}");
    assert!(said.contains("`--package shop-auth`"), "{said}");
    project.run(&["init", "--yes", "--package", "shop-auth"]).expect(0);
    project.commit();
    let said = project.run_in("api", &["init", "--yes"]).expect(4).stderr();
    assert!(said.contains("use shop_auth::clerk::Session;") && !said.contains("{ path"), "{said}");
}

#[test]
fn what_a_binary_has_is_out_of_reach() {
    let project = fleet("");
    project.run(&["init", "--yes", "--package", "api"]).expect(0);
    project.commit();
    let said = project.run_in("admin", &["init", "--yes", "--format", "json"]).expect(4).stderr();
    let error: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["code"], "shared-module");
    assert_eq!(error["error"]["message"], "`api` has Clerk sessions already, in a binary, which `admin` cannot use");
    assert!(error["error"]["hint"].as_str().unwrap().contains("`--package admin`"), "{said}");
}
