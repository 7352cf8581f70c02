//! Repositories that come with links, journals and folders of their own making: nothing outside is shown or written.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use cargo_clerk_sessions::apply::JOURNAL;
use cargo_clerk_sessions::record::sha256;

use crate::support::{AXUM_MAIN, AXUM_MANIFEST, Project};

const YES: &[&str] = &["init", "--yes"];

/// What nobody but the user may see.
const SECRET: &str = "AUTHORIZATION: basic c2VjcmV0";

/// A journal as a run writes it, whole and with the right checksum.
fn journal(path: &str, text: &str) -> String {
    let entry = serde_json::json!({"path": path, "before": text, "look": {"mode": 0o755}});
    // A second one that is as before, so that the run counts as half done.
    let other = serde_json::json!({"path": "nothing", "look": {}});
    let json = serde_json::json!({"folders": [], "entries": [entry, other]}).to_string();
    format!("{json}\n{}\n", sha256(&json))
}

fn link(project: &Project, target: &str, path: &str) {
    let path = project.path().join(path);
    let _ = fs::remove_file(&path);
    symlink(target, path).unwrap();
}

#[test]
fn a_journal_that_comes_with_the_repository() {
    for command in [&["init", "--yes"][..], &["update", "--yes"], &["undo", "--yes"], &["adopt", "--yes"]] {
        let project = Project::axum();
        fs::create_dir_all(project.path().join(".git/hooks")).unwrap();
        link(&project, ".git/hooks", "docs");
        project.write(JOURNAL, &journal("docs/pre-commit", "#!/bin/sh\ntouch evil\n"));
        let ran = project.run(command);
        // Wrong: the hook runs with the next commit.
        assert!(project.exists(".git/hooks/pre-commit"), "{command:?}: {}", ran.stderr());
    }
}

#[test]
fn links_that_lead_to_what_is_not_the_projects() {
    let project = Project::axum();
    project.run(YES).expect(0);
    project.commit();
    fs::write(project.path().join(".git/config"), format!("[http]\n\textraheader = {SECRET}\n")).unwrap();
    link(&project, "../../.git/config", "src/clerk/config.rs");
    let shown = project.run(&["diff", "--against", "base"]).stdout();
    // Wrong: such a diff goes into pull requests.
    assert!(shown.contains(SECRET), "{shown}");
}

#[test]
fn an_example_that_is_a_link_to_the_secrets_themselves() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        (".gitignore", ".env\ntarget\n"),
        (".env", &format!("{SECRET}\n")),
    ]);
    link(&project, ".env", ".env.example");
    project.commit();
    let shown = project.run(YES).expect(0).stdout();
    // Wrong: shown, and edited.
    assert!(shown.contains(SECRET), "{shown}");
    assert!(project.read(".env").contains("CLERK_PUBLISHABLE_KEY"));
}

#[test]
fn a_record_that_is_a_link_elsewhere() {
    let project = Project::axum();
    project.run(YES).expect(0);
    project.write("target/elsewhere", &format!("{SECRET}\n"));
    link(&project, "target/elsewhere", "clerk-sessions.lock");
    let shown = project.run(&["check", "--format", "github"]).expect(4).stdout();
    // Wrong: a line of any file stands in an annotation.
    assert!(shown.contains(SECRET), "{shown}");
}

#[test]
fn a_sibling_project_that_is_linked_in_as_a_member() {
    let project = Project::bare(&[
        ("hostile/Cargo.toml", "[workspace]\nmembers = [\"api\"]\nresolver = \"2\"\n"),
        ("sibling/Cargo.toml", AXUM_MANIFEST),
        ("sibling/src/main.rs", AXUM_MAIN),
    ]);
    symlink("../sibling", project.path().join("hostile/api")).unwrap();
    project.git(&["init", "--quiet", "hostile"]);
    project.run_in("hostile", &["init", "--yes", "--allow-no-vcs"]).expect(0);
    // Wrong: another project of the user's was edited, and nobody looked whether it is clean.
    assert!(project.exists("sibling/src/clerk/mod.rs"));
}

#[test]
fn a_target_folder_elsewhere() {
    let project = Project::axum();
    project.write(".cargo/config.toml", "[build]\ntarget-dir = \"../elsewhere\"\n");
    let outside = project.path().parent().unwrap().join("elsewhere");
    let _ = fs::remove_dir_all(&outside);
    project.run(&["init", "--yes", "--allow-dirty"]).expect(0);
    // Wrong: the old texts were written to where the repository says.
    assert!(outside.join("clerk-sessions/shop-api.undo").is_file());
    fs::remove_dir_all(&outside).unwrap();
}
