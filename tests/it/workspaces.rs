//! `--workspace`: several packages are one change, for scripts one document.

use support::two;

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
