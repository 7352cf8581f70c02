//! `init` in projects that are hostile, odd or damaged.
#![cfg(unix)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, program};

const YES: [&str; 2] = ["init", "--yes"];
const DRY: [&str; 3] = ["init", "--yes", "--dry-run"];

/// A package in a folder of its own.
fn package(folder: &str) -> Project {
    let path = |name: &str| format!("{folder}/{name}");
    Project::new(&[(&path("Cargo.toml"), AXUM_MANIFEST), (&path("src/main.rs"), AXUM_MAIN)])
}

fn pipe(project: &Project, path: &str) {
    let path = project.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn nothing_that_the_repository_configures_is_run() {
    for driver in ["clean", "process"] {
        let project = Project::axum();
        let trace = project.path().join("target/trace");
        let script = project.path().join("script");
        fs::create_dir(project.path().join("target")).unwrap();
        fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", trace.display())).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let script = script.to_str().unwrap();
        project.git(&["config", "core.fsmonitor", script]);
        project.git(&["config", &format!("filter.a=b.c.{driver}"), script]);
        project.git(&["config", "filter.a=b.c.required", "true"]);
        fs::create_dir_all(project.path().join(".git/info")).unwrap();
        fs::write(project.path().join(".git/info/attributes"), "* filter=a=b.c\n").unwrap();
        // With another time git has to read the files again, through the filter.
        for name in ["Cargo.toml", "src/main.rs"] {
            let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
            fs::File::options().write(true).open(project.path().join(name)).unwrap().set_modified(old).unwrap();
        }
        project.run(&YES).expect(0);
        assert!(!trace.exists(), "{driver} was run");
    }
}

#[test]
fn a_git_that_does_not_answer_can_be_done_without() {
    let project = Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    fs::create_dir(project.path().join(".git")).unwrap();
    assert!(project.run(&YES).expect(4).stderr().contains("--allow-no-vcs"));
    assert!(project.run(&DRY).expect(0).stdout().contains("+mod clerk;"));
    project.run(&["init", "--yes", "--allow-no-vcs"]).expect(0);
}

#[test]
fn a_record_that_names_other_files_is_not_believed() {
    let project = package("api");
    project.write("secret.rs", "// do not show me\n");
    project.run_in("api", &YES).expect(0);
    let record = project.read("api/clerk-sessions.lock");
    let outside = project.path().join("secret.rs");
    let paths = ["../secret.rs", outside.to_str().unwrap(), ".git/config", "src/main.rs", "Cargo.toml", "", "."];
    for path in paths {
        project.write(
            "api/clerk-sessions.lock",
            &record.replace("path = \"src/clerk/verify/cache.rs\"", &format!("path = \"{path}\"")),
        );
        project.commit();
        let before = project.tree();
        let ran = project.run_in("api", &YES).expect(4);
        assert!(ran.stderr().contains("is damaged"), "{path}: {}", ran.stderr());
        assert!(!format!("{}{}", ran.stdout(), ran.stderr()).contains("do not show me"), "{path}");
        assert!(project.tree() == before, "{path}");
    }
}

#[test]
fn a_member_that_is_linked_in_is_patched_where_it_is() {
    let files = [
        ("root/Cargo.toml", "[workspace]\nmembers = [\"api\"]\nresolver = \"2\"\n"),
        ("elsewhere/Cargo.toml", AXUM_MANIFEST),
        ("elsewhere/src/main.rs", AXUM_MAIN),
    ];
    let [real, patched] = [(); 2].map(|()| {
        let project = Project::bare(&files);
        symlink("../elsewhere", project.path().join("root/api")).unwrap();
        project.commit();
        project
    });
    let patch = patched.run_in("root", &DRY).expect(0).stdout();
    patched.write("target/change.patch", &patch);
    patched.git(&["apply", "target/change.patch"]);
    real.run_in("root", &YES).expect(0);
    assert!(real.exists("elsewhere/src/clerk/mod.rs"));
    assert!(real.tree() == patched.tree());
    real.commit();
    real.write("elsewhere/src/main.rs", &(real.read("elsewhere/src/main.rs") + "// mine\n"));
    let said = real.run_in("root", &["init", "--yes", "--set", "wire=true"]).expect(4).stderr();
    assert!(said.contains("elsewhere/src/main.rs (dirty)"), "{said}");
}

#[test]
fn a_linked_source_folder_is_followed() {
    let project =
        Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("code/main.rs", AXUM_MAIN), (".gitignore", "target\n")]);
    symlink("code", project.path().join("src")).unwrap();
    project.commit();
    project.run(&YES).expect(0);
    assert!(project.exists("code/clerk/mod.rs"));
}

#[test]
fn a_crate_root_outside_the_package_is_refused() {
    let manifest = format!("{AXUM_MANIFEST}\n[[bin]]\nname = \"shop\"\npath = \"../shared/main.rs\"\n");
    let project = Project::new(&[("api/Cargo.toml", &manifest), ("shared/main.rs", AXUM_MAIN)]);
    let said = project.run_in("api", &YES).expect(4).stderr();
    assert!(said.contains("is outside the folder of `shop-api`"), "{said}");
}

#[test]
fn the_patch_names_every_path_as_git_does() {
    for folder in ["two words", "bäck", "back\\slash", "q\"uote", "ä'\"\\x", "new\nline"] {
        let (real, patched) = (package(folder), package(folder));
        let patch = patched.run_in(folder, &DRY).expect(0).stdout();
        patched.write("target/change.patch", &patch);
        patched.git(&["apply", "target/change.patch"]);
        real.run_in(folder, &YES).expect(0);
        assert!(real.exists(&format!("{folder}/src/clerk/mod.rs")), "{folder:?}");
        assert!(real.tree() == patched.tree(), "{folder:?}");
    }
}

#[test]
fn pipes_and_devices_are_not_read() {
    for path in ["src/clerk/mod.rs", ".env.example", "clerk-sessions.lock", "clerk-sessions.toml"] {
        let project = Project::axum();
        pipe(&project, path);
        assert!(project.run(&DRY).expect(4).stderr().contains("not a regular file"), "{path}");
        assert!(project.run(&YES).expect(4).stderr().contains("not a regular file"), "{path}");
    }
    let project = Project::axum();
    pipe(&project, ".env");
    symlink("/dev/zero", project.path().join(".env.local")).unwrap();
    project.run(&YES).expect(0);
}

/// What a repository names as a source file, or has as its lock file, is read before anything is asked.
#[test]
fn sources_and_lock_files_that_never_end_are_passed_over() {
    let main = format!("#[path = \"/dev/zero\"]\nmod zero;\n#[path = \"../pipe\"]\nmod pipe;\n{AXUM_MAIN}");
    let project =
        Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", &main), ("src/bin/other.rs", "fn main() {}\n")]);
    pipe(&project, "pipe");
    symlink("/dev/zero", project.path().join("Cargo.lock")).unwrap();
    assert!(project.run(&DRY).expect(0).stdout().contains("+mod clerk;"));
}

#[test]
fn foreign_files_beside_ours_are_left_alone() {
    let project = Project::axum();
    let odd = std::ffi::OsStr::from_bytes(b"src/\xff.rs");
    fs::write(project.path().join(odd), AXUM_MAIN).unwrap();
    project.run(&YES).expect(0);
    fs::write(project.path().join("src/clerk/logo.png"), [0x89, 0xff, 0]).unwrap();
    project.run(&["init", "--yes", "--profile", "dev"]).expect(0);
    assert_eq!(fs::read(project.path().join("src/clerk/logo.png")).unwrap(), [0x89, 0xff, 0]);
    let taken = Project::axum();
    fs::create_dir(taken.path().join("src/clerk")).unwrap();
    fs::write(taken.path().join("src/clerk/logo.png"), [0x89, 0xff, 0]).unwrap();
    assert!(taken.run(&YES).expect(4).stderr().contains("--module"));
}

#[test]
fn names_and_values_that_would_not_compile_are_refused() {
    let project = Project::axum();
    for name in ["std", "core", "alloc", "str", "usize", "bool", "bin", "gen", "self", "crate", "r#x", "../x", "_"] {
        let said = project.run(&["init", "--yes", "--module", name]).expect(2).stderr();
        assert!(said.contains("is not valid for the setting `module`"), "{said}");
    }
    for value in ["a\u{202e}b", "a\"b", "a\\b", "a\u{7}b"] {
        project.run(&["init", "--yes", "--set", &format!("audience={value}")]).expect(2);
    }
}

#[test]
fn half_a_patch_is_a_failure_and_a_reader_that_leaves_is_none() {
    let project = Project::axum();
    let run = |out: Stdio| {
        let mut command = project.command(program());
        command.args(DRY).stdout(out).stderr(Stdio::null()).status().unwrap().code()
    };
    if let Ok(full) = fs::File::options().write(true).open("/dev/full") {
        assert_eq!(run(full.into()), Some(4));
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(run(writer.into()), Some(0));
}

#[test]
fn a_folder_of_blueprints_may_hold_other_things_but_needs_one() {
    let project = Project::axum();
    let folder = project.path().join("target/blueprints");
    fs::create_dir_all(folder.join(".git")).unwrap();
    let arguments = ["init", "--yes", "--dry-run", "--blueprints", folder.to_str().unwrap()];
    assert!(project.run(&arguments).expect(4).stderr().contains("has a `blueprint.toml`"));
    for (path, bytes) in support::tree(&support::repository().join("blueprints")) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::write(folder.join(".git/index"), [0xff, 0]).unwrap();
    fs::write(folder.join(".DS_Store"), [0xff, 0]).unwrap();
    project.run(&arguments).expect(0);
    let template = folder.join("shared/files/module/verify/cache.rs");
    fs::write(&template, "// first\n«nobody»\n").unwrap();
    let said = project.run(&arguments).expect(4).stderr();
    assert!(said.contains("shared/files/module/verify/cache.rs:2:"), "{said}");
}
