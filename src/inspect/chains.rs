//! Finds the source files that have to do with routers, by their text alone.

use camino::{Utf8Path, Utf8PathBuf};
use memchr::memmem;

use super::files::rust_files;
use super::{InspectError, Package, Project, Target, TargetKind, modules};
use crate::paths::relative;
use crate::tree::Tree;

/// What the sources below the crate root's folder have to do with routers.
#[derive(Debug, Clone, Default)]
pub struct Chains {
    /// Those that start a router chain.
    pub sources: Vec<Utf8PathBuf>,
    /// Those that call a function in one of these which returns a router.
    pub related: Vec<Utf8PathBuf>,
    /// Those of both that another crate of the package has, too, so that `crate` is not the same everywhere.
    pub shared: Vec<Utf8PathBuf>,
    /// Those of both that belong to binaries beside the library.
    pub in_binaries: Vec<Utf8PathBuf>,
    /// Whether the crate has types of its own that are named as the framework's, and hands on none of those.
    pub own_types: bool,
}

/// The source files that have to do with routers, without those of the module, which stand elsewhere under another name.
pub fn chains(
    base: &Utf8Path,
    package: &Package,
    root: &Target,
    module_dir: &Utf8Path,
    starts: &[String],
    ours: impl Fn(&Utf8Path) -> bool,
    tree: &mut Tree,
) -> Result<Chains, InspectError> {
    let folder = relative(base, root.path.parent().unwrap_or(base));
    let mut found = by_text(base, &folder, module_dir, starts, tree)?;
    found.sources.retain(|path| !ours(path));
    found.related.retain(|path| !ours(path));
    let all: Vec<Utf8PathBuf> = found.sources.iter().chain(&found.related).map(|path| base.join(path)).collect();
    let others = package.targets.iter().filter(|other| other.path != root.path && !all.is_empty());
    for other in others {
        let both = modules::shared(&root.path, &other.path).among(&all);
        found.shared.extend(both.iter().filter_map(|path| path.strip_prefix(base).ok().map(Utf8Path::to_owned)));
    }
    sort_out(base, package, root, &mut found);
    Ok(found)
}

/// The source files whose text starts a router chain, and those that call what returns one; no other text is kept.
fn by_text(
    base: &Utf8Path,
    folder: &Utf8Path,
    module_dir: &Utf8Path,
    starts: &[String],
    tree: &mut Tree,
) -> Result<Chains, InspectError> {
    let mut found = Chains::default();
    if starts.is_empty() {
        return Ok(found);
    }
    let types: Vec<&str> = starts.iter().filter_map(|start| Some(start.rsplit_once("::")?.0)).collect();
    // Also with type arguments, as in `Router::<AppState>::new()`.
    let generic = types.iter().map(|name| format!("{name}::<"));
    let starts: Vec<String> = starts.iter().cloned().chain(generic).collect();
    let (mut makers, mut others, mut handed_on) = (Vec::new(), Vec::new(), false);
    for source in rust_files(base, folder) {
        let (path, text) = source?;
        if path.starts_with(module_dir) {
            continue;
        }
        let named: Vec<&str> = types.iter().copied().filter(|name| has(&text, name)).collect();
        found.own_types |= named.iter().any(|name| defines(&text, name));
        handed_on |= named.iter().any(|name| hands_on(&text, name));
        if starts.iter().any(|start| has(&text, start)) {
            makers.extend(makers_in(&text, &types));
            tree.insert(path.clone(), text);
            found.sources.push(path);
        } else {
            others.push((path, text));
        }
    }
    found.own_types &= !handed_on;
    for (path, text) in others {
        if makers.iter().any(|call| has(&text, call)) {
            tree.insert(path.clone(), text);
            found.related.push(path);
        }
    }
    Ok(found)
}

/// The other members of a workspace that have a framework and build a router, where that is wanted.
pub fn routers_in(project: &Project, package: &Package, starts: &[String], wanted: bool) -> Vec<String> {
    let others = project.packages.iter().filter(|other| wanted && other.dir != package.dir && !other.hosts.is_empty());
    let building = others.filter(|other| other.targets.iter().any(|target| target.holds(starts)));
    building.map(|other| other.name.clone()).collect()
}

/// Whether a text has another one in it. Many texts are gone through.
fn has(text: &str, other: &str) -> bool {
    memmem::find(text.as_bytes(), other.as_bytes()).is_some()
}

/// Whether a text defines a type of this name.
fn defines(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    ["struct ", "enum ", "trait "]
        .iter()
        .any(|word| text.match_indices(&format!("{word}{name}")).any(|(at, found)| ends(&text[at + found.len()..])))
}

/// Whether a text imports this name for others, too.
fn hands_on(text: &str, name: &str) -> bool {
    let imports = text.split(';').filter_map(|item| {
        item.rsplit_once("use ")
            .filter(|(before, _)| before.lines().next_back().is_some_and(|line| line.trim_start().starts_with("pub")))
    });
    imports.into_iter().any(|(_, tree)| tree.contains(name))
}

/// How functions of a text are called that return one of these types.
fn makers_in(text: &str, types: &[&str]) -> Vec<String> {
    let makers = text.split("fn ").skip(1).filter_map(|function| {
        let signature = &function[..function.find(['{', ';'])?];
        let (_, output) = signature.split_once("->")?;
        let name = function.split(['(', '<']).next()?;
        types.iter().any(|name| output.contains(name)).then(|| format!("{name}("))
    });
    makers.collect()
}

/// Drops source files in which the module cannot be named: those of other programs, and those of no crate at all. What is
/// a binary's, beside a library with the module, is noted.
fn sort_out(base: &Utf8Path, package: &Package, root: &Target, found: &mut Chains) {
    let among = |roots: &[&Utf8Path], files: &[&Utf8PathBuf]| {
        let files: Vec<Utf8PathBuf> = files.iter().map(|path| base.join(path)).collect();
        let found = modules::belonging(roots, &files);
        found.iter().filter_map(|path| path.strip_prefix(base).ok().map(Utf8Path::to_owned)).collect::<Vec<_>>()
    };
    let all: Vec<&Utf8PathBuf> = found.sources.iter().chain(&found.related).collect();
    let own = among(&[&root.path], &all);
    let rest: Vec<&Utf8PathBuf> = all.into_iter().filter(|path| !own.contains(path)).collect();
    let binaries = package.targets.iter().filter(|target| target.kind == TargetKind::Binary);
    let binaries: Vec<&Utf8Path> = binaries.map(|target| target.path.as_path()).collect();
    found.in_binaries = if root.kind == TargetKind::Library { among(&binaries, &rest) } else { Vec::new() };
    let named = |path: &Utf8PathBuf| own.contains(path) || found.in_binaries.contains(path);
    found.sources.retain(named);
    found.related.retain(named);
}
