//! What is read before anything is asked.

use std::process::Command;

use serde_json::Value;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, repository};

/// The libraries and binaries that cargo finds.
fn targets(project: &Project) -> Vec<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project.path()).args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let targets = metadata["packages"][0]["targets"].as_array().unwrap();
    targets.iter().map(|target| target["src_path"].to_string()).collect()
}

#[test]
fn the_module_is_no_binary_wherever_the_crate_root_is() {
    for (case, count) in [
        ("shape_binary_in_the_folder_of_binaries", 3),
        ("shape_binary_with_a_folder_of_its_own", 2),
        ("shape_library_elsewhere", 1),
        ("wire_axum_in_a_function_of_a_platform", 1),
    ] {
        let project = Project::copy(&repository().join("tests/cases").join(case).join("in"));
        project.commit();
        let before = targets(&project);
        assert_eq!(before.len(), count, "{case}: {before:?}");
        project.run(&["init", "--yes"]).expect(0);
        assert_eq!(targets(&project), before, "{case}");
    }
}

/// The key of a front end is named wherever in the repository it stands, but not where nothing of the team's is.
#[test]
fn the_key_of_a_front_end_is_found_beside_the_workspace() {
    let project = Project::new(&[
        ("backend/Cargo.toml", AXUM_MANIFEST),
        ("backend/src/main.rs", AXUM_MAIN),
        ("apps/node_modules/other/.env", "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_abc\n"),
        ("apps/web/.env.example", "VITE_CLERK_PUBLISHABLE_KEY=\n"),
        ("apps/web/.env.local", "PORT=3000\nexport VITE_CLERK_PUBLISHABLE_KEY=\"pk_test_abc\"\n"),
    ]);
    let ran = project.run_in("backend", &["init", "--yes"]).expect(0);
    let hint = "`apps/web/.env.local` has `VITE_CLERK_PUBLISHABLE_KEY`";
    assert!(ran.stderr().contains(hint) && !ran.stderr().contains("pk_test_abc"), "{}", ran.stderr());
}
