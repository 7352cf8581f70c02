//! Sources, manifests and trees that are larger or nested more deeply than any that people write.

use std::fs;
use std::io::Write;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

const DRY: [&str; 4] = ["init", "--yes", "--dry-run", "--format=stat"];

/// Adds so many bytes to a file, without taking room on the disk for them.
fn grow(project: &Project, path: &str, bytes: u64) {
    let file = fs::File::options().append(true).create(true).open(project.path().join(path)).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length + bytes).unwrap();
}

#[test]
fn a_source_that_is_nested_too_deeply_is_refused_or_passed_over() {
    let deep =
        |begin: &str, end: &str| format!("{AXUM_MAIN}fn f() {{ {}a{} }}\n", begin.repeat(100_000), end.repeat(100_000));
    for (begin, end) in [("(", ")"), ("!", ""), ("|a| ", ""), ("a::<", ">()"), ("", ".b()"), ("if a {} else ", "{}")] {
        let project = Project::axum();
        project.write("src/main.rs", &deep(begin, end));
        // What stands in the bodies of functions is not parsed to find the place of a line between items.
        let ran = project.run(&DRY);
        let said = ran.stderr();
        let refused = ran.code() == 4 && said.contains("src/main.rs") && said.contains("nested too deeply");
        assert!(ran.code() == 0 || refused, "{said}");
        let project = Project::axum();
        project.write("src/other.rs", &deep(begin, end));
        project.write("src/lib.rs", "mod other;\n");
        project.run(&DRY).expect(0);
        project.run(&["init", "--yes", "--allow-dirty"]).expect(0);
        project.run(&["check"]).expect(0);
    }
}

#[test]
fn toml_that_is_nested_too_deeply_is_refused() {
    for nested in ["a = [[", "a.a.", "[a.a."] {
        let deep = format!("{}\n", nested[..nested.len() / 2].to_owned() + &nested[nested.len() / 2..].repeat(100_000));
        for path in ["Cargo.toml", "clerk-sessions.toml", "clerk-sessions.lock"] {
            let project = Project::axum();
            project.run(&["init", "--yes"]).expect(0);
            project.write(path, &deep);
            let ran = project.run(&["update", "--yes", "--allow-dirty"]);
            assert!([2, 4].contains(&ran.code()), "{path}: {}", ran.stderr());
        }
    }
}

/// What is too large is never read to its end, be it as large as a disk.
#[test]
fn a_file_that_is_too_large_is_refused() {
    for size in [3 << 20, 1 << 40] {
        for path in [
            "Cargo.toml",
            "src/main.rs",
            "clerk-sessions.toml",
            "clerk-sessions.lock",
            "src/clerk/verify/cache.rs",
            ".env.example",
        ] {
            let project = Project::axum();
            project.run(&["init", "--yes"]).expect(0);
            grow(&project, path, size);
            for arguments in
                [&["update", "--yes", "--allow-dirty"][..], &["diff"], &["remove", "--yes", "--allow-dirty"]]
            {
                let said = project.run(arguments).expect(4).stderr();
                assert!(said.contains(path) && said.contains("is larger than 2 MiB"), "{arguments:?}: {said}");
                assert!(said.contains("hint: "), "{said}");
            }
        }
        let project = Project::axum();
        let folder = project.path().join("target/blueprints");
        for (path, bytes) in support::tree(&support::repository().join("blueprints")) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        grow(&project, "target/blueprints/shared/files/module/verify/cache.rs", size);
        let said = project.run(&[&DRY[..], &["--blueprints", folder.to_str().unwrap()]].concat()).expect(4).stderr();
        assert!(said.contains("cache.rs` is larger than 2 MiB"), "{said}");
    }
}

/// A file that is only looked through is passed over, as other odd ones are.
#[test]
fn a_source_that_is_too_large_and_not_patched_is_passed_over() {
    let files =
        [("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), ("src/lib.rs", "mod table;\n"), (".env", "")];
    for size in [3 << 20, 1 << 40] {
        let project = Project::new(&files);
        for path in ["src/table.rs", "src/bin/other.rs", "Cargo.lock", ".env", "src/clerk/logo.png"] {
            fs::create_dir_all(project.path().join(path).parent().unwrap()).unwrap();
            if path != "src/clerk/logo.png" {
                grow(&project, path, size);
            }
        }
        project.run(&["init", "--yes", "--allow-dirty", "--root", "src/main.rs"]).expect(0);
        grow(&project, "src/clerk/logo.png", size);
        project.run(&["update", "--yes", "--allow-dirty", "--set", "leeway=7"]).expect(0);
        project.run(&["check"]).expect(0);
    }
}

#[test]
fn more_sources_than_a_package_has_are_refused() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    for index in 0..33 {
        let mut file = fs::File::create(project.path().join(format!("src/table{index}.rs"))).unwrap();
        file.write_all("// Much.\n".repeat((2 << 20) / 9).as_bytes()).unwrap();
    }
    let said = project.run(&["check"]).expect(4).stderr();
    assert!(said.contains("there is too much to look through") && said.contains("hint: "), "{said}");
    let said = project.run(&["update", "--yes", "--set", "leeway=7"]).expect(4).stderr();
    assert!(said.contains("there is too much to look through in `src`"), "{said}");
}
