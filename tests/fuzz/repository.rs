//! Small hostile repositories, made from bytes: what a command does in one shows nothing that lies outside or in `.git`, and
//! writes nothing there. Shared by the fuzz target of that name and by `cargo test`.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{self as unix_fs, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Stands in every file that no command may show.
const SECRET: &str = "nobody-may-see-this";

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n\
                        axum = \"0.8\"\ntokio = { version = \"1\", features = [\"full\"] }\n";

const MAIN: &str = "use axum::{routing::get, Router};\n\nfn app() -> Router {\n    Router::new().route(\"/\", \
                    get(|| async { \"hello\" }))\n}\n\nfn main() {\n    app();\n}\n";

/// Where something may stand in the repository.
const NAMES: &[&str] = &[
    "src/clerk/mod.rs",
    "src/clerk/config.rs",
    "src/clerk/mine.rs",
    "src/clerk",
    "src/main.rs",
    "src",
    "clerk-sessions.lock",
    "clerk-sessions.toml",
    ".env.example",
    ".env.local",
    ".clerk-sessions.journal",
    "Cargo.toml",
    "Cargo.lock",
    "rustfmt.toml",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    ".gitignore",
    ".gitattributes",
    "target",
    "docs",
    "member",
    "odd\n::error::name",
    "src/\u{1b}]52;c;aGk=\u{7}.rs",
];

/// What links lead to and records name, below the repository.
const TARGETS: &[&str] = &[
    ".git/config",
    ".git/hooks",
    ".git/hooks/pre-commit",
    ".git/HEAD",
    ".git",
    "../secret.rs",
    "../secret",
    "../other",
    "..",
    ".env",
    "/etc/passwd",
    "/dev/zero",
    "src/main.rs",
    "src",
    "docs",
    "nowhere",
    ".",
];

/// What files may hold; `@` stands for the trap, a program that leaves a trace.
const TEXTS: &[&str] = &[
    "",
    "{",
    "[workspace]\nmembers = [\"member\", \"../other\"]\n",
    "[build]\ntarget-dir = \"../other\"\nrustc-wrapper = \"@\"\nrustc = \"@\"\n[alias]\nmetadata = [\"@\"]\n",
    "[toolchain]\npath = \"../other\"\n",
    "[toolchain]\nchannel = \"nowhere\"\n",
    "* filter=trap diff=trap merge=trap\n",
    "*\n",
    "module = \"../other\"\n",
    "framework = \"axum\"\nprofile = \"prod\"\nmodule = \"clerk\"\n",
    "#[path = \"../../secret.rs\"]\nmod secret;\n",
    "format = 1\n# The end.\n",
    "# `cargo clerk-sessions` is at work here, or was interrupted: its next run asks what to do.\n0\n",
    "\u{1b}[31m::error::forged\n",
];

/// Entries of the repository's own configuration of git.
const SETTINGS: &[(&str, &str)] = &[
    ("core.fsmonitor", "@"),
    ("core.hooksPath", "../other"),
    ("filter.trap.clean", "@"),
    ("filter.trap.process", "@"),
    ("diff.trap.textconv", "@"),
    ("core.pager", "@"),
    ("core.editor", "@"),
    ("core.sshCommand", "@"),
    ("core.worktree", "../../other"),
    ("include.path", "../../secret.rs"),
    ("alias.status", "!@"),
    ("credential.helper", "!@"),
];

const COMMANDS: &[&[&str]] = &[
    &["init", "--yes", "--allow-dirty"],
    &["init", "--yes", "--dry-run", "--format", "markdown"],
    &["init", "--yes", "--allow-no-vcs", "--wire", "--set", "keys=pem"],
    &["update", "--yes", "--allow-dirty", "--set", "profile=dev"],
    &["update", "--yes", "--allow-no-vcs", "--conflict", "markers", "--set", "profile=high-security"],
    &["diff"],
    &["diff", "--against", "base", "--format", "json"],
    &["diff", "--format", "markdown"],
    &["check"],
    &["check", "--workspace", "--format", "github"],
    &["check", "--format", "sarif"],
    &["remove", "--yes", "--force", "--allow-dirty"],
    &["remove", "--yes", "--allow-no-vcs"],
    &["undo", "--yes"],
    &["adopt", "--yes", "--allow-dirty"],
];

/// A repository with generated code, from which the hostile ones are made.
pub struct Origin {
    folder: tempfile::TempDir,
}

impl Origin {
    /// `run` runs the program in a folder.
    pub fn new(run: &mut dyn FnMut(&Path, &[&str]) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().join("repository");
        write(&repository.join("Cargo.toml"), MANIFEST);
        write(&repository.join("src/main.rs"), MAIN);
        write(&repository.join(".gitignore"), "target\n.env\n");
        git(&repository, &["init", "--quiet"]);
        run(&repository, &["init", "--yes", "--allow-dirty"]);
        assert!(repository.join("clerk-sessions.lock").exists(), "the origin has no generated code");
        git(&repository, &["add", "--all"]);
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        git(&repository, &[&who[..], &["commit", "--quiet", "--message", "state"]].concat());
        Self { folder }
    }

    /// Makes a hostile repository, runs a few commands in it, and panics where one showed or wrote what it must not.
    pub fn attack(&self, bytes: &[u8], run: &mut dyn FnMut(&Path, &[&str]) -> String) {
        let outer = tempfile::tempdir().unwrap();
        let repository = outer.path().join("repository");
        copy(&self.folder.path().join("repository"), &repository);
        let trap = outer.path().join("trap");
        write(&trap, &format!("#!/bin/sh\ntouch '{}'\ncat\n", outer.path().join("sprung").display()));
        fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
        for path in ["secret.rs", "secret/mod.rs", "other/Cargo.toml", "other/src/main.rs", "repository/.env"] {
            write(
                &outer.path().join(path),
                &format!("# {SECRET}\n{}", if path.ends_with("toml") { MANIFEST } else { "" }),
            );
        }
        let mut bytes = Bytes(bytes);
        let mut commands = Vec::new();
        while !bytes.0.is_empty() {
            disturb(&repository, &trap, &mut bytes, &mut commands);
        }
        let config = repository.join(".git/config");
        let settings = fs::read_to_string(&config).unwrap();
        write(&config, &format!("{settings}[http]\n\textraheader = {SECRET}\n"));
        let before = kept(outer.path());
        for command in commands.iter().take(4) {
            let said = run(&repository, command);
            assert!(!said.contains(SECRET), "{command:?} showed what it must not:\n{said}");
            let after = kept(outer.path());
            let changed: Vec<_> = after.iter().filter(|(path, text)| before.get(*path) != Some(text)).collect();
            assert!(
                changed.is_empty() && after.len() == before.len(),
                "{command:?} wrote what it must not: {changed:?}"
            );
        }
    }
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let [first, rest @ ..] = self.0 else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.next() % of.len()]
    }
}

/// One disturbance, or one more command.
fn disturb(repository: &Path, trap: &Path, bytes: &mut Bytes, commands: &mut Vec<&'static [&'static str]>) {
    let trap = trap.to_str().unwrap();
    match bytes.next() % 6 {
        0 => {
            let (name, target) = (repository.join(bytes.one(NAMES)), bytes.one(TARGETS));
            clear(&name);
            let target = if target.starts_with('/') { PathBuf::from(target) } else { repository.join(target) };
            let _ = unix_fs::symlink(target, name);
        }
        1 => {
            let (name, text) = (repository.join(bytes.one(NAMES)), bytes.one(TEXTS));
            clear(&name);
            write_if_possible(&name, &text.replace('@', trap));
        }
        2 => {
            let record = repository.join("clerk-sessions.lock");
            let (name, target) = (bytes.one(NAMES), bytes.one(TARGETS));
            if fs::symlink_metadata(&record).is_ok_and(|found| found.is_file()) {
                let text = fs::read_to_string(&record).unwrap_or_default();
                write(&record, &text.replace(&format!("path = \"{name}\""), &format!("path = \"{target}\"")));
            }
        }
        3 => {
            let (key, value) = bytes.one(SETTINGS);
            let _ = Command::new("git")
                .args(["config", "--file"])
                .arg(repository.join(".git/config"))
                .args([key, &value.replace('@', trap)])
                .output();
        }
        4 => {
            let manifest = repository.join("Cargo.toml");
            let target = bytes.one(TARGETS);
            if fs::symlink_metadata(&manifest).is_ok_and(|found| found.is_file()) {
                let text = fs::read_to_string(&manifest).unwrap_or_default();
                write(&manifest, &format!("{text}\n[[bin]]\nname = \"other\"\npath = \"{target}\"\n"));
            }
        }
        _ => commands.push(bytes.one(COMMANDS)),
    }
}

/// Makes room in the repository itself; what a link leads to is left alone.
fn clear(path: &Path) {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => drop(fs::remove_dir_all(path)),
        Ok(_) => drop(fs::remove_file(path)),
        Err(_) => {}
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Not through a link that an earlier disturbance made.
fn write_if_possible(path: &Path, text: &str) {
    let linked =
        path.ancestors().skip(1).any(|above| fs::symlink_metadata(above).is_ok_and(|found| found.is_symlink()));
    if !linked && fs::create_dir_all(path.parent().unwrap()).is_ok() {
        let _ = fs::write(path, text);
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(Command::new("git").current_dir(folder).args(arguments).status().unwrap().success(), "git {arguments:?}");
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What no command may change: all that lies outside the repository, in its `.git`, or is ignored.
fn kept(outer: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let repository = outer.join("repository");
    for entry in walkdir::WalkDir::new(outer).into_iter().filter_map(Result::ok) {
        let path = entry.path();
        let own =
            path.strip_prefix(&repository).is_ok_and(|below| !below.starts_with(".git") && below != Path::new(".env"));
        if entry.file_type().is_file() && !own {
            files.insert(path.to_owned(), fs::read(path).unwrap_or_default());
        }
    }
    files
}
