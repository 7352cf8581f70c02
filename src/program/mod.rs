//! Starts git, cargo and rustfmt. No other file of the crate starts a program but the app of `demo`.
//!
//! The repository may be hostile, and may bring programs of these names: each is resolved by absolute path outside the
//! repository, and looks for its own helpers there too. [`git`] closes what a repository's configuration can open,
//! [`toolchain`] what its toolchain file can.
#![expect(clippy::disallowed_methods, reason = "this is what starts programs, and it must know where they really are")]

pub mod git;
mod toolchain;

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::escape::shown;
use camino::{Utf8Path, Utf8PathBuf};

/// What stands in the way of starting a program.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is nowhere.
    #[error("there is no `{name}` on the path outside the repository `{repository}`", repository = shown(repository), name = shown(name))]
    Absent {
        /// Its name.
        name: &'static str,
        /// Where it is not looked for.
        repository: Utf8PathBuf,
    },
    /// It comes with the repository.
    #[error("`{program}`, which `{variable}` names, is inside the repository `{repository}`", program = shown(program), repository = shown(repository))]
    Inside {
        /// The program or toolchain.
        program: String,
        /// The variable of the environment that chooses it.
        variable: &'static str,
        /// The repository.
        repository: Utf8PathBuf,
    },
    /// The repository chooses a toolchain by its place, which may be inside.
    #[error("`{file}` chooses a toolchain by its path", file = shown(file))]
    Toolchain {
        /// The toolchain file.
        file: Utf8PathBuf,
    },
    /// What the repository says of a toolchain cannot be relied on.
    #[error("the toolchain file `{file}` {fault}")]
    ToolchainFile {
        /// The toolchain file.
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
pub fn cargo(repository: &Utf8Path, folder: &Utf8Path) -> Result<Command, ProgramError> {
    let (repository, folder) = (&real(repository), &real(folder));
    toolchain::check(repository, folder)?;
    let program = running(repository)?.map_or_else(|| on_path("cargo", repository), Ok)?;
    let mut cargo = started(program, repository);
    cargo.current_dir(folder).env("RUSTUP_AUTO_INSTALL", "0");
    Ok(cargo)
}

/// Cargo as [`cargo`] finds it, for a build, which may look for programs wherever the user does.
pub fn building_cargo(repository: &Utf8Path, folder: &Utf8Path) -> Result<Command, ProgramError> {
    let mut cargo = cargo(repository, folder)?;
    cargo.env("PATH", env::var_os("PATH").unwrap_or_default());
    Ok(cargo)
}

/// Rustfmt, to be run in a folder: the one beside the cargo that runs us, else the one on the path.
pub fn rustfmt(repository: &Utf8Path, folder: &Utf8Path) -> Result<Command, ProgramError> {
    let (repository, folder) = (&real(repository), &real(folder));
    toolchain::check(repository, folder)?;
    let beside = running(repository)?.map(|cargo| cargo.with_file_name(format!("rustfmt{EXE_SUFFIX}")));
    let beside = beside.filter(|rustfmt| rustfmt.is_file() && !inside(repository, rustfmt));
    let mut rustfmt = started(beside.map_or_else(|| on_path("rustfmt", repository), Ok)?, repository);
    rustfmt.current_dir(folder).env("RUSTUP_AUTO_INSTALL", "0");
    Ok(rustfmt)
}

/// A folder without links: what is started in it, and looks around from there, sees that one.
fn real(folder: &Utf8Path) -> Utf8PathBuf {
    // Windows answers in a form of its own that other programs do not take.
    let resolved = if cfg!(windows) { None } else { folder.canonicalize_utf8().ok() };
    resolved.unwrap_or_else(|| folder.to_owned())
}

/// The cargo that runs us. It says where it is by its absolute path.
fn running(repository: &Utf8Path) -> Result<Option<PathBuf>, ProgramError> {
    let cargo = env::var_os("CARGO").map(PathBuf::from).filter(|cargo| cargo.is_absolute());
    match cargo {
        Some(cargo) if inside(repository, &cargo) => Err(ProgramError::Inside {
            program: cargo.display().to_string(),
            variable: "CARGO",
            repository: repository.to_owned(),
        }),
        cargo => Ok(cargo),
    }
}

/// A program on the path.
fn on_path(name: &'static str, repository: &Utf8Path) -> Result<PathBuf, ProgramError> {
    let file = format!("{name}{EXE_SUFFIX}");
    let found = folders(repository).map(|folder| folder.join(&file));
    let program = found.into_iter().find(|program| program.is_file() && !inside(repository, program));
    program.ok_or_else(|| ProgramError::Absent { name, repository: repository.to_owned() })
}

/// A program that finds others outside the repository only.
fn started(program: PathBuf, repository: &Utf8Path) -> Command {
    let mut command = Command::new(program);
    // What has a separator in it cannot be joined, and came apart from the path before.
    command.env("PATH", env::join_paths(folders(repository)).unwrap_or_else(|_| OsString::new()));
    command
}

/// The folders on the path, but those of the repository: a relative one, also an empty one, begins in the current folder.
fn folders(repository: &Utf8Path) -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = env::split_paths(&path).collect();
    all.into_iter().filter(|folder| folder.is_absolute() && !inside(repository, folder))
}

/// Whether something belongs to a repository. One that holds the home folder is the user's own, and so are the programs in
/// it.
fn inside(repository: &Utf8Path, path: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let repository = real(repository.as_std_path());
    let own = repository.parent().is_none() || env::home_dir().is_some_and(|home| real(&home).starts_with(&repository));
    !own && (real(path).starts_with(&repository) || path.starts_with(&repository))
}
