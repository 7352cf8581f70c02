//! The workspace as cargo sees it, and the package that is meant.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Stdio};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Metadata, MetadataCommand};
use semver::Version;

use super::files::read;
use super::framework::{self, Host, Supported};
use super::links::{real, real_below};
use super::reach::Reach;
use super::{InspectError, cargo_reads, modules, utf8};
use crate::edit::manifest::Locked;
use crate::paths::normal;
use crate::program;

/// A question to cargo, which works on the answer while we do other things.
#[derive(Debug)]
pub struct Asked {
    /// The manifest that it is about.
    manifest: Utf8PathBuf,
    cargo: Child,
}

/// A workspace, virtual or not.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its root, absolute.
    pub root: Utf8PathBuf,
    /// The members that lie in the repository.
    pub packages: Vec<Package>,
    /// Those that do not, by name and folder: another project that a link names is none of this repository's.
    pub foreign: Vec<(String, Utf8PathBuf)>,
    /// The member whose folder or manifest was named.
    pub current: Option<usize>,
    /// What `Cargo.lock` holds.
    pub locked: Locked,
}

/// A member of the workspace.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: String,
    /// Its folder, absolute.
    pub dir: Utf8PathBuf,
    /// Its manifest, absolute.
    pub manifest: Utf8PathBuf,
    /// Its edition, such as `2021`.
    pub edition: String,
    /// Its `rust-version`.
    pub rust_version: Option<Version>,
    /// Whether its manifest is the workspace's too.
    pub is_workspace_root: bool,
    /// Whether cargo builds it where no package is named.
    pub by_default: bool,
    /// The frameworks that it depends on.
    pub hosts: Vec<Host>,
    /// The identifiers of the crates that it depends on.
    pub crates: Vec<String>,
    /// Its library and binaries.
    pub targets: Vec<Target>,
}

/// A library or binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    /// Which of the two.
    pub kind: TargetKind,
    /// Its crate root, absolute.
    pub path: Utf8PathBuf,
}

/// Library or binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// `src/lib.rs` and its like.
    Library,
    /// `src/main.rs` and its like.
    Binary,
}

/// Asks cargo for the workspace around a manifest, without resolving anything.
pub fn ask_cargo(named: Option<&Utf8Path>, flags: Vec<String>) -> Result<Asked, InspectError> {
    let manifest = manifest(named)?;
    cargo_reads::check(&manifest)?;
    let folder = real(&manifest);
    let folder = folder.parent().unwrap_or(Utf8Path::new("/"));
    let mut command = program::cargo(folder)?;
    command
        .env("CARGO_TERM_COLOR", "never")
        .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path", manifest.as_str()])
        .args(flags);
    let cargo = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    Ok(Asked { manifest, cargo: cargo.map_err(|cause| unreadable(cargo_metadata::Error::Io(cause)))? })
}

/// The workspace as cargo describes it, with the frameworks among these that its members have.
pub fn project(asked: Asked, supported: &[Supported]) -> Result<Project, InspectError> {
    let Asked { manifest, cargo } = asked;
    let metadata = answer(cargo).map_err(unreadable)?;
    let root =
        real(&metadata.workspace_root.join("Cargo.toml")).parent().unwrap_or(&metadata.workspace_root).to_owned();
    let reach = Reach::around(&root);
    let locked = read(&reach, &root, Utf8Path::new("Cargo.lock"));
    let locked = locked.ok().flatten().map(|text| Locked::read(&text)).unwrap_or_default();
    let default = &metadata.workspace_default_members;
    let members = metadata.workspace_packages().into_iter().map(|package| {
        let by_default = default.is_available() && default.contains(&package.id);
        member(package, by_default, (&metadata.workspace_root, &root), supported, &locked)
    });
    let (mut packages, foreign): (Vec<Package>, Vec<Package>) = members.partition(|member| reach.holds(&member.dir));
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    let manifest = real(&manifest);
    if let Some(member) = foreign.iter().find(|member| member.manifest == manifest) {
        return Err(InspectError::Foreign { name: member.name.clone(), dir: member.dir.clone() });
    }
    let current = packages.iter().position(|package| package.manifest == manifest);
    let foreign = foreign.into_iter().map(|member| (member.name, member.dir)).collect();
    Ok(Project { root, packages, foreign, current, locked })
}

/// What cargo prints, as soon as it is there: cargo takes its time to end.
fn answer(mut cargo: Child) -> Result<Metadata, cargo_metadata::Error> {
    let stdout = cargo.stdout.take().expect("it is a pipe");
    // A thread reads the complaints, so that neither side waits for the other with a full pipe.
    let end = thread::spawn(move || cargo.wait_with_output());
    let is_json = |line: &io::Result<String>| line.as_ref().map_or(true, |line| line.starts_with('{'));
    if let Some(json) = BufReader::new(stdout).lines().find(is_json) {
        return MetadataCommand::parse(json?);
    }
    let end = end.join().expect("waiting does not panic")?;
    if end.status.success() {
        return Err(cargo_metadata::Error::NoJson);
    }
    Err(cargo_metadata::Error::CargoMetadata { stderr: String::from_utf8(end.stderr)? })
}

fn unreadable(cause: cargo_metadata::Error) -> InspectError {
    let cause = match cause {
        cargo_metadata::Error::CargoMetadata { stderr } => without_excerpts(stderr.trim_end()).join("\n  "),
        other => other.to_string(),
    };
    InspectError::Metadata { cause }
}

/// What cargo says but for what it shows of files, which need not be the repository's: its configuration may be a link, and
/// may include others. The places stay.
fn without_excerpts(said: &str) -> Vec<&str> {
    // `12 | name = 3`, `   |   ^`, `... |`, and `12 + name = 4` of a suggestion.
    let is_excerpt = |line: &&str| {
        let line = line.trim_start();
        let mark = line.trim_start_matches(|one: char| one.is_ascii_digit() || one == '.');
        let is_numbered = mark.len() < line.len();
        mark.trim_start().starts_with('|') || is_numbered && mark.trim_start().starts_with(['+', '-', '~'])
    };
    said.lines().filter(|line| !is_excerpt(line)).collect()
}

/// The manifest that was named, else the nearest one above the current folder, as cargo looks for it.
pub(super) fn manifest(named: Option<&Utf8Path>) -> Result<Utf8PathBuf, InspectError> {
    let here = std::env::current_dir().map_err(|cause| InspectError::Read { path: ".".into(), cause })?;
    let here = utf8(&here)?;
    let Some(named) = named else {
        let found = here.ancestors().map(|dir| dir.join("Cargo.toml")).find(|path| path.is_file());
        return found.ok_or(InspectError::NoManifest { path: here });
    };
    let path = normal(&here.join(named));
    let path = if path.is_dir() { path.join("Cargo.toml") } else { path };
    if path.is_file() { Ok(path) } else { Err(InspectError::NoManifest { path }) }
}

fn member(
    package: &cargo_metadata::Package,
    by_default: bool,
    (named_root, root): (&Utf8Path, &Utf8Path),
    supported: &[Supported],
    locked: &Locked,
) -> Package {
    let manifest = real_below(&package.manifest_path, named_root, root);
    let dir = manifest.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let old = package.manifest_path.parent().unwrap_or(Utf8Path::new(""));
    let targets = package.targets.iter().filter_map(|target| {
        let library =
            target.is_lib() || target.is_rlib() || target.is_dylib() || target.is_cdylib() || target.is_staticlib();
        let kind = if library {
            TargetKind::Library
        } else if target.is_bin() {
            TargetKind::Binary
        } else {
            return None;
        };
        let path = normal(&target.src_path);
        let path =
            path.strip_prefix(old).map_or_else(|_| real(&path), |below| real_below(&dir.join(below), &dir, &dir));
        Some(Target { name: target.name.clone(), kind, path })
    });
    let idents = package.dependencies.iter().map(|one| one.rename.as_deref().unwrap_or(&one.name).replace('-', "_"));
    let features = package.features.iter().map(|(name, list)| (name.clone(), list.clone())).collect();
    Package {
        name: package.name.to_string(),
        is_workspace_root: dir == root,
        by_default,
        manifest,
        edition: package.edition.as_str().to_owned(),
        rust_version: package.rust_version.clone(),
        hosts: framework::hosts(package, &features, supported, locked),
        crates: idents.collect(),
        targets: targets.collect(),
        dir: dir.clone(),
    }
}

impl Target {
    /// Whether a file of it has one of these texts.
    pub fn holds(&self, texts: &[String]) -> bool {
        modules::holds(&self.path, texts)
    }
}
