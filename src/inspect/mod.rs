//! Reads the host: its workspace, the texts that a change concerns, and the state of version control.
//!
//! Nothing else in the crate reads the user's files. It reads in two steps, because which texts matter depends on the
//! answers: [`project`] learns what can be chosen, [`snapshot`] reads what the choice concerns.
#![expect(clippy::disallowed_methods, reason = "this is the stage that reads")]

mod framework;
mod git;
mod modules;
mod workspace;

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::record::{self, Record, RecordError};
use crate::settings;
use crate::tree::Tree;

pub use framework::{Host, Supported};
pub use git::{State, Vcs};
pub use workspace::{Package, Project, Request, Target, TargetKind, normal, project};

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
    #[error("there is no `Cargo.toml` at `{path}`")]
    NoManifest {
        /// The path.
        path: Utf8PathBuf,
    },
    /// A file cannot be read.
    #[error("failed to read `{path}`\n  caused by: {cause}")]
    Read {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file is not text.
    #[error("`{path}` is not UTF-8: the first wrong byte is byte {offset}")]
    NotText {
        /// The file.
        path: Utf8PathBuf,
        /// Counted from 0.
        offset: usize,
    },
    /// A path is not text.
    #[error("the path `{path}` is not UTF-8")]
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
            Self::NotText { .. } => "not-utf8",
            Self::Path { .. } => "path-not-utf8",
            Self::Git { .. } => "git",
            Self::Record(cause) => cause.code(),
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Metadata { .. } => Some("make `cargo metadata --no-deps` work first; nothing was changed".to_owned()),
            Self::NoManifest { .. } => Some("run it inside a package, or name one with `--manifest-path`".to_owned()),
            Self::Git { .. } => Some("mend the repository, or pass `--allow-no-vcs` to go on without it".to_owned()),
            Self::Record(cause) => cause.hint(),
            Self::NotText { .. } => Some("save the file as UTF-8; nothing was changed".to_owned()),
            _ => None,
        }
    }
}

/// Everything that the pure middle works on.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The folder that all paths are relative to: the workspace root, or the folder that holds it and the package.
    pub base: Utf8PathBuf,
    /// The package that is patched.
    pub package: Package,
    /// The package's folder below `base`.
    pub dir: Utf8PathBuf,
    /// The crate root below `base`.
    pub crate_root: Utf8PathBuf,
    /// Whether the crate root is a library's.
    pub library: bool,
    /// The workspace manifest below `base`, where it is another file than the package's.
    pub workspace_manifest: Option<Utf8PathBuf>,
    /// Whether the package's manifest is the workspace root too.
    pub is_workspace_root: bool,
    /// `Cargo.lock`, as text.
    pub lock: Option<String>,
    /// The texts that a change may concern, and those that are in its way.
    pub tree: Tree,
    /// What we wrote earlier.
    pub record: Option<Record>,
    /// Version control.
    pub vcs: Vcs,
    /// Whether a rustfmt configuration applies to the crate root's folder.
    pub rustfmt: bool,
    /// Source files below the crate root's folder that start a router chain, in the order of their paths.
    pub sources: Vec<Utf8PathBuf>,
    /// Those of them that belong to binaries beside the library.
    pub in_binaries: Vec<Utf8PathBuf>,
    /// The crate roots of the package, below `base`, with their library or binary names as identifiers.
    pub roots: Vec<(Utf8PathBuf, String)>,
    /// A front-end variable that holds a publishable key somewhere in the repository, by file and name.
    pub front_end: Option<(Utf8PathBuf, String)>,
}

impl Snapshot {
    /// How a source file names the module: the crate root directly, its other files through `crate`, a binary beside a
    /// library through the library's name.
    pub fn path_to_module(&self, file: &Utf8Path, module: &str) -> String {
        if file == self.crate_root {
            return module.to_owned();
        }
        let elsewhere = self.in_binaries.iter().any(|path| path == file);
        let own = self.roots.iter().find(|(path, _)| *path == self.crate_root).filter(|_| elsewhere);
        format!("{}::{module}", own.map_or("crate", |(_, name)| name.as_str()))
    }

    /// The way from the root of version control, where there is one, to `base`: paths in diffs start there.
    pub fn prefix(&self) -> &Utf8Path {
        let root = self.vcs.root.as_deref().unwrap_or(&self.base);
        self.base.strip_prefix(root).unwrap_or(Utf8Path::new(""))
    }
}

/// Reads the texts that a change of this package, module and crate root may concern; `starts` are the calls that begin
/// a router chain, such as `Router::new`.
pub fn snapshot(
    project: &Project,
    package: &Package,
    root: &Target,
    module: &str,
    starts: &[String],
    record: Option<Record>,
) -> Result<Snapshot, InspectError> {
    let base = base(project, package);
    let below = |path: &Utf8Path| path.strip_prefix(&base).unwrap_or(path).to_owned();
    let dir = below(&package.dir);
    let crate_root = below(&root.path);
    let own_manifest = below(&package.manifest);
    let root_manifest = below(&project.root.join("Cargo.toml"));
    let workspace_manifest =
        (root_manifest != own_manifest && base.join(&root_manifest).is_file()).then_some(root_manifest);
    let module_dir = crate_root.parent().unwrap_or(Utf8Path::new("")).join(module);
    let mut tree = Tree::default();
    let single = ["clerk-sessions.toml", "clerk-sessions.lock", ".env.example"];
    let mut paths: Vec<_> = single.iter().map(|name| dir.join(name)).collect();
    paths.extend([own_manifest.clone(), crate_root.clone(), module_dir.with_extension("rs")]);
    paths.extend(workspace_manifest.clone());
    for path in &paths {
        if let Some(text) = read(&base, path)? {
            tree.insert(path.clone(), text);
        }
    }
    read_folder(&base, &module_dir, &mut tree)?;
    read_recorded(&base, &dir, record.as_ref(), &mut tree)?;
    if record.iter().flat_map(|record| &record.files).any(|file| !tree.contains(&dir.join(&file.path))) {
        // A file that is not where we wrote it may be anywhere in the package.
        sources_below(&base, &dir, &mut tree);
        paths.push(dir.clone());
    }
    let mut sources = chains(&base, &crate_root, &module_dir, starts, &mut tree);
    // Under another module name our own files stand elsewhere; they are not where the application is built.
    let ours =
        |path: &Utf8PathBuf| record.iter().flat_map(|record| &record.files).any(|file| dir.join(&file.path) == *path);
    sources.retain(|path| !ours(path));
    let in_binaries = sort_out(&base, package, root, &mut sources);
    paths.extend(sources.iter().cloned());
    paths.push(module_dir);
    let roots = package.targets.iter().map(|target| (below(&target.path), target.name.replace('-', "_"))).collect();
    Ok(Snapshot {
        sources,
        in_binaries,
        roots,
        vcs: git::state(&base, &paths, &dir.join(record::FILE)),
        lock: fs::read_to_string(project.root.join("Cargo.lock")).ok(),
        is_workspace_root: package.dir == project.root && package.is_workspace_root,
        library: root.kind == TargetKind::Library,
        rustfmt: has_rustfmt(&base.join(&crate_root)),
        front_end: front_end(&base, &dir),
        package: package.clone(),
        dir,
        crate_root,
        workspace_manifest,
        tree,
        record,
        base,
    })
}

/// The way from the root of version control, where there is one, to a folder.
pub fn prefix(base: &Utf8Path) -> Utf8PathBuf {
    git::root(base).and_then(|root| base.strip_prefix(root).ok().map(Utf8Path::to_owned)).unwrap_or_default()
}

/// The manifests of the other members of a package's workspace.
pub fn other_manifests(project: &Project, package: &Package) -> Result<Vec<String>, InspectError> {
    let others = project.packages.iter().filter(|other| other.manifest != package.manifest);
    others.map(|other| text(&other.manifest)).collect()
}

/// The folder of the package around the current one, or of the manifest that was named, without asking cargo.
pub fn package_folder(manifest: Option<&Utf8Path>) -> Result<Utf8PathBuf, InspectError> {
    let manifest = workspace::real(&workspace::manifest(manifest)?);
    Ok(manifest.parent().unwrap_or(Utf8Path::new("")).to_owned())
}

/// The name in a package's manifest, else that of its folder.
pub fn package_name(dir: &Utf8Path) -> String {
    let named = || {
        let manifest: toml::Table = toml::from_str(&text(&dir.join("Cargo.toml")).ok()?).ok()?;
        Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
    };
    named().unwrap_or_else(|| dir.file_name().unwrap_or("").to_owned())
}

/// A folder and those above it, up to the root of version control.
pub fn within_vcs(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let root = git::root(dir).unwrap_or_else(|| dir.to_owned());
    dir.ancestors().take_while(|above| above.starts_with(&root)).map(Utf8Path::to_owned).collect()
}

/// The texts that a record names, by their recorded paths; every Rust file of the package, too, where one is not at its place.
pub fn recorded(dir: &Utf8Path, record: &Record) -> Result<Tree, InspectError> {
    let mut tree = Tree::default();
    let owned = record.files.iter().map(|file| &file.path);
    for path in owned.clone().chain(record.borrowed.iter().map(|file| &file.path)) {
        if let Some(text) = read(dir, path)? {
            tree.insert(path.clone(), text);
        }
    }
    if owned.clone().any(|path| !tree.contains(path)) {
        sources_below(dir, Utf8Path::new(""), &mut tree);
    }
    Ok(tree)
}

/// Every Rust file of a package, by path below its folder.
pub fn sources(dir: &Utf8Path) -> Tree {
    let mut tree = Tree::default();
    sources_below(dir, Utf8Path::new(""), &mut tree);
    tree
}

/// Adds every Rust file of the package to a snapshot.
pub fn read_sources(snapshot: &mut Snapshot) {
    sources_below(&snapshot.base, &snapshot.dir, &mut snapshot.tree);
}

/// The record in a package's folder.
pub fn record(dir: &Utf8Path) -> Result<Option<Record>, InspectError> {
    Ok(record_text(dir)?.as_deref().map(record::parse).transpose()?)
}

/// The record as text, be it damaged.
pub fn record_text(dir: &Utf8Path) -> Result<Option<String>, InspectError> {
    read(dir, Utf8Path::new(record::FILE))
}

/// Reads the files that a record names: ours, and those of the user's that have something of ours.
fn read_recorded(
    base: &Utf8Path,
    dir: &Utf8Path,
    record: Option<&Record>,
    tree: &mut Tree,
) -> Result<(), InspectError> {
    let owned = record.iter().flat_map(|record| &record.files).map(|file| &file.path);
    let borrowed = record.iter().flat_map(|record| &record.borrowed).map(|file| &file.path);
    for path in owned.chain(borrowed) {
        let path = normal(&dir.join(path));
        if let (false, Some(text)) = (tree.contains(&path), read(base, &path)?) {
            tree.insert(path, text);
        }
    }
    Ok(())
}

/// The folder that holds the workspace root and the package; paths in changes are below it.
pub fn base(project: &Project, package: &Package) -> Utf8PathBuf {
    common(&project.root, &package.dir)
}

/// The text of a file that must be there.
pub fn text(path: &Utf8Path) -> Result<String, InspectError> {
    let absent = || InspectError::Read { path: path.to_owned(), cause: std::io::ErrorKind::NotFound.into() };
    read(Utf8Path::new(""), path)?.ok_or_else(absent)
}

/// `Cargo.lock` as text.
pub fn lock_text(project: &Project) -> Result<Option<String>, InspectError> {
    read(&project.root, Utf8Path::new("Cargo.lock"))
}

/// The settings file's text, which is wanted before the questions are asked.
pub fn settings_text(package: &Package) -> Result<Option<String>, InspectError> {
    read(&package.dir, Utf8Path::new(settings::FILE))
}

/// The blueprint sources in a folder.
pub fn blueprints(dir: &Utf8Path) -> Result<crate::blueprint::Sources, InspectError> {
    let mut sources = crate::blueprint::Sources::new();
    let walk = walkdir::WalkDir::new(dir).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry.map_err(|cause| InspectError::Read { path: dir.to_owned(), cause: cause.into() })?;
        if entry.file_type().is_file() {
            let path = utf8(entry.path())?;
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string().replace('\\', "/");
            match read(Utf8Path::new(""), &path) {
                Ok(text) => sources.extend(text.map(|text| (name, text))),
                // What an operating system leaves in folders; a template has an extension.
                Err(InspectError::NotText { .. }) if path.extension().is_none() => {}
                Err(cause) => return Err(cause),
            }
        }
    }
    Ok(sources)
}

/// Where a folder is to be made: the nearest one above that exists, and the way down. `None` where something is in it.
pub fn new_folder(folder: &Utf8Path) -> Result<Option<(Utf8PathBuf, Utf8PathBuf)>, InspectError> {
    let here = std::env::current_dir().map_err(|cause| InspectError::Read { path: ".".into(), cause })?;
    let full = normal(&utf8(&here)?.join(folder));
    match fs::read_dir(&full).map(Iterator::count) {
        Ok(0) => return Ok(Some((full, Utf8PathBuf::new()))),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
        _ => return Ok(None),
    }
    let above = full.ancestors().skip(1).find(|above| above.is_dir()).unwrap_or(Utf8Path::new("/"));
    Ok(Some((above.to_owned(), full.strip_prefix(above).unwrap_or(&full).to_owned())))
}

/// The text of a file, or nothing where there is none.
fn read(base: &Utf8Path, path: &Utf8Path) -> Result<Option<String>, InspectError> {
    let path_on_disk = base.join(path);
    // A pipe or a device may never end; `apply` refuses to write over it.
    if fs::metadata(&path_on_disk).is_ok_and(|found| !found.is_file()) {
        return Ok(None);
    }
    let cause = match fs::read(path_on_disk) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes);
            return text.map(Some).map_err(|cause| InspectError::NotText {
                path: path.to_owned(),
                offset: cause.utf8_error().valid_up_to(),
            });
        }
        Err(cause) => cause,
    };
    match cause.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::IsADirectory | std::io::ErrorKind::NotADirectory => Ok(None),
        _ => Err(InspectError::Read { path: path.to_owned(), cause }),
    }
}

/// Every text below a folder.
fn read_folder(base: &Utf8Path, dir: &Utf8Path, tree: &mut Tree) -> Result<(), InspectError> {
    for entry in walkdir::WalkDir::new(base.join(dir)).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if !entry.file_type().is_dir() {
            let path = utf8(entry.path())?;
            let path = path.strip_prefix(base).unwrap_or(&path).to_owned();
            let text = match read(base, &path) {
                // Such as a picture of the user's. It cannot be one of our files, but it does take up the folder.
                Err(InspectError::NotText { .. }) if path.extension() != Some("rs") => Some(String::new()),
                other => other?,
            };
            if let Some(text) = text {
                tree.insert(path, text);
            }
        }
    }
    Ok(())
}

/// The source files below the crate root's folder whose text starts a router chain; no other text is kept.
fn chains(
    base: &Utf8Path,
    crate_root: &Utf8Path,
    module_dir: &Utf8Path,
    starts: &[String],
    tree: &mut Tree,
) -> Vec<Utf8PathBuf> {
    let folder = crate_root.parent().unwrap_or(Utf8Path::new(""));
    let mut sources = Vec::new();
    if starts.is_empty() {
        return sources;
    }
    for (path, text) in rust_files(base, folder).filter(|(path, _)| !path.starts_with(module_dir)) {
        if starts.iter().any(|start| text.contains(start.as_str())) {
            tree.insert(path.clone(), text);
            sources.push(path);
        }
    }
    sources
}

/// Every Rust file of the package.
fn sources_below(base: &Utf8Path, dir: &Utf8Path, tree: &mut Tree) {
    for (path, text) in rust_files(base, dir) {
        tree.insert(path, text);
    }
}

/// The Rust files below a folder, by path below `base`, but those of other packages and of what is built or hidden. One
/// that is not UTF-8 is none of our business.
fn rust_files(base: &Utf8Path, folder: &Utf8Path) -> impl Iterator<Item = (Utf8PathBuf, String)> {
    let top = base.join(folder);
    let walk = walkdir::WalkDir::new(&top).sort_by_file_name().into_iter().filter_entry(move |entry| {
        let name = entry.file_name().to_str().unwrap_or("");
        let foreign = entry.file_type().is_dir()
            && (name.starts_with('.')
                || matches!(name, "target" | "node_modules")
                || entry.path().join("Cargo.toml").is_file());
        entry.path() == top.as_std_path() || !foreign
    });
    let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let paths = files.filter_map(|entry| utf8(entry.path()).ok()).filter(|path| path.extension() == Some("rs"));
    let base = base.to_owned();
    paths.filter_map(move |path| {
        let text = fs::read_to_string(&path).ok()?;
        Some((path.strip_prefix(&base).unwrap_or(&path).to_owned(), text))
    })
}

/// Drops source files in which the module cannot be named: those of other programs, and those of no crate at all. What is
/// a binary's, beside a library with the module, is handed out.
fn sort_out(base: &Utf8Path, package: &Package, root: &Target, sources: &mut Vec<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    let among = |roots: &[&Utf8Path], files: &[Utf8PathBuf]| {
        let files: Vec<Utf8PathBuf> = files.iter().map(|path| base.join(path)).collect();
        let found = modules::belonging(roots, &files);
        found.iter().filter_map(|path| path.strip_prefix(base).ok().map(Utf8Path::to_owned)).collect::<Vec<_>>()
    };
    let own = among(&[&root.path], sources);
    let rest: Vec<Utf8PathBuf> = sources.iter().filter(|path| !own.contains(path)).cloned().collect();
    let binaries = package.targets.iter().filter(|target| target.kind == TargetKind::Binary);
    let binaries: Vec<&Utf8Path> = binaries.map(|target| target.path.as_path()).collect();
    let in_binaries = if root.kind == TargetKind::Library { among(&binaries, &rest) } else { Vec::new() };
    sources.retain(|path| own.contains(path) || in_binaries.contains(path));
    in_binaries
}

/// Whether rustfmt would find a configuration, as it looks for one: in the folder and those above it.
fn has_rustfmt(file: &Utf8Path) -> bool {
    let folders = file.ancestors().skip(1);
    folders.into_iter().any(|dir| ["rustfmt.toml", ".rustfmt.toml"].iter().any(|name| dir.join(name).is_file()))
}

/// Looks where front ends keep their variables, for a hint; values are never kept.
fn front_end(base: &Utf8Path, dir: &Utf8Path) -> Option<(Utf8PathBuf, String)> {
    const FILES: [&str; 4] = [".env", ".env.local", ".env.development", ".env.example"];
    const NAMES: [&str; 2] = ["NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", "VITE_CLERK_PUBLISHABLE_KEY"];
    let places = ["", "web", "frontend", "client", "app", "ui"];
    let folders = places.iter().flat_map(|place| [Utf8Path::new("").join(place), dir.join(place)]);
    folders.flat_map(|folder| FILES.map(|file| folder.join(file))).find_map(|path| {
        let text = read(base, &path).ok()??;
        let name = NAMES.into_iter().find(|name| text.lines().any(|line| line.trim_start().starts_with(*name)))?;
        Some((path, name.to_owned()))
    })
}

/// The deepest folder above both.
fn common(one: &Utf8Path, other: &Utf8Path) -> Utf8PathBuf {
    one.ancestors().find(|above| other.starts_with(above)).unwrap_or(one).to_owned()
}

fn utf8(path: &std::path::Path) -> Result<Utf8PathBuf, InspectError> {
    Utf8PathBuf::from_path_buf(path.to_owned()).map_err(|path| InspectError::Path { path: path.display().to_string() })
}
