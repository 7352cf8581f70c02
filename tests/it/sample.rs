//! The sample of the variables: `.env.example`, or what the project has in its place.

use std::fs;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

const YES: &[&str] = &["init", "--yes"];

/// A package with one more file.
fn with(path: &str, text: &str) -> Project {
    Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), (path, text)])
}

/// Two members of a workspace, with one more file.
fn members(path: &str, text: &str) -> Project {
    let member = |name: &str| AXUM_MANIFEST.replace("shop-api", name);
    Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &member("a")),
        ("a/src/main.rs", AXUM_MAIN),
        ("b/Cargo.toml", &member("b")),
        ("b/src/main.rs", AXUM_MAIN),
        (path, text),
    ])
}

#[test]
fn a_sample_of_another_name_is_patched_in_place_of_a_new_one() {
    for (name, text) in [(".env.sample", "PORT=80\n"), (".env.dist", "PORT=80"), (".env.template", "PORT=80\r\n")] {
        let project = with(name, text);
        let before = project.tree();
        let said = project.run(YES).expect(0).stderr();
        assert!(said.contains(&format!("(also in `{name}`;")), "{said}");
        assert!(!project.exists(".env.example"), "{name}");
        let patched = project.read(name);
        assert!(patched.starts_with(text) && patched.contains("CLERK_PUBLISHABLE_KEY=pk_..."), "{patched}");
        project.commit();
        let once = project.tree();
        project.run(YES).expect(0);
        project.run(&["check"]).expect(0);
        assert!(project.tree() == once, "{name}: a second run changes something");
        project.run(&["remove", "--yes"]).expect(0);
        assert!(project.tree() == before, "{name}");
    }
}

#[test]
fn the_packages_own_sample_comes_first() {
    let project = with(".env.example", "PORT=80\n");
    project.write(".env.sample", "PORT=81\n");
    project.commit();
    project.run(YES).expect(0);
    assert!(project.read(".env.example").contains("CLERK_"));
    assert_eq!(project.read(".env.sample"), "PORT=81\n");
    let project = members(".env.example", "PORT=80\n");
    project.write("a/.env.dist", "PORT=81\n");
    project.commit();
    project.run(&["init", "--yes", "--package", "a"]).expect(0);
    assert!(project.read("a/.env.dist").contains("CLERK_"));
    assert_eq!(project.read(".env.example"), "PORT=80\n");
    assert!(!project.exists("a/.env.example"));
}

/// What one member put there stays for as long as another one names it, and goes with the last.
#[test]
fn members_share_the_sample_of_the_workspace() {
    for name in [".env.example", ".env.template"] {
        let project = members(name, "PORT=80\n");
        let before = project.tree();
        let init = |package| {
            project.run(&["init", "--yes", "--package", package]).expect(0);
            project.commit();
        };
        init("a");
        let once = project.read(name);
        assert!(once.contains("CLERK_AUTHORIZED_PARTIES="), "{once}");
        assert!(!project.exists("a/.env.example"));
        init("b");
        assert_eq!(project.read(name), once, "every variable stands there already");
        let remove = |package: &str| {
            project.run_in(package, &["remove", "--yes"]).expect(0);
            project.commit();
        };
        remove("a");
        assert_eq!(project.read(name), once, "`b` still names them");
        remove("b");
        assert!(project.tree() == before, "{name}");
    }
}

#[test]
fn one_that_was_deleted_stays_deleted_and_a_new_one_does_not_take_its_place() {
    let project = with(".env.sample", "PORT=80\n");
    project.run(YES).expect(0);
    fs::remove_file(project.path().join(".env.sample")).unwrap();
    project.commit();
    project.run(&["update", "--yes", "--set", "leeway=7"]).expect(0);
    assert!(!project.exists(".env.sample") && !project.exists(".env.example"));
}

/// Where a record is lost, the variables are found where they stand.
#[test]
fn adopt_finds_it() {
    let project = with(".env.dist", "PORT=80\n");
    let before = project.tree();
    project.run(YES).expect(0);
    fs::remove_file(project.path().join("clerk-sessions.lock")).unwrap();
    project.commit();
    project.run(&["adopt", "--yes"]).expect(0);
    project.commit();
    project.run(&["remove", "--yes"]).expect(0);
    assert_eq!(project.read(".env.dist").as_bytes(), before[".env.dist"]);
    assert!(!project.exists("src/clerk/mod.rs"));
}
