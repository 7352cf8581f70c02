//! Sources, manifests and trees that are larger or nested more deeply than any that people write.

use std::process::Command;

use crate::support::{AXUM_MAIN, PROGRAM, Project};

fn ends(project: &Project, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(PROGRAM).current_dir(project.path()).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_source_that_is_nested_too_deeply_is_refused() {
    let project = Project::axum();
    project.write("src/main.rs", &format!("{AXUM_MAIN}fn f() {{ {}{} }}\n", "(".repeat(100_000), ")".repeat(100_000)));
    // Wrong: it overflows the stack.
    assert_ne!(ends(&project, &["init", "--yes", "--allow-dirty"]).0, Some(4));
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let project = Project::axum();
    project.write("src/main.rs", &format!("{AXUM_MAIN}{}", "// more\n".repeat(3 << 17)));
    // Wrong: all of it is taken.
    assert_eq!(ends(&project, &["init", "--yes", "--allow-dirty"]).0, Some(0));
}
