//! What is read before anything is asked.

use std::process::Command;

use cargo_clerk_sessions::inspect::{Host, Package, Target, TargetKind, crate_roots};
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

/// With one target there is nothing to find out: the file that it names is not even there.
#[test]
fn of_one_crate_root_no_source_is_read() {
    let target =
        |name: &str| Target { name: name.to_owned(), kind: TargetKind::Binary, path: "/nowhere/main.rs".into() };
    let package = |targets: Vec<Target>| Package {
        name: "shop".to_owned(),
        dir: "/nowhere".into(),
        manifest: "/nowhere/Cargo.toml".into(),
        edition: "2024".to_owned(),
        rust_version: None,
        is_workspace_root: true,
        by_default: true,
        hosts: vec![],
        crates: vec![],
        targets,
    };
    let host = Host {
        name: "axum".to_owned(),
        krate: "axum".to_owned(),
        title: "Axum".to_owned(),
        ident: "axum".to_owned(),
        version: Ok("0.8".to_owned()),
        optional: None,
        targets: vec![],
    };
    let naming = |targets| crate_roots(&package(targets), &host, &[]).naming;
    assert_eq!(naming(vec![target("shop")]), [target("shop")]);
    assert_eq!(naming(vec![target("shop"), target("tool")]), [], "of two, each is asked for the framework");
}

#[test]
fn diff_never_writes() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    project.write("src/clerk/custom.rs", &(project.read("src/clerk/custom.rs") + "\n// Ours.\n"));
    project.write("clerk-sessions.toml", &project.read("clerk-sessions.toml").replace("# leeway = 5", "leeway = 7"));
    let before = project.tree();
    for against in ["latest", "base"] {
        for format in ["unified", "json", "markdown", "stat"] {
            project.run(&["diff", "--against", against, "--format", format]).expect(0);
            assert!(project.tree() == before, "{against} {format}");
        }
    }
}
