//! How far reading and writing go: to the repository's own files, whatever its links say.
//!
//! A repository is other people's work, and a link in it may name any file of the user's. So every path is resolved before
//! it is read or written: where it really leads must lie in the repository that holds the workspace (without version
//! control: in the workspace), not in what version control keeps for itself, and not be a file that git ignores.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::{bounds, kept};

/// What version control keeps for itself. Some of it is run, some of it holds secrets.
const KEPT: [&str; 5] = [".git", ".hg", ".jj", ".pijul", ".svn"];

/// The repository that reading and writing stay in.
#[derive(Debug)]
pub struct Reach {
    /// Its root, without links.
    root: Utf8PathBuf,
    /// Where version control keeps its own under another name.
    kept: Vec<Utf8PathBuf>,
    /// Folders that were resolved already: many files stand in few of them.
    folders: RefCell<BTreeMap<Utf8PathBuf, Utf8PathBuf>>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Where the entry itself stands, absolute, without links in the folders above it.
    pub place: Utf8PathBuf,
    /// The file that is meant: another one where the entry is a symbolic link.
    pub target: Utf8PathBuf,
}

/// Why a path is out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// It leads out of the repository.
    Outside,
    /// It leads into what version control keeps for itself.
    Kept,
    /// It leads to a file that git ignores, such as one with secrets.
    Ignored,
    /// It leads to a file of which git does not say whether it ignores it.
    Unknown,
    /// It leads to nothing.
    Nowhere,
}

impl Bar {
    /// The words after "the path is".
    pub fn words(self) -> &'static str {
        match self {
            Self::Outside => "reached through a symbolic link that leaves the project",
            Self::Kept => "in the folder that version control keeps for itself",
            Self::Ignored => "a symbolic link to a file that git ignores",
            Self::Unknown => "a symbolic link to a file of which git does not say whether it ignores it",
            Self::Nowhere => "a symbolic link to nothing",
        }
    }

    /// What the user can do.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Unknown => "make `git status` work there",
            _ => "put the file itself there, or link to one of the repository's",
        }
    }
}

impl Reach {
    /// The repository around a folder; without version control the workspace around it.
    pub fn around(folder: &Utf8Path) -> Self {
        let root = kept::root(folder).unwrap_or_else(|| workspace(folder).to_owned());
        Self::within(&root)
    }

    /// A folder and everything below it.
    pub fn within(root: &Utf8Path) -> Self {
        let root = resolved(root);
        Self { kept: kept::kept_elsewhere(&root), root, folders: RefCell::default() }
    }

    /// Whether a folder lies in the repository.
    pub fn holds(&self, folder: &Utf8Path) -> bool {
        self.barred(&self.folder(folder)).is_none()
    }

    /// Where an absolute path leads, be there a file or not.
    pub fn spot(&self, path: &Utf8Path) -> Result<Spot, Bar> {
        let folder = self.folder(path.parent().unwrap_or(Utf8Path::new("")));
        let place = folder.join(path.file_name().unwrap_or_default());
        let is_link = fs::symlink_metadata(&place).is_ok_and(|found| found.is_symlink());
        let target = if is_link { place.canonicalize_utf8().map_err(|_| Bar::Nowhere)? } else { place.clone() };
        if let Some(bar) = self.barred(&place).or_else(|| self.barred(&target)) {
            return Err(bar);
        }
        let led = is_link || folder != path.parent().unwrap_or(Utf8Path::new(""));
        if led {
            self.led(path, &target)?;
        }
        Ok(Spot { place, target })
    }

    /// Whether a link may lead there: a repository within the workspace has its own files and no others.
    fn led(&self, path: &Utf8Path, target: &Utf8Path) -> Result<(), Bar> {
        let real = path.ancestors().skip(1).find(|folder| self.folder(folder) == **folder);
        let own = real.and_then(kept::root).filter(|own| own.starts_with(&self.root));
        if let Some(own) = own {
            let kept = kept::kept_elsewhere(&own);
            match target {
                target if !target.starts_with(&own) => return Err(Bar::Outside),
                target if kept.iter().any(|kept| target.starts_with(kept)) => return Err(Bar::Kept),
                _ => {}
            }
        }
        match kept::ignores(target) {
            Ok(true) => Err(Bar::Ignored),
            Ok(false) => Ok(()),
            Err(_) => Err(Bar::Unknown),
        }
    }

    /// A folder without links; what does not exist of it is taken as it is written.
    fn folder(&self, folder: &Utf8Path) -> Utf8PathBuf {
        if let Some(known) = self.folders.borrow().get(folder) {
            return known.clone();
        }
        let resolved = resolved(folder);
        self.folders.borrow_mut().insert(folder.to_owned(), resolved.clone());
        resolved
    }

    /// Why a resolved path must not be touched.
    fn barred(&self, path: &Utf8Path) -> Option<Bar> {
        let Ok(below) = path.strip_prefix(&self.root) else { return Some(Bar::Outside) };
        let kept = |part: Utf8Component| matches!(part, Utf8Component::Normal(name) if is_kept(name));
        let elsewhere = self.kept.iter().any(|kept| path.starts_with(kept) && self.root != *kept);
        (elsewhere || below.components().any(kept)).then_some(Bar::Kept)
    }
}

/// Whether version control keeps what has this name for itself.
pub(super) fn is_kept(name: &str) -> bool {
    KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept))
}

/// A path without links, as far as it exists.
fn resolved(path: &Utf8Path) -> Utf8PathBuf {
    let known = path.canonicalize_utf8().ok();
    known.unwrap_or_else(|| match path.parent().zip(path.file_name()) {
        Some((parent, name)) => resolved(parent).join(name),
        None => path.to_owned(),
    })
}

/// The nearest folder above, or this one, whose manifest has a workspace, else this one.
fn workspace(folder: &Utf8Path) -> &Utf8Path {
    let has_workspace = |dir: &&Utf8Path| {
        let text = bounds::bytes(&dir.join("Cargo.toml")).ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&text).lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    folder.ancestors().find(has_workspace).unwrap_or(folder)
}
