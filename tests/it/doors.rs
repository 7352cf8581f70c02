//! Doors that a repository opens in the programs that read it: toolchain files, settings of cargo and git, manifests.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, program};

const DRY: [&str; 3] = ["init", "--yes", "--dry-run"];

/// What nobody but the user may see.
const SECRET: &str = "c2VjcmV0LXRva2Vu";

/// Runs the tool as somebody does who has rustup, and not longer than it may take.
fn directly(project: &Project, arguments: &[&str]) -> Output {
    let mut command = project.command(program());
    command.args(arguments).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env("ANSWER", SECRET);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (id, (sender, receiver)) = (child.id().to_string(), mpsc::channel());
    thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    receiver.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| {
        let _ = Command::new("kill").arg(id).status();
        panic!("it does not end");
    })
}

/// Runs the tool where it must refuse, and answers what it says.
#[track_caller]
fn refused(project: &Project, arguments: &[&str]) -> String {
    let output = directly(project, arguments);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(!said.contains(SECRET), "{said}");
    said
}

fn link(target: impl AsRef<Path>, place: &Path) {
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    let _ = fs::remove_file(place);
    symlink(target, place).unwrap();
}

/// What never ends, or never begins, for those who read it.
fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    if !path.exists() {
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    path
}

/// A toolchain whose programs leave a file `ran` behind.
fn toolchain(project: &Project) {
    for name in ["cargo", "rustc", "rustfmt"] {
        let path = format!("tc/bin/{name}");
        project.write(&path, &format!("#!/bin/sh\ntouch '{}'\nexit 1\n", project.path().join("ran").display()));
        fs::set_permissions(project.path().join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::create_dir_all(project.path().join("tc/lib")).unwrap();
}

/// Rustup reads all of it, so what is not seen must not be there.
#[test]
fn a_toolchain_file_that_is_not_read_whole_is_refused() {
    let path = "[toolchain]\npath = \"/proc/self/cwd/tc\"\n";
    let filler = "#".repeat(79) + "\n";
    let long = format!("{}{path}", filler.repeat(900));
    // The bound is in the middle of a character.
    let cut = format!("#{}\n{path}", "é".repeat(40_000));
    for (text, words) in [(long.as_bytes(), "64 KiB"), (cut.as_bytes(), "64 KiB"), (b"# \xff\nstable\n", "UTF-8")] {
        for name in ["rust-toolchain.toml", "rust-toolchain"] {
            let project = Project::axum();
            toolchain(&project);
            fs::write(project.path().join(name), text).unwrap();
            let said = refused(&project, &DRY);
            assert!(said.contains(name) && said.contains(words), "{said}");
            assert!(!project.exists("ran"), "{name}: {words}");
        }
    }
}

#[test]
fn a_toolchain_file_is_one_of_the_repository() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, format!("{SECRET}\n")).unwrap();
    for name in ["rust-toolchain.toml", "rust-toolchain"] {
        let project = Project::axum();
        link(&secret, &project.path().join(name));
        assert!(refused(&project, &DRY).contains("symbolic link that leaves"), "{name}");
        link(pipe(elsewhere.path()), &project.path().join(name));
        assert!(refused(&project, &DRY).contains(name));
        fs::remove_file(project.path().join(name)).unwrap();
        fs::rename(pipe(elsewhere.path()), project.path().join(name)).unwrap();
        assert!(refused(&project, &DRY).contains("not a regular file"), "{name}");
    }
}

/// Rustup looks above the folder that it is really in.
#[test]
fn a_toolchain_file_above_the_folder_that_a_link_leads_to() {
    let hostile = Project::new(&[("app/Cargo.toml", AXUM_MANIFEST), ("app/src/main.rs", AXUM_MAIN)]);
    toolchain(&hostile);
    hostile.write("rust-toolchain.toml", "[toolchain]\npath = \"/proc/self/cwd/../tc\"\n");
    let here = Project::axum();
    link(hostile.path().join("app"), &here.path().join("link"));
    for command in [&["check", "--workspace"][..], &DRY] {
        let arguments = [command, &["--manifest-path", "link/Cargo.toml"]].concat();
        assert!(refused(&here, &arguments).contains("chooses a toolchain by its path"), "{command:?}");
    }
    assert!(!hostile.exists("ran"));
}

/// Git has settings in bytes, and a filter is switched off by its name.
#[test]
fn a_filter_whose_name_is_not_utf8_is_not_run() {
    let project = Project::axum();
    let script = project.path().join("filter");
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\ncat\n", project.path().join("ran").display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut config = fs::File::options().append(true).open(project.path().join(".git/config")).unwrap();
    let lines = [b"[filter \"x\xff\"]\n\tclean = ", script.as_os_str().as_bytes(), b"\n"].concat();
    config.write_all(&lines).unwrap();
    fs::create_dir_all(project.path().join(".git/info")).unwrap();
    fs::write(project.path().join(".git/info/attributes"), b"* filter=x\xff\n").unwrap();
    // With another time git has to read the files again, through the filter.
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["Cargo.toml", "src/main.rs"] {
        fs::File::options().write(true).open(project.path().join(name)).unwrap().set_modified(old).unwrap();
    }
    assert!(refused(&project, &["init", "--yes"]).contains("failed to ask git"));
    assert!(!project.exists("ran"));
    Command::new("git").current_dir(project.path()).args([OsStr::new("status")]).output().unwrap();
    assert!(project.exists("ran"), "it is a command that git runs");
}

/// Each is a link to what cargo or rustup would read, and quote where it cannot parse it.
#[test]
fn no_file_outside_is_read_by_cargo_and_quoted() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.toml");
    fs::write(&secret, format!("token {SECRET}\n")).unwrap();
    let pipe = pipe(elsewhere.path());
    let settings = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain", "Cargo.toml"];
    for place in settings {
        for target in [secret.as_path(), Path::new("/proc/self/environ"), &pipe] {
            let project = Project::axum();
            link(target, &project.path().join(place));
            for command in [&DRY[..], &["update", "--yes"], &["diff"], &["undo", "--yes"], &["check", "--workspace"]] {
                let said = refused(&project, command);
                assert!(said.contains(place), "{place} {}: {said}", target.display());
            }
        }
    }
    // A folder in between, a file that git ignores, and one of a folder above.
    let project = package_below();
    fs::write(elsewhere.path().join("config.toml"), format!("token {SECRET}\n")).unwrap();
    link(elsewhere.path(), &project.path().join(".cargo"));
    assert!(refused_in_app(&project).contains("leaves the project"));
    fs::remove_file(project.path().join(".cargo")).unwrap();
    project.write(".gitignore", ".env\n");
    project.write(".env", &format!("token {SECRET}\n"));
    link("../.env", &project.path().join(".cargo/config.toml"));
    assert!(refused_in_app(&project).contains("git ignores"));
}

/// A package in a folder of its own.
fn package_below() -> Project {
    Project::new(&[("app/Cargo.toml", AXUM_MANIFEST), ("app/src/main.rs", AXUM_MAIN)])
}

fn refused_in_app(project: &Project) -> String {
    refused(project, &[&DRY[..], &["--manifest-path", "app/Cargo.toml"]].concat())
}

#[test]
fn no_file_outside_is_included_in_settings_of_cargo() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.toml");
    fs::write(&secret, format!("token {SECRET}\n")).unwrap();
    let secret = secret.to_str().unwrap();
    let pipe = pipe(elsewhere.path());
    for include in [format!("[{secret:?}]"), format!("{secret:?}"), format!("[{{ path = {secret:?} }}]")] {
        let project = package_below();
        project.write(".cargo/config.toml", &format!("include = {include}\n"));
        assert!(refused_in_app(&project).contains("secret.toml"));
        // By way of another one, and of a link.
        project.write(".cargo/config.toml", "include = [\"../more.toml\"]\n");
        project.write("more.toml", &format!("include = {include}\n"));
        assert!(refused_in_app(&project).contains("secret.toml"));
        link(secret, &project.path().join("more.toml"));
        assert!(refused_in_app(&project).contains("more.toml"));
        link(&pipe, &project.path().join("more.toml"));
        assert!(refused_in_app(&project).contains("more.toml"));
        fs::remove_file(project.path().join("more.toml")).unwrap();
        project.write("more.toml", "[build]\njobs = 1\n");
        directly(&project, &[&DRY[..], &["--manifest-path", "app/Cargo.toml"]].concat());
    }
}

/// Only cargo knows where members are. It says what is wrong and where, and quotes nothing.
#[test]
fn nothing_of_a_members_manifest_is_quoted() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    for text in [
        format!("token {SECRET}\n"),
        format!("[package]\nname = \"b\"\nversion = [\"{SECRET}\",\n\"{SECRET}\"]\n"),
        format!("[package]\nname = \"b\"\nversion = 3 # {SECRET}\n"),
        format!("[package]\nname = \"b\"\n\"{SECRET}\"\r\"{SECRET}\"\n"),
        format!("{SECRET}\0=\u{2028}{SECRET}"),
    ] {
        let manifest = format!("{AXUM_MANIFEST}\n[workspace]\nmembers = [\"b\"]\n");
        let project = Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", AXUM_MAIN), ("b/src/lib.rs", "")]);
        fs::write(&secret, &text).unwrap();
        for target in [secret.as_path(), Path::new("/proc/self/environ")] {
            link(target, &project.path().join("b/Cargo.toml"));
            for command in [&DRY[..], &["init", "--yes", "--dry-run", "--format", "json"]] {
                let said = refused(&project, command);
                assert!(said.contains("b/Cargo.toml") && !said.contains(" | "), "{said}");
            }
        }
    }
}

/// Cargo reads the manifests of members whatever they are.
#[test]
fn a_member_whose_manifest_does_not_end_is_refused() {
    let elsewhere = tempfile::tempdir().unwrap();
    let pipe = pipe(elsewhere.path());
    let member = "[workspace]\nmembers = [\"b\"]\n";
    let several = "[workspace]\nmembers = [\"crates/*\", \"b*\"]\n";
    let path = "[workspace]\n[dependencies.b]\npath = \"b\"\n";
    let inline = "[workspace]\n[target.'cfg(unix)'.dev-dependencies]\nb = { path = \"crates/../b\" }\n";
    let nested = "[workspace]\n[build-dependencies.c]\npath = \"c\"\n";
    for more in [member, several, path, inline, nested] {
        let manifest = format!("{AXUM_MANIFEST}\n{more}");
        let project = Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", AXUM_MAIN), ("b/src/lib.rs", "")]);
        project.write("c/Cargo.toml", "[package]\nname = \"c\"\n[dependencies]\nb = { path = \"../b\" }\n");
        project.write("c/src/lib.rs", "");
        project.write("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
        link(&pipe, &project.path().join("b/Cargo.toml"));
        let said = refused(&project, &DRY);
        assert!(said.contains("b/Cargo.toml") && said.contains("not a regular file"), "{more}: {said}");
    }
}

/// A link to a secret may be any file that git reads.
#[test]
fn nothing_of_what_git_complains_of_is_shown() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, format!("token: {SECRET}\n")).unwrap();
    for place in [".git/packed-refs", ".git/config", ".git/HEAD", ".git/index", ".git/objects/info/alternates"] {
        let project = Project::axum();
        fs::remove_dir_all(project.path().join(".git/refs")).unwrap();
        fs::create_dir_all(project.path().join(".git/refs")).unwrap();
        link(&secret, &project.path().join(place));
        let said = refused(&project, &["init", "--yes"]);
        assert!(said.contains("git status") || place.ends_with("alternates"), "{place}: {said}");
    }
}
