//! Every command under `strace`: what it starts, and what it opens for writing.
//!
//! Whatever a repository contains, no command runs anything of it or writes anywhere that the diff has not shown. `--verify`
//! and the app of `demo` aside, which are asked for.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cargo_clerk_sessions::cli::Cli;
use clap::CommandFactory;
use serde_json::Value;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, program};

/// A system call with a path: its name, what it was given, and the path that it is about.
#[derive(Debug)]
struct Call {
    name: String,
    given: String,
    paths: Vec<PathBuf>,
}

impl Call {
    fn read(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let (given, result) = rest.rsplit_once(") = ")?;
        // Nothing was there, and nothing was to be made.
        if result.starts_with("-1 ENOENT") && !given.contains("O_CREAT") {
            return None;
        }
        // `AT_FDCWD</folder>, "path"`: what stands before a relative path is the folder that it is relative to.
        let parts: Vec<&str> = given.split('"').collect();
        let named = parts.iter().enumerate().skip(1).step_by(2).map(|(index, path)| {
            let folder = parts[index - 1].rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
            Path::new(folder.map_or("", |(folder, _)| folder)).join(path)
        });
        // Of a program only the first is its path.
        let paths = named.take(if name.starts_with("exec") { 1 } else { 2 }).collect();
        Some(Self { name: name.to_owned(), given: given.to_owned(), paths })
    }

    fn starts(&self) -> bool {
        self.name.starts_with("exec")
    }

    /// Whether it changes what is at its paths, or would if something were there.
    fn writes(&self) -> bool {
        let opens = self.name.starts_with("open") || self.name == "creat";
        let for_writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| self.given.contains(flag));
        let reads = ["exec", "stat", "access", "readlink", "chdir", "getcwd", "statfs", "getxattr"];
        let looks = ["lstat", "newfstatat", "statx", "faccessat", "lgetxattr", "listxattr", "llistxattr"];
        if opens { for_writing } else { !reads.iter().chain(&looks).any(|name| self.name.starts_with(name)) }
    }
}

fn strace() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let strace = std::env::split_paths(&path).map(|folder| folder.join("strace")).find(|strace| strace.is_file());
    strace.expect("`run.sh` installs strace")
}

/// A repository that tries to have things of its own run and written.
fn hostile() -> Project {
    let rustfmt = "hard_tabs = true\nemit_mode = \"Files\"\nmake_backup = true\nunstable_features = true\n";
    let project = Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"api\", \"web\"]\nresolver = \"2\"\n"),
        ("api/Cargo.toml", AXUM_MANIFEST),
        ("api/src/main.rs", AXUM_MAIN),
        ("web/Cargo.toml", &AXUM_MANIFEST.replace("shop-api", "shop-web")),
        ("web/src/main.rs", AXUM_MAIN),
        ("rustfmt.toml", rustfmt),
        (".gitattributes", "* filter=evil diff=evil\n"),
        (".gitignore", "/target\n"),
        (
            ".cargo/config.toml",
            "[build]\nrustc = \"tools/evil\"\nrustc-wrapper = \"tools/evil\"\ntarget-dir = \"elsewhere\"\n",
        ),
    ]);
    let tools = project.path().join("tools");
    fs::create_dir(&tools).unwrap();
    for name in ["evil", "git", "cargo", "rustfmt", "rustc", "less", "more"] {
        fs::write(tools.join(name), "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(tools.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    project.commit();
    let evil = tools.join("evil");
    for key in
        ["core.fsmonitor", "core.pager", "filter.evil.clean", "diff.evil.command", "core.sshCommand", "core.editor"]
    {
        project.git(&["config", key, evil.to_str().unwrap()]);
    }
    // With another time git has to read the files again, through the filter.
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for path in ["api/Cargo.toml", "api/src/main.rs"] {
        fs::File::options().write(true).open(project.path().join(path)).unwrap().set_modified(old).unwrap();
    }
    project
}

/// The paths in the documents that a command prints, which are below the repository.
fn shown(document: &str) -> BTreeSet<PathBuf> {
    fn collect(value: &Value, into: &mut BTreeSet<PathBuf>) {
        let packages = value["packages"].as_array().into_iter().flatten();
        packages.for_each(|package| collect(package, into));
        let changes = value["changes"].as_array().into_iter().flatten();
        let written = changes.filter(|change| change["before_sha256"] != change["after_sha256"]);
        into.extend(written.map(|change| PathBuf::from(change["path"].as_str().unwrap())));
    }
    let mut paths = BTreeSet::new();
    collect(&serde_json::from_str(document).unwrap(), &mut paths);
    paths
}

/// Runs a command in `api` under strace, and holds it to what may be started and written.
fn held(strace: &Path, project: &Project, arguments: &[&str], shown: &BTreeSet<PathBuf>, folder: Option<&Path>) {
    let (traces, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = format!("{}:{}", project.path().join("tools").display(), std::env::var("PATH").unwrap());
    let mut command = project.command(strace.to_str().unwrap());
    command.current_dir(project.path().join("api"));
    command
        .args(["-ff", "-qq", "-y", "-s", "4096", "-e", "trace=%file,execveat", "-o"])
        .arg(traces.path().join("trace"));
    command.arg(program()).args(arguments).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    let ran = command.env("PATH", path).env("TMPDIR", temporary.path()).env("PAGER", "less").output().unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    let root = project.path().canonicalize().unwrap();
    let mut started = 0;
    for entry in fs::read_dir(traces.path()).unwrap() {
        let trace = fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in trace.lines().filter_map(Call::read) {
            if call.starts() && call.paths[0] != Path::new(program()) {
                started += 1;
                let name = call.paths[0].file_name().unwrap().to_str().unwrap();
                assert!(["cargo", "git", "rustfmt"].contains(&name), "{arguments:?} starts {call:?}");
                assert!(
                    call.paths[0].is_absolute() && !call.paths[0].starts_with(&root),
                    "{arguments:?} starts {call:?}"
                );
            }
            for path in call.paths.iter().filter(|_| call.writes()) {
                let own = [temporary.path(), project.state()].iter().any(|own| path.starts_with(own));
                let named = folder.is_some_and(|folder| path.starts_with(folder));
                let fine = own || named || path.starts_with("/dev") || belongs(path, &root, shown);
                assert!(fine, "{arguments:?} writes {call:?}");
            }
        }
    }
    // Where the record suffices, `check` asks nobody.
    let starts = !matches!(arguments[0], "blueprints" | "completions" | "local" | "man");
    assert!(arguments[0] == "check" || (started > 0) == starts, "{arguments:?}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "{arguments:?}");
}

/// Whether a path in the repository was shown, stands beside one that was while it is replaced, is a folder above one, or is
/// the mark of a run at work.
fn belongs(path: &Path, root: &Path, shown: &BTreeSet<PathBuf>) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let name = below.file_name().unwrap_or_default().to_str().unwrap();
    // `.mod.rs.clerk-sessions-749cf7204e41b64a` waits beside `mod.rs`.
    let waiting = name.strip_prefix('.').and_then(|name| name.rsplit_once(".clerk-sessions-"));
    let waiting = waiting.filter(|(_, tag)| tag.len() == 16 && tag.chars().all(|c| c.is_ascii_hexdigit()));
    let target = waiting.map_or_else(|| below.to_owned(), |(name, _)| below.with_file_name(name));
    below == Path::new(".clerk-sessions.journal")
        || shown.iter().any(|shown| *shown == target || shown.starts_with(below))
}

/// The commands, in an order in which each has something to do. Those of the first list show what they write.
#[test]
fn every_command_starts_and_writes_only_what_it_may() {
    let strace = strace();
    let project = hostile();
    let outside = tempfile::tempdir().unwrap();
    let [pages, blueprints] = ["man", "blueprints"].map(|name| outside.path().join(name));
    let nothing = BTreeSet::new();
    let mut names = BTreeSet::new();
    for arguments in [
        &["init", "--yes"][..],
        &["init", "--yes", "--wire"],
        &["update", "--yes", "--set", "leeway=7"],
        &["update", "--yes", "--workspace", "--set", "leeway=8"],
        &["guide", "--write", "docs/guide.md", "--yes"],
        &["undo", "--yes"],
        &["adopt", "--yes"],
        &["remove", "--yes", "--force"],
    ] {
        names.insert(arguments[0]);
        if arguments[0] == "adopt" {
            fs::remove_file(project.path().join("api/clerk-sessions.lock")).unwrap();
        }
        let dry = [arguments, &["--allow-dirty", "--dry-run", "--format", "json"]].concat();
        held(&strace, &project, &dry, &nothing, None);
        let before = project.tree();
        let shown = shown(&project.run_in("api", &dry).expect(0).stdout());
        assert!(!shown.is_empty(), "{arguments:?}");
        held(&strace, &project, &[arguments, &["--allow-dirty"]].concat(), &shown, None);
        let after = project.tree();
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed = paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).map(PathBuf::from);
        assert_eq!(changed.collect::<BTreeSet<PathBuf>>(), shown, "{arguments:?}");
        if arguments[0] != "remove" {
            for arguments in [
                &["diff"][..],
                &["diff", "--against", "base"],
                &["check"],
                &["check", "--format", "sarif"],
                &["status"],
                &["guide"],
            ] {
                names.insert(arguments[0]);
                held(&strace, &project, arguments, &nothing, None);
            }
        }
    }
    for arguments in [
        &["completions", "bash"][..],
        &["man"],
        &["demo", "--dry-run"],
        &["blueprints", "export", "x", "-n"],
        &["local", "--print-seed"],
        // What stands behind `--` is asked for; here it is the tool itself.
        &["local", "--port", "0", "--", program(), "token"],
    ] {
        names.insert(arguments[0]);
        held(&strace, &project, arguments, &nothing, None);
    }
    names.insert("token");
    held(&strace, &project, &["man", pages.to_str().unwrap()], &nothing, Some(&pages));
    held(&strace, &project, &["blueprints", "export", blueprints.to_str().unwrap()], &nothing, Some(&blueprints));
    let all = Cli::command();
    let all = all.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help");
    assert_eq!(all.collect::<BTreeSet<&str>>(), names);
}
