//! Starts git, cargo, rustfmt and the user's pager. No other file of the crate starts a program but the app of `demo`.
//!
//! The repository may be hostile, and may bring programs of these names: each is resolved by absolute path outside the
//! repository, and looks for its own helpers there too. [`git`] closes what a repository's configuration can open,
//! `toolchain` what its toolchain file can.
#![expect(clippy::disallowed_methods, reason = "this is what starts programs, and it must know where they really are")]

pub mod git;
mod toolchain;

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use crate::escape::shown;
use crate::repository;

/// What stands in the way of starting a program.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is nowhere.
    #[error("there is no `{name}` on the path outside the repository")]
    Absent { name: &'static str },
    /// It comes with the repository.
    #[error("`{program}`, which `{variable}` names, is inside the repository `{repository}`", program = shown(program), repository = shown(repository))]
    Inside {
        /// The program or toolchain.
        program: String,
        /// The variable of the environment that chooses it.
        variable: &'static str,
        repository: Utf8PathBuf,
    },
    /// The repository chooses a toolchain by its place, which may be inside.
    #[error("`{file}` chooses a toolchain by its path", file = shown(file))]
    Toolchain { file: Utf8PathBuf },
    /// What the repository says of a toolchain cannot be relied on.
    #[error("the toolchain file `{file}` {fault}", file = shown(file))]
    ToolchainFile {
        file: Utf8PathBuf,
        /// What is wrong with it, as words after its name.
        fault: &'static str,
    },
}

impl ProgramError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "program-absent",
            Self::Inside { .. } => "program-inside",
            Self::Toolchain { .. } => "toolchain-path",
            Self::ToolchainFile { .. } => "toolchain-file",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Absent { name, .. } => format!("install `{name}`; nothing was changed"),
            Self::Inside { variable, .. } => format!("let `{variable}` name one outside of it; nothing was changed"),
            Self::Toolchain { .. } | Self::ToolchainFile { .. } => {
                "choose one of your own, such as with `cargo +stable clerk-sessions`; nothing was changed".to_owned()
            }
        }
    }
}

/// Cargo, to be run in a folder: the one that runs us, else the one on the path, which with rustup is a program that starts
/// a toolchain's.
pub fn cargo(folder: &Utf8Path) -> Result<Command, ProgramError> {
    let (folder, foreign) = (&without_links(folder), Foreign::around(folder));
    toolchain::check(&foreign, folder)?;
    let program = running(&foreign)?.map_or_else(|| foreign.on_path("cargo"), Ok)?;
    let mut cargo = foreign.started(program);
    cargo.current_dir(folder).env("RUSTUP_AUTO_INSTALL", "0");
    Ok(cargo)
}

/// Cargo as [`cargo`] finds it, for a build, which may look for programs wherever the user does.
pub fn building_cargo(folder: &Utf8Path) -> Result<Command, ProgramError> {
    let mut cargo = cargo(folder)?;
    cargo.env("PATH", env::var_os("PATH").unwrap_or_default());
    Ok(cargo)
}

/// Rustfmt, to be run in a folder: the one beside the cargo that runs us, else the one on the path.
pub fn rustfmt(folder: &Utf8Path) -> Result<Command, ProgramError> {
    let (folder, foreign) = (&without_links(folder), Foreign::around(folder));
    toolchain::check(&foreign, folder)?;
    let beside = running(&foreign)?.map(|cargo| cargo.with_file_name(format!("rustfmt{EXE_SUFFIX}")));
    let beside = beside.filter(|rustfmt| rustfmt.is_file() && foreign.holding(rustfmt).is_none());
    let mut rustfmt = foreign.started(beside.map_or_else(|| foreign.on_path("rustfmt"), Ok)?);
    rustfmt.current_dir(folder).env("RUSTUP_AUTO_INSTALL", "0");
    Ok(rustfmt)
}

/// The pager that the user's environment names, else `less`: none where it is nowhere outside the repository. What git has
/// as a pager is not asked, since the repository can say so.
pub fn pager(folder: &Utf8Path) -> Option<Command> {
    let named = env::var("PAGER").unwrap_or_else(|_| if cfg!(windows) { "more" } else { "less" }.to_owned());
    let mut words = named.split_whitespace();
    let (program, foreign) = (Path::new(words.next()?), Foreign::around(folder));
    let program = if program.components().count() > 1 {
        Some(program.to_owned()).filter(|program| program.is_absolute() && foreign.holding(program).is_none())?
    } else {
        foreign.found(program.to_str()?)?
    };
    let mut pager = foreign.started(program);
    pager.args(words);
    // As git starts it: what fits on the screen stays on it, and colours are passed on.
    if env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX");
    }
    Some(pager)
}

/// A folder without links: what is started in it, and looks around from there, sees that one.
fn without_links(folder: &Utf8Path) -> Utf8PathBuf {
    // Windows answers in a form of its own that other programs do not take.
    let resolved = if cfg!(windows) { None } else { folder.canonicalize_utf8().ok() };
    resolved.unwrap_or_else(|| folder.to_owned())
}

/// The cargo that runs us. It says where it is by its absolute path.
fn running(foreign: &Foreign) -> Result<Option<PathBuf>, ProgramError> {
    let cargo = env::var_os("CARGO").map(PathBuf::from).filter(|cargo| cargo.is_absolute());
    let Some(cargo) = cargo else { return Ok(None) };
    foreign.refuse(&cargo, "CARGO").map(|()| Some(cargo))
}

/// The repositories around what a program is to work on and around the current folder.
#[derive(Debug)]
struct Foreign {
    /// Their roots, each as it was found and without links.
    roots: Vec<(Utf8PathBuf, PathBuf)>,
    /// The folders on the path, but theirs: a relative one, also an empty one, begins in the current folder.
    folders: Vec<PathBuf>,
}

impl Foreign {
    /// A repository that holds the home folder is the user's own, and so are the programs in it.
    fn around(folder: &Utf8Path) -> Self {
        let home = env::home_dir().map(|home| real(&home));
        let own = |root: &Path| root.parent().is_none() || home.as_ref().is_some_and(|home| home.starts_with(root));
        let here = env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
        let around = [Some(folder.to_owned()), here].into_iter().flatten();
        let mut around: Vec<Utf8PathBuf> = around.map(|folder| repository::around(&without_links(&folder))).collect();
        around.dedup();
        let roots = around.into_iter().map(|root| (real(root.as_std_path()), root));
        let roots = roots.filter(|(real, _)| !own(real)).map(|(real, root)| (root, real)).collect();
        let mut foreign = Self { roots, folders: Vec::new() };
        let path = env::var_os("PATH").unwrap_or_default();
        let all = env::split_paths(&path).filter(|folder| folder.is_absolute() && foreign.holding(folder).is_none());
        foreign.folders = all.collect();
        foreign
    }

    /// The repository that something belongs to.
    fn holding(&self, path: &Path) -> Option<&Utf8PathBuf> {
        let resolved = real(path);
        let holds = |(root, real): &&(Utf8PathBuf, PathBuf)| resolved.starts_with(real) || path.starts_with(root);
        self.roots.iter().find(holds).map(|(root, _)| root)
    }

    /// Refuses what a variable of the environment chooses inside a repository.
    fn refuse(&self, program: &Path, variable: &'static str) -> Result<(), ProgramError> {
        let Some(repository) = self.holding(program).cloned() else { return Ok(()) };
        Err(ProgramError::Inside { program: program.display().to_string(), variable, repository })
    }

    /// A program on the path.
    fn on_path(&self, name: &'static str) -> Result<PathBuf, ProgramError> {
        self.found(name).ok_or(ProgramError::Absent { name })
    }

    /// Where a program is on the path.
    fn found(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{EXE_SUFFIX}");
        let mut found = self.folders.iter().map(|folder| folder.join(&file));
        found.find(|program| program.is_file() && self.holding(program).is_none())
    }

    /// A program that finds others outside of them only.
    fn started(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        // What has a separator in it cannot be joined, and came apart from the path before.
        command.env("PATH", env::join_paths(&self.folders).unwrap_or_else(|_| OsString::new()));
        command
    }
}

/// A path without links, as far as there is something.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
