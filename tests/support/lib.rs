//! What several test targets need: temporary projects, and the program run on them as a user would.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

pub mod blueprints;
pub mod frameworks;
pub mod hosts;
pub mod http;
pub mod manifests;
pub mod team;
pub mod tokens;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};

use camino::{Utf8Path, Utf8PathBuf};
use cargo_clerk_sessions::apply::{Checkout, Operation, Phase, Site, Step, apply_with, possible};
use cargo_clerk_sessions::change::Change;

/// The program under test: cargo builds it beside the folder of the tests.
pub fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        let program = built().join("cargo-clerk-sessions").with_extension(std::env::consts::EXE_EXTENSION);
        assert!(program.exists(), "there is no {}", program.display());
        program.into_os_string().into_string().unwrap()
    });
    &PROGRAM
}

/// Where cargo puts what it builds: the tests themselves lie in `deps` there.
fn built() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Whether what is on record is written anew: `UPDATE=1`, and never on CI.
pub fn updates() -> bool {
    std::env::var_os("UPDATE").is_some() && std::env::var_os("CI").is_none()
}

/// Temporary folders are in memory where Linux has room for them: making and deleting files costs a third of the time
/// elsewhere. A container's own limit is too small.
static TEMPORARY: LazyLock<()> = LazyLock::new(|| {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let memory = mounts.lines().find(|line| line.split(' ').nth(1) == Some("/dev/shm"));
    let fits = |line: &str| !line.contains("noexec") && !line.contains("size=");
    if std::env::var_os("TMPDIR").is_none() && memory.is_some_and(fits) {
        let _ = tempfile::env::override_temp_dir(Path::new("/dev/shm"));
    }
});

/// Files by path, as in `.git`; folders end with `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// What `git init` makes. It is the same everywhere, and to start git takes longer than to write it.
static UNBORN: LazyLock<Files> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--template="]);
    everything(&folder.path().join(".git"))
});

/// What git makes of the projects that were committed, by their files.
static COMMITTED: LazyLock<Mutex<BTreeMap<Files, Files>>> = LazyLock::new(Mutex::default);

/// A project in a temporary folder, under version control unless told otherwise.
pub struct Project {
    folder: tempfile::TempDir,
    /// What stands for the user's own state folder, which no repository reaches.
    state: tempfile::TempDir,
}

impl Project {
    /// A project with these files, committed.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self::bare(files);
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let known = COMMITTED.lock().unwrap().get(&files).cloned();
        if let Some(known) = known {
            put(&project.path().join(".git"), &known);
        } else {
            project.commit();
            COMMITTED.lock().unwrap().insert(files, everything(&project.path().join(".git")));
        }
        project
    }

    /// A project with these files and no version control.
    pub fn bare(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn empty() -> Self {
        LazyLock::force(&TEMPORARY);
        Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() }
    }

    /// A copy of a folder, committed; `dot.x` becomes `.x`, so that such files mean nothing in our own repository.
    pub fn copy(from: &Path) -> Self {
        let project = Self::empty();
        for (path, bytes) in tree(from) {
            let path = path.replace("dot.", ".");
            let target = project.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
        project
    }

    /// The smallest Axum 0.8 project.
    pub fn axum() -> Self {
        Self::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)])
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Commits everything.
    pub fn commit(&self) {
        if !self.exists(".git") {
            put(&self.path().join(".git"), &UNBORN);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "state"]);
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    /// Runs the program without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in("", arguments)
    }

    /// Runs the program in a folder of the project.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Ran {
        self.start(folder, arguments, &[])
    }

    /// Runs the program with variables of the environment.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        self.start("", arguments, variables)
    }

    /// Runs the program in a folder of the project, with variables of the environment.
    pub fn start(&self, folder: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(program());
        command.current_dir(self.path().join(folder)).arg("clerk-sessions").args(arguments);
        Ran(command.envs(variables.iter().copied()).output().unwrap())
    }

    /// The program, or one that starts it, in the project and with a state folder of the project's own.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).env("XDG_STATE_HOME", self.state()).env("CARGO_TERM_COLOR", "never");
        command.env_remove("CARGO_TARGET_DIR");
        command
    }

    /// The folder that stands for the user's state folder.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// Every file but git's own and what cargo builds.
    pub fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(self.path())
    }
}

/// Runs git in a folder, and answers what it prints.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", "-c", "maintenance.auto=false"])
        .args(arguments)
        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "test")))
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "test@example.com")))
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Everything below a folder, empty folders too.
fn everything(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter().map(Result::unwrap);
    let files = entries.map(|entry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_dir() { (path + "/", Vec::new()) } else { (path, fs::read(entry.path()).unwrap()) }
    });
    files.collect()
}

/// Writes files below a new folder.
fn put(folder: &Path, files: &Files) {
    fs::create_dir_all(folder).unwrap();
    for (path, bytes) in files {
        let target = folder.join(path);
        let made = if path.ends_with('/') { fs::create_dir_all(target) } else { fs::write(target, bytes) };
        made.unwrap();
    }
}

/// A workspace of two members with sessions, which share a crate that the workspace names.
pub fn two() -> Project {
    let member = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\naxum = {{ workspace = true }}\ntokio = {{ workspace = true }}\n"
        )
    };
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n\n[workspace.dependencies]\naxum = \"0.8\"\n\
             tokio = { version = \"1\", features = [\"full\"] }\n",
        ),
        ("a/Cargo.toml", &member("a")),
        ("a/src/main.rs", AXUM_MAIN),
        ("b/Cargo.toml", &member("b")),
        ("b/src/main.rs", AXUM_MAIN),
    ]);
    for name in ["a", "b"] {
        project.run(&["init", "--yes", "--package", name, "--set", "keys=pem"]).expect(0);
        project.commit();
    }
    project
}

/// Leaves a project as a run does that was killed while it replaced `src/main.rs`.
pub fn interrupt(project: &Project) {
    let mut replaced = 0;
    // Whatever fails from the second rename on, putting back included: as if the process had been killed there.
    killed(project, &mut |step| {
        replaced += usize::from(step.operation == Operation::Replace);
        replaced > 1 || step.phase == Phase::Back
    });
}

/// Leaves a project as a run does that was killed when only its mark was still to go.
pub fn finish_without_release(project: &Project) {
    killed(project, &mut |step| step.operation == Operation::Finish || step.phase == Phase::Back);
}

fn killed(project: &Project, dies: &mut dyn FnMut(&Step) -> bool) {
    let base = Utf8PathBuf::from_path_buf(project.path().canonicalize().unwrap()).unwrap();
    let checkout = Checkout::with_state_in(Utf8Path::from_path(project.state()).unwrap(), &base);
    let site = Site { base, checkout: Some(checkout) };
    let change = |path: &str, text: &str| Change::new(path, Some(project.read(path)), Some(text.to_owned()));
    let changes = [change("src/main.rs", "fn main() {}\n"), change("clerk-sessions.toml", "")];
    let mut hook = |step: &Step| if dies(step) { Err(std::io::ErrorKind::Other.into()) } else { Ok(()) };
    apply_with(&site, &changes, &possible(&site, &changes).unwrap(), &mut hook).unwrap_err();
}

/// What a run printed and how it ended.
pub struct Ran(Output);

impl Ran {
    pub fn code(&self) -> i32 {
        self.0.status.code().expect("the program was not killed")
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Fails the test unless the run ended so.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }
}

/// Every file below a folder, by path with `/`, but git's own and what cargo builds.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let ours = |entry: &walkdir::DirEntry| !matches!(entry.file_name().to_str(), Some(".git" | "target"));
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_entry(ours) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// A manifest with Axum 0.8.
pub const AXUM_MANIFEST: &str = "\
[package]
name = \"shop-api\"
version = \"0.1.0\"
edition = \"2021\"

[dependencies]
axum = \"0.8\"
tokio = { version = \"1\", features = [\"full\"] }
";

/// A small Axum server.
pub const AXUM_MAIN: &str = "\
use axum::{routing::get, Router};

#[tokio::main]
async fn main() {
    let app = Router::new().route(\"/\", get(|| async { \"hello\" }));
    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:0\").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
";
