//! A small tree, the changes to it, and hooks that disturb them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use camino::{Utf8Path, Utf8PathBuf};
use cargo_clerk_sessions::apply::{self, ApplyError, Checkout, Hook, Recovered, Site, Step, apply_with, possible};
use cargo_clerk_sessions::change::Change;

/// What a path is: a folder, a file with its mode and text, or a link with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    Folder,
    File(u32, String),
    Link(Utf8PathBuf),
}

/// Everything below a folder.
pub type Things = BTreeMap<Utf8PathBuf, Thing>;

/// A project in a temporary folder. What is kept for later runs lies beside it.
pub struct Scene {
    _folder: Option<tempfile::TempDir>,
    pub root: Utf8PathBuf,
    pub checkout: Checkout,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let base = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        let scene = Self { _folder: Some(folder), ..Self::at(base.join("project")) };
        scene.file("Cargo.toml", 0o644, "[package]\n");
        scene.file("clerk-sessions.lock", 0o644, "format = 0\n");
        scene.file("old/gone.rs", 0o600, "// Gone.\n");
        scene.file("src/main.rs", 0o640, "fn main() {}\n");
        scene.file("src/real.rs", 0o644, "// Real.\n");
        scene.file("src/run.sh", 0o755, "echo old\n");
        symlink("real.rs", scene.root.join("src/link.rs")).unwrap();
        scene
    }

    /// The one that another process made.
    pub fn at(root: Utf8PathBuf) -> Self {
        let state = Some(root.parent().unwrap().join("state/kept"));
        Self { _folder: None, checkout: Checkout { root: root.clone(), state }, root }
    }

    pub fn site(&self) -> Site {
        Site { base: self.root.clone(), checkout: Some(self.checkout.clone()) }
    }

    /// The folder that stands for the user's own.
    pub fn state(&self) -> &Utf8Path {
        self.checkout.state.as_deref().unwrap()
    }

    /// Whether there is something to undo.
    pub fn kept(&self) -> bool {
        self.state().join("last").exists()
    }

    /// Heals what an interrupted run left.
    pub fn recover(&self) -> Result<Option<Recovered>, ApplyError> {
        apply::waiting(&self.checkout)?.map(apply::Waiting::heal).transpose()
    }

    pub fn undo(&self, hook: Hook) -> Result<Vec<Utf8PathBuf>, ApplyError> {
        let journal = apply::last(&self.checkout)?;
        apply::undo_with(&self.checkout, &journal, hook)?;
        Ok(journal.entries.into_iter().map(|entry| entry.path).collect())
    }

    /// Applies some changes of the caller's.
    pub fn write(&self, changes: &[Change], hook: Hook) -> Result<(), ApplyError> {
        apply_with(&self.site(), changes, &possible(&self.site(), changes)?, hook).map(drop)
    }

    pub fn file(&self, path: &str, mode: u32, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.root.join(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    /// A change of a file to a text, or its removal.
    pub fn change(&self, path: &str, after: Option<&str>) -> Change {
        Change::new(path, self.read(path), after.map(str::to_owned))
    }

    /// One of every kind: changed, removed with its folder, created with two folders, through a link, with a mode; and a
    /// record at the end.
    pub fn changes(&self) -> Vec<Change> {
        vec![
            self.change("Cargo.toml", Some("[package]\n# New.\n")),
            self.change("old/gone.rs", None),
            self.change("src/clerk/deep/mod.rs", Some("// Made.\n")),
            self.change("src/link.rs", Some("// Real, and changed.\n")),
            self.change("src/run.sh", Some("echo new\n")),
            self.change("clerk-sessions.lock", Some("format = 1\n")),
        ]
    }

    pub fn apply(&self, hook: &mut dyn FnMut(&Step) -> io::Result<()>) -> Result<(), ApplyError> {
        self.write(&self.changes(), hook)
    }

    pub fn things(&self) -> Things {
        things(&self.root)
    }
}

pub fn things(root: &Utf8Path) -> Things {
    let mut things = Things::new();
    for entry in walkdir::WalkDir::new(root).min_depth(1) {
        let entry = entry.unwrap();
        let path = Utf8Path::from_path(entry.path()).unwrap();
        let kind = entry.file_type();
        let thing = if kind.is_dir() {
            Thing::Folder
        } else if kind.is_symlink() {
            Thing::Link(path.read_link_utf8().unwrap())
        } else {
            Thing::File(entry.metadata().unwrap().permissions().mode() & 0o7777, fs::read_to_string(path).unwrap())
        };
        things.insert(path.strip_prefix(root).unwrap().to_owned(), thing);
    }
    things
}

/// The tree before the changes, and the tree that they are to give, written out.
pub fn old_and_new() -> (Things, Things) {
    let old = Scene::new().things();
    let mut new = old.clone();
    new.remove(Utf8Path::new("old/gone.rs"));
    new.remove(Utf8Path::new("old"));
    let made = |text: &str| Thing::File(default_mode(), text.to_owned());
    let news = [
        ("Cargo.toml", Thing::File(0o644, "[package]\n# New.\n".to_owned())),
        ("src/clerk", Thing::Folder),
        ("src/clerk/deep", Thing::Folder),
        ("src/clerk/deep/mod.rs", made("// Made.\n")),
        ("src/real.rs", Thing::File(0o644, "// Real, and changed.\n".to_owned())),
        ("src/run.sh", Thing::File(0o755, "echo new\n".to_owned())),
        ("clerk-sessions.lock", Thing::File(0o644, "format = 1\n".to_owned())),
    ];
    new.extend(news.map(|(path, thing)| (path.into(), thing)));
    (old, new)
}

/// The mode of a file that nobody gave one: it depends on the mask of the process.
fn default_mode() -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "").unwrap();
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Runs something and stops dead at one of its steps, as if killed; what it returned if it came to its end before.
pub fn killed_at<T>(at: usize, work: impl FnOnce(&mut dyn FnMut(&Step) -> io::Result<()>) -> T) -> Option<T> {
    let mut seen = 0;
    let mut hook = |_: &Step| {
        if seen == at {
            // Unwinds without a word; nothing on the way cleans up.
            resume_unwind(Box::new(()));
        }
        seen += 1;
        Ok(())
    };
    catch_unwind(AssertUnwindSafe(|| work(&mut hook))).ok()
}
