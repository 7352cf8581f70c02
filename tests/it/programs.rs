//! Programs that the tool starts, in repositories that bring their own.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{PROGRAM, Project};

/// A script that leaves a line with its name in a file `trace` beside it before it does what is asked.
fn script(folder: &Path, name: &str, then: &str) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\necho {name} >>'{}'\n{then}\n", folder.join("trace").display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What scripts of a folder were run.
fn traced(folder: &Path) -> String {
    fs::read_to_string(folder.join("trace")).unwrap_or_default()
}

/// The tool as it is run directly, without cargo and what rustup says to it.
fn directly(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(project.path()).args(arguments).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    command
}

/// A program on the path of the tests.
fn found(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file()).unwrap()
}

/// A folder with what rustup puts on the path: a cargo and a rustfmt that start those of the toolchain which a file in the
/// current folder names.
fn rustup() -> tempfile::TempDir {
    let bin = tempfile::tempdir().unwrap();
    for name in ["cargo", "rustfmt"] {
        let real = found(name);
        let script = format!(
            "#!/bin/sh\n[ -z \"$RUSTUP_TOOLCHAIN\" ] && [ -f rust-toolchain ] && exec \"$(cat rust-toolchain)/bin/{name}\" \"$@\"\nexec '{}' \"$@\"\n",
            real.display()
        );
        fs::write(bin.path().join(name), script).unwrap();
        fs::set_permissions(bin.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    bin
}

/// Makes git fetch an object, with a command of the repository, as soon as it looks for a tree.
fn promise(project: &Project, command: &Path) {
    let tree = project.git(&["rev-parse", "HEAD^{tree}"]);
    fs::remove_file(project.path().join(".git/objects").join(&tree[..2]).join(tree[2..].trim())).unwrap();
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", project.path().to_str().unwrap()),
        ("remote.origin.uploadpack", command.to_str().unwrap()),
        ("protocol.file.allow", "always"),
    ] {
        project.git(&["config", key, value]);
    }
}

#[test]
fn nothing_is_fetched_with_a_command_of_the_repository() {
    let project = Project::axum();
    let scripts = tempfile::tempdir().unwrap();
    promise(&project, &script(scripts.path(), "uploadpack", "exit 1"));
    project.run(&["init", "--yes", "--allow-no-vcs"]);
    // Wrong: git fetches the tree.
    assert_eq!(traced(scripts.path()), "uploadpack\n");
}

#[test]
fn a_toolchain_in_the_repository_is_not_run() {
    let project = Project::axum();
    let bin = rustup();
    let toolchain = project.path().join("toolchain");
    script(&toolchain.join("bin"), "cargo", &format!("exec '{}' \"$@\"", found("cargo").display()));
    script(&toolchain.join("bin"), "rustfmt", "cat");
    project.write("rust-toolchain", toolchain.to_str().unwrap());
    project.write("src/rustfmt.toml", "max_width = 60\n");
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
    directly(&project, &["init", "--yes", "--dry-run"]).env("PATH", path).output().unwrap();
    // Wrong: it is.
    assert!(traced(&toolchain.join("bin")).starts_with("cargo\n"), "{}", traced(&toolchain.join("bin")));
}

#[test]
fn a_program_on_a_path_into_the_repository_is_not_run() {
    for entry in ["tools", "./tools", "", "absolute"] {
        let project = Project::axum();
        let tools = project.path().join(if entry.is_empty() { "" } else { "tools" });
        for name in ["cargo", "git", "rustfmt"] {
            script(&tools, name, &format!("exec '{}' \"$@\"", found(name).display()));
        }
        let entry = if entry == "absolute" { tools.to_str().unwrap() } else { entry };
        let path = format!("{entry}:{}", std::env::var("PATH").unwrap());
        directly(&project, &["init", "--yes", "--allow-dirty"]).env("PATH", path).output().unwrap();
        // Wrong: they are.
        assert!(traced(&tools).contains("cargo\ngit\n"), "{entry:?}: {}", traced(&tools));
    }
}
