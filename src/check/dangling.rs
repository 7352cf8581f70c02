//! `mod` lines of generated files whose own file is gone: the module does not compile until one of the two comes back.

use camino::{Utf8Path, Utf8PathBuf};
use syn::{Expr, ExprLit, Item, ItemMod, Lit, Meta};

use super::{Finding, Kind};
use crate::edit::rust;
use crate::escape::shown;
use crate::id;
use crate::record::Record;
use crate::tree::Tree;

/// The findings about `mod` lines of files that are gone. Paths in `tree` are relative to the package; `prefix` leads to it.
pub fn dangling(record: &Record, tree: &Tree, left_out: &[Utf8PathBuf], prefix: &Utf8Path) -> Vec<Finding> {
    let is_gone = |path: &Utf8Path| !tree.contains(path) && !left_out.iter().any(|one| one == path);
    let paths = record.generated.iter().map(|file| file.path.as_path());
    let gone: Vec<&Utf8Path> = paths.filter(|path| is_gone(path)).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let gone = gone.as_slice();
    let ours = tree.iter().filter(|(_, text)| id::of(text).is_some());
    let found = ours.flat_map(|(path, text)| {
        let lines = declared(path, text).into_iter();
        lines
            .filter(|(files, _)| {
                files.iter().any(|file| gone.contains(&file.as_path())) && !files.iter().any(|file| tree.contains(file))
            })
            .map(move |(files, line)| Finding {
                kind: Kind::Dangling,
                path: prefix.join(path),
                line: Some(line),
                message: format!(
                    "names `{}`, which is gone: take this line out, or run `update --only {}`",
                    shown(&files[0]),
                    shown(files.iter().find(|file| gone.contains(&file.as_path())).unwrap_or(&files[0]))
                ),
            })
    });
    found.collect()
}

/// The modules that a file declares and does not hold itself: the two files that each may stand in, and the line.
fn declared(path: &Utf8Path, text: &str) -> Vec<([Utf8PathBuf; 2], usize)> {
    let Ok(source) = rust::parse(text) else { return Vec::new() };
    let beside = path.parent().unwrap_or(Utf8Path::new(""));
    let folder = match path.file_stem() {
        Some("mod" | "lib" | "main") | None => beside.to_owned(),
        Some(stem) => beside.join(stem),
    };
    let modules = source.file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() => Some(module),
        _ => None,
    });
    let found = modules.map(|module| {
        let name = module.ident.to_string();
        let files = match elsewhere(module) {
            Some(file) => [beside.join(&file), beside.join(file)],
            None => [folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs")],
        };
        let line = text[..source.range(module.ident.span()).start].matches('\n').count() + 1;
        (files, line)
    });
    found.collect()
}

/// The file that a `#[path = "…"]` names.
fn elsewhere(module: &ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(file), .. }) => Some(file.value()),
            _ => None,
        },
        _ => None,
    })
}
