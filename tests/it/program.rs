//! Programs that the tool starts, in repositories that bring their own.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, program};

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
    let mut command = project.command(program());
    command.args(arguments).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
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
    project.run(&["init", "--yes"]).expect(4);
    project.run(&["init", "--yes", "--allow-no-vcs"]).expect(0);
    assert_eq!(traced(scripts.path()), "");
    // It is a command that git runs.
    let status = Command::new("git").current_dir(project.path()).arg("status").output().unwrap();
    assert!(!status.status.success());
    assert_eq!(traced(scripts.path()), "uploadpack\n");
}

/// Every setting that git lists, with names where it has placeholders, and some that it does not list, or not yet.
fn settings() -> Vec<String> {
    let listed = Command::new("git").args(["help", "--config"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let more =
        ["filter.evil.process", "hook.evil.command", "tar.evil.command", "trailer.evil.command", "trailer.evil.cmd"];
    let all = listed.lines().filter(|line| line.contains('.') && !line.contains(' ')).chain(more);
    let mut all: Vec<String> = all
        .map(|key| {
            let named = key.split('.').map(|part| if part.contains(['<', '*']) { "evil" } else { part });
            named.collect::<Vec<_>>().join(".")
        })
        .collect();
    // They say what the repository is, and one reads all the others.
    let apart = ["core.worktree", "core.bare", "core.repositoryFormatVersion", "include.path"];
    all.retain(|key| !apart.contains(&key.as_str()) && !key.starts_with("extensions."));
    all.sort();
    all.dedup();
    all
}

/// Settings as a file has them, each of which names a command that leaves a trace.
fn file_of(keys: &[String], scripts: &Path) -> String {
    let line = |key: &String| {
        let (section, name) = key.split_once('.').unwrap();
        let command = scripts.join(key).to_str().unwrap().to_owned();
        match name.rsplit_once('.') {
            Some((inner, name)) => format!("[{section} \"{inner}\"]\n\t{name} = {command}\n"),
            None => format!("[{section}]\n\t{name} = {command}\n"),
        }
    };
    keys.iter().map(line).collect()
}

/// Those of the settings that git takes beside others with a command for their value; the rest are numbers, words and so on.
fn taken(keys: &[String], others: &[String], scripts: &Path, project: &Project) -> Vec<String> {
    let file = scripts.join("some");
    fs::write(&file, file_of(&[others, keys].concat(), scripts)).unwrap();
    let mut git = Command::new("git");
    git.current_dir(project.path()).arg("-c").arg(format!("include.path={}", file.display()));
    if git.args(["status", "--branch", "--porcelain=v2"]).output().unwrap().status.success() {
        return keys.to_vec();
    }
    if keys.len() < 2 {
        return Vec::new();
    }
    let (one, other) = keys.split_at(keys.len() / 2);
    let one = taken(one, others, scripts, project);
    let other = taken(other, &[others, &one].concat(), scripts, project);
    [one, other].concat()
}

/// Runs every command that asks cargo or git, and answers how they ended.
fn run_everything(project: &Project) -> Vec<i32> {
    let commands = [
        &["init", "--yes", "--dry-run"][..],
        &["init", "--yes"],
        &["check"],
        &["diff"],
        &["update", "--yes", "--set", "leeway=7"],
        &["undo", "--yes"],
        &["adopt", "--yes"],
        &["diff", "--against", "base"],
        &["remove", "--yes", "--force"],
    ];
    commands.map(|arguments| project.run(arguments).code()).to_vec()
}

#[test]
fn no_setting_of_git_runs_anything() {
    let project = Project::axum();
    let scripts = tempfile::tempdir().unwrap();
    let keys = settings();
    assert!(keys.len() > 500, "{}", keys.len());
    for key in &keys {
        script(scripts.path(), key, "exit 1");
    }
    let keys = taken(&keys, &[], scripts.path(), &Project::axum());
    for known in ["core.sshCommand", "core.pager", "filter.evil.clean", "diff.external", "alias.evil", "core.editor"] {
        assert!(keys.iter().any(|key| key == known), "{known}");
    }
    project.write("settings", &file_of(&keys, scripts.path()));
    project.git(&["config", "include.path", "../settings"]);
    project.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
    let hooks = project.path().join(".git/hooks");
    for hook in ["pre-commit", "post-index-change", "post-checkout", "fsmonitor-watchman", "reference-transaction"] {
        script(&hooks, hook, "exit 1");
    }
    // With another time git has to read the files again, through the filter.
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for name in ["Cargo.toml", "src/main.rs"] {
        fs::File::options().write(true).open(project.path().join(name)).unwrap().set_modified(old).unwrap();
    }
    let _ = fs::remove_file(scripts.path().join("trace"));
    assert_eq!(run_everything(&project), [0, 0, 0, 0, 0, 0, 4, 0, 0]);
    assert_eq!(traced(scripts.path()), "");
    assert_eq!(traced(&hooks), "");
    // Some of them are commands that git runs for the same question.
    Command::new("git").current_dir(project.path()).arg("status").output().unwrap();
    let run = traced(scripts.path());
    assert!(run.contains("core.fsmonitor\n") && run.contains("filter.evil.process\n"), "{run}");
}

/// A repository inside, as a submodule is, has settings of its own.
#[test]
fn no_setting_of_a_repository_inside_runs_anything() {
    let project = Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    let scripts = tempfile::tempdir().unwrap();
    let inner = Project::new(&[("mod.rs", "")]);
    fs::rename(inner.path(), project.path().join("src/clerk")).unwrap();
    project.commit();
    let monitor = script(scripts.path(), "monitor", "exit 1");
    project.git(&["-C", "src/clerk", "config", "core.fsmonitor", monitor.to_str().unwrap()]);
    assert_eq!(run_everything(&project)[..2], [4, 4]);
    assert_eq!(traced(scripts.path()), "");
    project.git(&["status"]);
    assert!(traced(scripts.path()).contains("monitor\n"));
}

#[test]
fn no_setting_of_cargo_runs_anything() {
    let project = Project::axum();
    let scripts = project.path().join("scripts");
    let run = |name: &str| format!("{:?}", script(&scripts, name, "exit 1"));
    let settings = format!(
        "[build]\nrustc = {}\nrustc-wrapper = {}\nrustc-workspace-wrapper = {}\nrustdoc = {}\n\
         [target.x86_64-unknown-linux-gnu]\nlinker = {}\nrunner = {}\n\
         [registry]\nglobal-credential-providers = [{}]\n[net]\ngit-fetch-with-cli = true\n\
         [alias]\nmetadata = [\"run\"]\n[env]\nCARGO = {{ value = {}, force = true }}\n[doc]\nbrowser = {}\n",
        run("rustc"),
        run("wrapper"),
        run("workspace-wrapper"),
        run("rustdoc"),
        run("linker"),
        run("runner"),
        run("credentials"),
        run("cargo"),
        run("browser"),
    );
    project.write(".cargo/config.toml", &settings);
    project.commit();
    assert_eq!(run_everything(&project), [0, 0, 0, 0, 0, 0, 4, 0, 0]);
    assert_eq!(traced(&scripts), "");
    // Some of them are programs that cargo runs for another question.
    let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let files = [("Cargo.toml", manifest), ("src/lib.rs", ""), (".cargo/config.toml", settings.as_str())];
    let other = Project::bare(&files);
    Command::new(found("cargo")).current_dir(other.path()).arg("check").env_remove("RUSTC").output().unwrap();
    assert_ne!(traced(&scripts), "");
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
    let dry = ["init", "--yes", "--dry-run", "--format", "json"];
    let run = |variables: &[(&str, &str)]| {
        let output = directly(&project, &dry).env("PATH", &path).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&[]);
    assert!(code == Some(4) && said.contains("\"toolchain-path\"") && said.contains("rust-toolchain"), "{said}");
    for (variable, program) in [("CARGO", toolchain.join("bin/cargo")), ("RUSTUP_TOOLCHAIN", toolchain.clone())] {
        let (code, said) = run(&[(variable, program.to_str().unwrap())]);
        let inside = said.contains("\"program-inside\"") || variable == "CARGO" && said.contains("\"toolchain-path\"");
        assert!(code == Some(4) && inside, "{said}");
    }
    // What the user chooses holds, whatever the file says.
    assert_eq!(run(&[("RUSTUP_TOOLCHAIN", "stable")]).0, Some(0));
    assert_eq!(traced(&toolchain.join("bin")), "");
}

#[test]
fn a_program_on_a_path_into_the_repository_is_not_run() {
    for entry in ["tools", "./tools", "", "absolute", "linked"] {
        let project = Project::axum();
        let outside = tempfile::tempdir().unwrap();
        let tools = project.path().join(if entry.is_empty() { "" } else { "tools" });
        for name in ["cargo", "git", "rustfmt"] {
            script(&tools, name, &format!("exec '{}' \"$@\"", found(name).display()));
        }
        symlink(&tools, outside.path().join("tools")).unwrap();
        let entry = match entry {
            "absolute" => tools.to_str().unwrap().to_owned(),
            "linked" => outside.path().join("tools").to_str().unwrap().to_owned(),
            other => other.to_owned(),
        };
        project.write("src/rustfmt.toml", "max_width = 60\n");
        let path = format!("{entry}:{}", std::env::var("PATH").unwrap());
        let arguments = ["init", "--yes", "--allow-dirty"];
        let ran = directly(&project, &arguments).env("PATH", path).env("GIT_EXEC_PATH", &tools).output().unwrap();
        assert!(ran.status.success(), "{entry:?}: {}", String::from_utf8_lossy(&ran.stderr));
        assert_eq!(traced(&tools), "", "{entry:?}");
        let only = directly(&project, &["check"]).env("PATH", &entry).output().unwrap();
        let dry = directly(&project, &["init", "--yes", "--dry-run"]).env("PATH", &entry).output().unwrap();
        assert!(only.status.success(), "{entry:?}: {}", String::from_utf8_lossy(&only.stderr));
        let said = String::from_utf8_lossy(&dry.stderr);
        assert!(dry.status.code() == Some(4) && said.contains("no `cargo` on the path outside"), "{entry:?}: {said}");
        assert_eq!(traced(&tools), "", "{entry:?}");
    }
}
