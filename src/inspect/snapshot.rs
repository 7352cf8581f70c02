//! Reads everything that a change of one package may concern.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::chains::{Chains, chains, routers_in};
use super::files::{read, read_folder, sources_below};
use super::reach::Reach;
use super::recorded::read_recorded;
use super::{InspectError, Package, Project, Target, TargetKind, Vcs, git, kept, text};
use crate::blueprint::Template;
use crate::change::Change;
use crate::edit::environment::SAMPLES;
use crate::edit::manifest::{Inserted, Locked};
use crate::edit::text::ending;
use crate::paths::relative;
use crate::record::{self, Record};
use crate::rustfmt::Rustfmt;
use crate::settings;
use crate::tree::Tree;

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
    /// What `Cargo.lock` holds.
    pub locked: Locked,
    /// The texts that a change may concern, and those that are in its way.
    pub tree: Tree,
    /// What we wrote earlier.
    pub record: Option<Record>,
    /// The sample of the variables.
    pub sample: Sample,
    /// Generated files that a sparse checkout leaves out.
    pub left_out: Vec<Utf8PathBuf>,
    /// The root of version control, absolute; `None` where there is none.
    pub vcs_root: Option<Utf8PathBuf>,
    /// The user's rustfmt, in the crate root's folder.
    pub rustfmt: Rustfmt,
    /// What the sources below the crate root's folder have to do with routers.
    pub chains: Chains,
    /// The crate roots of the package, below `base`, with their library or binary names as identifiers.
    pub roots: Vec<(Utf8PathBuf, String)>,
    /// Other members of the workspace that build a router, where this package builds none.
    pub routers_in: Vec<String>,
    /// The other members of the workspace, where something of the workspace's manifest may be shared with them.
    pub others: Vec<Other>,
}

/// The sample of the variables: the one that we know, else the package's, else the workspace's, else a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its path below `base`.
    pub path: Utf8PathBuf,
    /// Whether it would be new and git ignores it, as it does where `.env*` is a rule: it is done without.
    pub ignored: bool,
}

/// Another member of the workspace.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its folder, absolute.
    dir: Utf8PathBuf,
    pub manifest: String,
    /// What we inserted into the workspace's manifest for it.
    pub shared: Vec<Inserted>,
    /// Its sample of the variables, absolute, and what we inserted there: members may share one.
    sample: Option<(Utf8PathBuf, Vec<record::Inserted>)>,
}

/// What a blueprint has to do with texts that are the user's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sought<'a> {
    /// The calls that begin a router chain, such as `Router::new`.
    pub starts: &'a [String],
    /// The ids of the files that it has.
    pub files: &'a [Template],
    /// A file of it that goes where the answers say, relative to the package.
    pub page: Option<&'a str>,
}

impl Snapshot {
    /// How a source file names the module: the crate root directly, its inline modules and other files through `crate`,
    /// a binary beside a library through the library's name.
    pub fn path_to_module(&self, file: &Utf8Path, inline: bool, module: &str) -> String {
        if file == self.crate_root && !inline {
            return module.to_owned();
        }
        let elsewhere = self.chains.in_binaries.iter().any(|path| path == file);
        let own = self.roots.iter().find(|(path, _)| *path == self.crate_root).filter(|_| elsewhere);
        format!("{}::{module}", own.map_or("crate", |(_, name)| name.as_str()))
    }

    /// What we inserted into a sample of the variables for other members, which name it still.
    pub fn named_by_others(&self, sample: &Utf8Path) -> impl Iterator<Item = &record::Inserted> {
        let sample = self.base.join(sample);
        let shared = self.others.iter().filter_map(|other| other.sample.as_ref());
        shared.filter(move |(path, _)| *path == sample).flat_map(|(_, inserted)| inserted)
    }

    /// A new file's text with the line endings of the crate root.
    pub fn in_its_lines(&self, text: String) -> String {
        match self.tree.get(&self.crate_root).map(ending) {
            Some("\r\n") => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            _ => text,
        }
    }

    /// How `main` names the module: where a library has it, through the library's name.
    pub fn path_from_main(&self, module: &str) -> String {
        let own = self.roots.iter().find(|(path, _)| *path == self.crate_root).filter(|_| self.library);
        own.map_or_else(|| module.to_owned(), |(_, name)| format!("{name}::{module}"))
    }

    /// Takes over what is about to be written below `base` to files that this snapshot has too.
    pub fn overlay(&mut self, base: &Utf8Path, changes: &[Change]) {
        for change in changes.iter().filter(|change| change.writes()) {
            let path = base.join(&change.path);
            for other in self.others.iter_mut().filter(|other| other.dir.join(record::FILE) == path) {
                let record = change.after.as_deref().and_then(|text| record::parse(text).ok());
                (other.sample, other.shared) = (sample_of(&other.dir, record.as_ref()), shared(record));
            }
            let Ok(path) = path.strip_prefix(&self.base) else { continue };
            if let (true, Some(text)) = (self.tree.contains(path), &change.after) {
                self.tree.insert(path.to_owned(), text.clone());
            }
        }
    }

    /// The way from the root of version control, where there is one, to `base`: paths in diffs start there.
    pub fn prefix(&self) -> Utf8PathBuf {
        relative(self.vcs_root.as_deref().unwrap_or(&self.base), &self.base)
    }
}

/// Reads the texts that a change of this package, module and crate root may concern.
pub fn snapshot(
    project: &Project,
    package: &Package,
    root: &Target,
    module: &str,
    sought: Sought,
    record: Option<Record>,
) -> Result<Snapshot, InspectError> {
    let (base, reach) = (base(project, package), Reach::around(&project.root));
    let below = |path: &Utf8Path| relative(&base, path);
    let (dir, crate_root, own_manifest) = (below(&package.dir), below(&root.path), below(&package.manifest));
    let root_manifest = below(&project.root.join("Cargo.toml"));
    let workspace_manifest =
        (root_manifest != own_manifest && base.join(&root_manifest).is_file()).then_some(root_manifest);
    let module_dir = crate_root.parent().unwrap_or(Utf8Path::new("")).join(module);
    let sample = sample(&base, &dir, &below(&project.root), record.as_ref());
    let single = [settings::FILE, record::FILE].map(|name| dir.join(name)).into_iter().chain([sample.clone()]);
    let theirs = sought.files.iter().filter_map(|file| file.id.strip_prefix("package/")).map(|file| dir.join(file));
    let theirs = theirs.chain(sought.page.map(|page| dir.join(page)));
    let paths = [&own_manifest, &crate_root, &module_dir.with_extension("rs")].map(Clone::clone).into_iter();
    let paths = paths.chain(single).chain(workspace_manifest.clone()).chain(theirs);
    let mut tree = texts(&reach, &base, &dir, &module_dir, paths, record.as_ref())?;
    let ours = |path: &Utf8Path| is_recorded(record.as_ref(), &dir, path);
    let chains = chains(&base, package, root, &module_dir, sought.starts, ours, &mut tree)?;
    let inherits =
        package.dir != project.root && tree.get(&own_manifest).is_some_and(|text| text.contains("workspace"));
    let is_shared = inherits || record.iter().flat_map(Record::of_manifests).any(Inserted::in_workspace);
    let absent: Vec<Utf8PathBuf> = record
        .iter()
        .flat_map(|record| &record.generated)
        .map(|file| file.path.below(&dir))
        .filter(|path| !tree.contains(path))
        .collect();
    Ok(Snapshot {
        routers_in: routers_in(project, package, sought.starts, record.is_none() && chains.sources.is_empty()),
        left_out: if absent.is_empty() { Vec::new() } else { git::left_out(&base, &absent) },
        others: if is_shared || sample.parent() != Some(&dir) { others(project, package)? } else { Vec::new() },
        sample: Sample {
            ignored: !tree.contains(&sample) && kept::ignores(&base.join(&sample)) == Ok(true),
            path: sample,
        },
        chains,
        roots: package.targets.iter().map(|target| (below(&target.path), target.name.replace('-', "_"))).collect(),
        vcs_root: kept::root(&base),
        locked: project.locked.clone(),
        is_workspace_root: package.dir == project.root && package.is_workspace_root,
        library: root.kind == TargetKind::Library,
        rustfmt: Rustfmt::of(source_folder(&base, &crate_root), package.edition.clone()),
        package: package.clone(),
        dir,
        crate_root,
        workspace_manifest,
        tree,
        record,
        base,
    })
}

/// The sample of the variables that a package has, or is to get: in its folder, or for all members in the workspace's.
fn sample(base: &Utf8Path, dir: &Utf8Path, root: &Utf8Path, record: Option<&Record>) -> Utf8PathBuf {
    let known = record.and_then(Record::sample).map(|path| path.below(dir));
    let there = [dir, root].into_iter().flat_map(|folder| SAMPLES.map(|name| folder.join(name)));
    let mut there = there.filter(|path| fs::symlink_metadata(base.join(path)).is_ok_and(|found| !found.is_dir()));
    known.or_else(|| there.next()).unwrap_or_else(|| dir.join(SAMPLES[0]))
}

/// The texts at some paths, and what stands in the module's folder, in its former one, and wherever the record names it.
fn texts(
    reach: &Reach,
    base: &Utf8Path,
    dir: &Utf8Path,
    module_dir: &Utf8Path,
    paths: impl Iterator<Item = Utf8PathBuf>,
    record: Option<&Record>,
) -> Result<Tree, InspectError> {
    let mut tree = Tree::default();
    for path in paths {
        if let Some(text) = read(reach, base, &path)? {
            tree.insert(path, text);
        }
    }
    read_folder(reach, base, module_dir, &mut tree)?;
    let former = record.and_then(Record::module_dir).map(|former| dir.join(former));
    if let Some(former) = former.filter(|former| former != module_dir) {
        read_folder(reach, base, &former, &mut tree)?;
    }
    read_recorded(reach, base, dir, record, &mut tree)?;
    if record.iter().flat_map(|record| &record.generated).any(|file| !tree.contains(&file.path.below(dir))) {
        // A file that is not where we wrote it may be anywhere in the package.
        sources_below(base, dir, &mut tree)?;
    }
    Ok(tree)
}

/// The other members of a package's workspace. A record of theirs that is damaged says nothing.
fn others(project: &Project, package: &Package) -> Result<Vec<Other>, InspectError> {
    let others = project.packages.iter().filter(|other| other.manifest != package.manifest);
    let others = others.map(|other| {
        let manifest = text(&other.manifest)?;
        let record = super::record(&other.dir).ok().flatten();
        let sample = sample_of(&other.dir, record.as_ref());
        Ok(Other { dir: other.dir.clone(), manifest, sample, shared: shared(record) })
    });
    others.collect()
}

/// A member's sample of the variables, and what its record has of that.
fn sample_of(dir: &Utf8Path, record: Option<&Record>) -> Option<(Utf8PathBuf, Vec<record::Inserted>)> {
    let path = record?.sample()?;
    Some((path.below(dir), record?.patched_at(path)?.inserted.clone()))
}

/// What a record has of the workspace's manifest.
fn shared(record: Option<Record>) -> Vec<Inserted> {
    record.iter().flat_map(Record::of_manifests).filter(|one| one.in_workspace()).cloned().collect()
}

/// The state of some files in version control, by path below the snapshot's base.
pub fn vcs(snapshot: &Snapshot, paths: &[Utf8PathBuf]) -> Vcs {
    git::state(&snapshot.base, paths)
}

/// Adds every Rust file of the package to a snapshot.
pub fn read_sources(snapshot: &mut Snapshot) -> Result<(), InspectError> {
    sources_below(&snapshot.base, &snapshot.dir, &mut snapshot.tree)
}

/// The folder that holds the workspace root and the package; paths in changes are below it.
pub fn base(project: &Project, package: &Package) -> Utf8PathBuf {
    common(&project.root, &package.dir)
}

/// Whether a record has this file as one of ours.
fn is_recorded(record: Option<&Record>, dir: &Utf8Path, path: &Utf8Path) -> bool {
    record.is_some_and(|record| record.generated.iter().any(|file| file.path.below(dir) == path))
}

/// The folder of the crate root, absolute.
fn source_folder(base: &Utf8Path, crate_root: &Utf8Path) -> Utf8PathBuf {
    base.join(crate_root).parent().unwrap_or(base).to_owned()
}

/// The deepest folder above both.
fn common(one: &Utf8Path, other: &Utf8Path) -> Utf8PathBuf {
    one.ancestors().find(|above| other.starts_with(above)).unwrap_or(one).to_owned()
}
