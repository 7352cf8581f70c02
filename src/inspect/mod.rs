//! Reads the host: its workspace, the texts that a change concerns, and the state of version control.
//!
//! Nothing else in the crate reads the user's files. It reads in two steps, because which texts matter depends on the
//! answers: [`project`] learns what can be chosen, [`snapshot`] reads what the choice concerns.
#![expect(clippy::disallowed_methods, reason = "this is the stage that reads")]

mod bounds;
mod cargo_reads;
mod chains;
mod crate_roots;
mod env_files;
mod files;
mod framework;
mod front_end;
mod git;
mod holders;
mod kept;
mod links;
mod modules;
mod reach;
mod recorded;
mod snapshot;
mod workspace;

use camino::{Utf8Path, Utf8PathBuf};

use crate::escape::shown;
use crate::paths::relative;
use crate::program::ProgramError;
use crate::record::{self, RecordError};
use crate::repository;
use crate::settings;

pub use chains::Chains;
pub use crate_roots::{CrateRoots, crate_roots};
pub use env_files::{EnvFile, env_files};
pub use files::{folder_name, from_here, new_folder, place};
use files::{read, read_anywhere, utf8};
pub use framework::{Host, Supported};
pub use front_end::front_end;
pub use git::{State, Vcs};
pub use holders::{Holder, holders};
pub use reach::{Bar, Reach, Spot};
pub use recorded::{
    has_record, left_out, lines_naming, module_name, naming, naming_word, record, record_text, recorded, sources,
};
pub use snapshot::{Other, Sample, Snapshot, Sought, base, read_sources, snapshot, vcs};
pub use workspace::{Asked, Package, Project, Target, TargetKind, ask_cargo, project};

/// What stands in the way of reading.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// Cargo cannot read the project.
    #[error("failed to read the project\n  caused by: {cause}")]
    Metadata {
        /// What cargo says, whole.
        cause: String,
    },
    /// The manifest path is not one.
    #[error("there is no `Cargo.toml` at `{path}`", path = shown(path))]
    NoManifest { path: Utf8PathBuf },
    /// A file cannot be read.
    #[error("failed to read `{path}`\n  caused by: {cause}", path = shown(path))]
    Read { path: Utf8PathBuf, cause: std::io::Error },
    /// A file is not the repository's.
    #[error("`{path}` is {}", bar.words(), path = shown(path))]
    OutOfReach { path: Utf8PathBuf, bar: Bar },
    /// A member of the workspace is not the repository's.
    #[error("the package `{name}` lies outside the repository, in `{dir}`", dir = shown(dir), name = shown(name))]
    Foreign {
        name: String,
        /// Where it really is.
        dir: Utf8PathBuf,
    },
    /// What is neither a file nor a folder may never end.
    #[error("`{path}` is not a regular file", path = shown(path))]
    NotRegular { path: Utf8PathBuf },
    /// A file is larger than any that people write.
    #[error("`{path}` is larger than 2 MiB", path = shown(path))]
    TooLarge { path: Utf8PathBuf },
    /// There are more sources than any package has.
    #[error("there is too much to look through in `{folder}`: more than 20,000 files, or 64 MiB of them", folder = shown(folder))]
    TooMuch { folder: Utf8PathBuf },
    /// A file is not text.
    #[error("`{path}` is not UTF-8: the first wrong byte is byte {offset}", path = shown(path))]
    NotText {
        path: Utf8PathBuf,
        /// Counted from 0.
        offset: usize,
    },
    /// A path is not text.
    #[error("the path `{path}` is not UTF-8", path = shown(path))]
    Path {
        /// The path, with replacements.
        path: String,
    },
    /// Git does not answer.
    #[error("failed to ask git for the state of the files\n  caused by: {cause}")]
    Git {
        /// What git says.
        cause: String,
    },
    /// Cargo is not to be had.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The record cannot be used.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl InspectError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Metadata { .. } => "metadata",
            Self::NoManifest { .. } => "no-manifest",
            Self::Read { .. } => "read",
            Self::OutOfReach { .. } => "out-of-reach",
            Self::Foreign { .. } => "package-outside",
            Self::NotRegular { .. } => "not-regular",
            Self::TooLarge { .. } => "file-too-large",
            Self::TooMuch { .. } => "too-many-files",
            Self::NotText { .. } => "not-utf8",
            Self::Path { .. } => "path-not-utf8",
            Self::Git { .. } => "git",
            Self::Program(cause) => cause.code(),
            Self::Record(cause) => cause.code(),
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Metadata { .. } => Some("make `cargo metadata --no-deps` work first; nothing was changed".to_owned()),
            Self::NoManifest { .. } => Some("run it inside a package, or name one with `--manifest-path`".to_owned()),
            Self::Git { .. } => Some(
                "run `git status` there to see what is wrong, or pass `--allow-no-vcs` to go on without it".to_owned(),
            ),
            Self::Program(cause) => Some(cause.hint()),
            Self::Record(cause) => cause.hint(),
            Self::NotText { path, .. } if path.file_name() == Some(record::FILE) => {
                Some("restore it from version control, or delete it and run `adopt`; nothing was changed".to_owned())
            }
            Self::TooLarge { .. } => Some(
                "move what is generated in it to a file of its own, or take it away; nothing was changed".to_owned(),
            ),
            Self::TooMuch { .. } => Some(
                "move what is generated in it to a package of its own, or take it away; nothing was changed".to_owned(),
            ),
            Self::NotText { .. } => Some("save the file as UTF-8; nothing was changed".to_owned()),
            Self::OutOfReach { bar, .. } => Some(format!("{}; nothing was changed", bar.hint())),
            Self::NotRegular { .. } => Some(format!("{}; nothing was changed", Bar::Outside.hint())),
            Self::Foreign { .. } => {
                Some("run it in that project, or have the package in this repository; nothing was changed".to_owned())
            }
            Self::Read { .. } => Some("make it readable first; nothing was changed".to_owned()),
            Self::Path { .. } => Some("rename it, or leave it out of the package; nothing was changed".to_owned()),
        }
    }
}

/// The way from the root of version control, where there is one, to a folder.
pub fn prefix(base: &Utf8Path) -> Utf8PathBuf {
    kept::root(base).and_then(|root| base.strip_prefix(root).ok().map(Utf8Path::to_owned)).unwrap_or_default()
}

/// The folder of the package around the current one, or of the manifest that was named, without asking cargo.
pub fn package_folder(manifest: Option<&Utf8Path>) -> Result<Utf8PathBuf, InspectError> {
    let manifest = links::real(&workspace::manifest(manifest)?);
    Ok(manifest.parent().unwrap_or(Utf8Path::new("")).to_owned())
}

/// The name in a package's manifest, else that of its folder.
pub fn package_name(dir: &Utf8Path) -> String {
    let named = || {
        let text = read(&Reach::around(dir), dir, Utf8Path::new("Cargo.toml")).ok()??;
        let manifest: toml::Table = toml::from_str(&text).ok()?;
        Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
    };
    named().unwrap_or_else(|| dir.file_name().unwrap_or("").to_owned())
}

/// A folder and those above it in which a workspace may have its root: up to the root of version control, or to the
/// highest manifest.
pub fn workspaces(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let root = repository::around(dir);
    dir.ancestors().take_while(|above| above.starts_with(&root)).map(Utf8Path::to_owned).collect()
}

/// The text of a file that must be there, wherever it is: one that cargo, a flag or we ourselves have named.
pub fn text(path: &Utf8Path) -> Result<String, InspectError> {
    let absent = || InspectError::Read { path: path.to_owned(), cause: std::io::ErrorKind::NotFound.into() };
    read_anywhere(path, path)?.ok_or_else(absent)
}

/// As [`text`], of a file that need not be there.
pub fn text_if_any(path: &Utf8Path) -> Result<Option<String>, InspectError> {
    read_anywhere(path, path)
}

/// `Cargo.lock` as text.
pub fn lock_text(project: &Project) -> Result<Option<String>, InspectError> {
    read(&Reach::around(&project.root), &project.root, Utf8Path::new("Cargo.lock"))
}

/// The settings file's text, which is wanted before the questions are asked.
pub fn settings_text(package: &Package) -> Result<Option<String>, InspectError> {
    read(&Reach::around(&package.dir), &package.dir, Utf8Path::new(settings::FILE))
}

/// The blueprint sources in a folder.
pub fn blueprints(dir: &Utf8Path) -> Result<crate::blueprint::Sources, InspectError> {
    let mut sources = crate::blueprint::Sources::new();
    let walk = walkdir::WalkDir::new(dir).sort_by_file_name().into_iter();
    let mut sum = bounds::Sum::default();
    for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry.map_err(|cause| InspectError::Read { path: dir.to_owned(), cause: cause.into() })?;
        if entry.file_type().is_file() {
            let path = utf8(entry.path())?;
            let name = relative(dir, &path).to_string().replace('\\', "/");
            match read_anywhere(&path, &path) {
                Ok(text) => {
                    sum.add(dir, text.as_deref().unwrap_or_default())?;
                    sources.extend(text.map(|text| (name, text.into())));
                }
                // What an operating system leaves in folders; a template has an extension.
                Err(InspectError::NotText { .. }) if path.extension().is_none() => {}
                Err(cause) => return Err(cause),
            }
        }
    }
    Ok(sources)
}
