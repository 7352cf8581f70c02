//! Reads a record, and the files that it names.

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{read, sources_below};
use super::reach::Reach;
use super::{InspectError, git};
use crate::id;
use crate::record::{self, Record};
use crate::tree::Tree;

/// The texts that a record names, by their recorded paths; every Rust file of the package, too, where one is not at its place.
pub fn recorded(dir: &Utf8Path, record: &Record) -> Result<Tree, InspectError> {
    let (mut tree, reach) = (Tree::default(), Reach::around(dir));
    let generated = record.generated.iter().map(|file| &file.path);
    for path in generated.clone().chain(record.patched.iter().map(|file| &file.path)) {
        // A shared manifest stands above the package.
        if let Some(text) = read(&reach, Utf8Path::new(""), &path.below(dir))? {
            tree.insert(path.as_path().to_owned(), text);
        }
    }
    if generated.clone().any(|path| !tree.contains(path.as_path())) {
        sources_below(dir, Utf8Path::new(""), &mut tree)?;
    }
    Ok(tree)
}

/// The recorded files that are not in the work tree because a sparse checkout leaves them out, by path below the package.
pub fn left_out(dir: &Utf8Path, record: &Record, tree: &Tree) -> Vec<Utf8PathBuf> {
    let absent: Vec<Utf8PathBuf> = record
        .generated
        .iter()
        .map(|file| file.path.as_path().to_owned())
        .filter(|path| !tree.contains(path))
        .collect();
    if absent.is_empty() { Vec::new() } else { git::left_out(dir, &absent) }
}

/// Every Rust file of a package, by path below its folder.
pub fn sources(dir: &Utf8Path) -> Result<Tree, InspectError> {
    let mut tree = Tree::default();
    sources_below(dir, Utf8Path::new(""), &mut tree)?;
    Ok(tree)
}

/// Whether a package's folder has a record, be it damaged.
pub fn has_record(dir: &Utf8Path) -> bool {
    dir.join(record::FILE).is_file()
}

/// The record in a package's folder.
pub fn record(dir: &Utf8Path) -> Result<Option<Record>, InspectError> {
    Ok(record_text(dir)?.as_deref().map(record::parse).transpose()?)
}

/// The record as text, be it damaged.
pub fn record_text(dir: &Utf8Path) -> Result<Option<String>, InspectError> {
    read(&Reach::around(dir), dir, Utf8Path::new(record::FILE))
}

/// The Rust files of a package, outside one of its folders, that name something in a module, by path below the package.
pub fn naming(dir: &Utf8Path, module: &str, outside: &Utf8Path) -> Tree {
    let sources = sources(dir).unwrap_or_default();
    let mut naming = Tree::default();
    for (path, text) in
        sources.iter().filter(|(path, text)| !path.starts_with(outside) && !lines_naming(text, module).is_empty())
    {
        naming.insert(path.to_owned(), text.to_owned());
    }
    naming
}

/// The lines of a text that name something in a module, from 1.
pub fn lines_naming(text: &str, module: &str) -> Vec<usize> {
    let path = format!("{module}::");
    let names = |line: &str| {
        line.match_indices(&path).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    text.lines().enumerate().filter(|(_, line)| names(line)).map(|(index, _)| index + 1).collect()
}

/// The files in a tree that have a word, each with the first line of it, from 1.
pub fn naming_word(tree: &Tree, word: &str) -> Vec<(Utf8PathBuf, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| {
        line.match_indices(word)
            .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
    };
    let first = |(path, text): (&Utf8Path, &str)| Some((path.to_owned(), text.lines().position(has)? + 1));
    tree.iter().filter_map(first).collect()
}

/// The folder name of a module whose face is somewhere in the package, for a project that lost its settings.
pub fn module_name(dir: &Utf8Path) -> Option<String> {
    let sources = sources(dir).ok()?;
    let face = sources.iter().find(|(_, text)| id::of(text) == Some("module/mod.rs"));
    face.and_then(|(path, _)| Some(path.parent()?.file_name()?.to_owned()))
}

/// Reads the files that a record names: ours, and those of the user's that have something of ours.
pub(super) fn read_recorded(
    reach: &Reach,
    base: &Utf8Path,
    dir: &Utf8Path,
    record: Option<&Record>,
    tree: &mut Tree,
) -> Result<(), InspectError> {
    let generated = record.iter().flat_map(|record| &record.generated).map(|file| &file.path);
    let patched = record.iter().flat_map(|record| &record.patched).map(|file| &file.path);
    for path in generated.chain(patched) {
        let path = path.below(dir);
        if let (false, Some(text)) = (tree.contains(&path), read(reach, base, &path)?) {
            tree.insert(path, text);
        }
    }
    Ok(())
}
