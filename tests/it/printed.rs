//! Names and texts of a repository, as they are printed.
#![cfg(unix)]

use std::fs;

use crate::support::{AXUM_MAIN, AXUM_MANIFEST, Project};

/// A package in a folder of this name, with a record, one file of which was edited and one lost.
fn checked(folder: &str) -> Project {
    let path = |name: &str| format!("{folder}/{name}");
    let project = Project::new(&[(&path("Cargo.toml"), AXUM_MANIFEST), (&path("src/main.rs"), AXUM_MAIN)]);
    project.run_in(folder, &["init", "--yes"]).expect(0);
    fs::remove_file(project.path().join(path("src/clerk/cache.rs"))).unwrap();
    project
}

#[test]
fn a_name_with_a_line_end_forges_nothing() {
    let folder = "a\n::error title=forged::b\n## c";
    let project = checked(folder);
    let said = project.run_in(folder, &["check"]).expect(1).stdout();
    // Wrong: a log takes it for an annotation.
    assert!(said.lines().any(|line| line.starts_with("::error title=forged")), "{said}");
    let said = project.run_in(folder, &["update", "--yes", "--dry-run", "--format", "stat"]).expect(0).stdout();
    assert!(said.lines().any(|line| line.starts_with("::error title=forged")), "{said}");
}

#[test]
fn what_a_terminal_obeys_is_written_in_letters() {
    let folder = "a\u{1b}]52;c;aGk=\u{7}\u{9b}31m\u{202e}b";
    let project = checked(folder);
    let said = project.run_in(folder, &["check"]).expect(1).stdout();
    // Wrong: it goes to the terminal as it is.
    assert!(said.contains('\u{1b}') && said.contains('\u{9b}') && said.contains('\u{202e}'), "{said}");
}
