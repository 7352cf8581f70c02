//! What cargo reads before it answers. It has no bounds of its own, follows every link and include, and quotes what it
//! cannot parse.

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::links::real;
use super::reach::Reach;
use super::{InspectError, bounds};
use crate::escape::shown;
use crate::paths::normal;
use crate::repository;

/// What cargo, and rustup before it, reads in a folder and in those above it.
const IN_EACH: [&str; 5] =
    ["Cargo.toml", ".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

/// Refuses a project in which one of these is not a file of the repository. Those above it are the user's own, and need only
/// have an end, as must the manifests of members.
pub(super) fn check(manifest: &Utf8Path) -> Result<(), InspectError> {
    let place = real(manifest);
    let folder = place.parent().unwrap_or(Utf8Path::new("/"));
    let root = repository::around(folder);
    let reach = Reach::within(&root);
    // Cargo looks for settings above the current folder, which is without links, and for a workspace above the named path.
    let above: BTreeSet<&Utf8Path> = folder.ancestors().chain(manifest.ancestors().skip(1)).collect();
    let (ours, others): (Vec<_>, Vec<_>) = above
        .into_iter()
        .flat_map(|dir| IN_EACH.map(|name| dir.join(name)))
        .filter(|path| fs::metadata(path).is_ok_and(|found| !found.is_dir()))
        .partition(|path| path.starts_with(&root));
    others.iter().try_for_each(|path| bytes(path).map(drop))?;
    let (mut waiting, mut seen) = (ours, BTreeSet::new());
    let mut members = Vec::new();
    while let Some(path) = waiting.pop() {
        let bar = reach.spot(&path).err();
        bar.map_or(Ok(()), |bar| Err(InspectError::OutOfReach { path: path.clone(), bar }))?;
        if !seen.insert(path.clone()) {
            continue;
        }
        let text = bytes(&path)?;
        match path.file_name() {
            Some("Cargo.toml") => members.extend(named(&path, &text)),
            Some("rust-toolchain.toml" | "rust-toolchain") => {}
            _ => waiting.extend(included(&path, text)?),
        }
    }
    ending(members)
}

/// Refuses a manifest without end among those that others lead to. Links are for cargo to follow: a member may lie elsewhere.
fn ending(mut waiting: Vec<Utf8PathBuf>) -> Result<(), InspectError> {
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if seen.insert(path.clone()) {
            waiting.extend(named(&path, &bytes(&path)?));
        }
    }
    Ok(())
}

/// The manifests that one leads to, as members, as dependencies or as the workspace. What is no TOML leads nowhere.
fn named(manifest: &Utf8Path, text: &[u8]) -> Vec<Utf8PathBuf> {
    if is_leaf(text) {
        return Vec::new();
    }
    let table: toml::Table = toml::from_slice(text).unwrap_or_default();
    let mut names = Vec::new();
    paths(&toml::Value::Table(table), &mut names);
    names.sort_unstable();
    names.dedup();
    let folder = manifest.parent().unwrap_or(Utf8Path::new(""));
    // Cargo takes members for patterns, and paths as they are.
    let escaped = Utf8PathBuf::from(glob::Pattern::escape(folder.as_str()));
    let found = names.iter().flat_map(|name| {
        let pattern = name.contains(['*', '?', '[']).then(|| escaped.join(name).join("Cargo.toml"));
        let several = pattern.into_iter().flat_map(|pattern| glob::glob(pattern.as_str())).flatten();
        let several = several.filter_map(Result::ok);
        let several = several.filter_map(|path| Utf8PathBuf::from_path_buf(path).ok());
        several.chain([folder.join(name).join("Cargo.toml")])
    });
    found.map(|path| normal(&path)).filter(|path| fs::metadata(path).is_ok_and(|found| !found.is_dir())).collect()
}

/// Whether a manifest leads nowhere for certain, as most members do: it inherits at most. Parsing is what costs.
fn is_leaf(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    // A key may be written with escapes.
    let is_plain = !["path", "members", "\\"].iter().any(|word| text.contains(word));
    let inherits = |rest: &str| {
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        value.is_some_and(|value| value.starts_with("true"))
    };
    is_plain && text.split("workspace").skip(1).all(inherits)
}

/// The texts in a manifest that name folders, wherever they stand.
fn paths(value: &toml::Value, found: &mut Vec<String>) {
    for (key, value) in value.as_table().into_iter().flatten() {
        if matches!(key.as_str(), "members" | "path" | "workspace") {
            let mut texts = Vec::new();
            strings(value, &mut texts);
            found.extend(texts.into_iter().map(str::to_owned));
        }
        paths(value, found);
    }
}

/// The bytes of what is there, which must have an end.
fn bytes(path: &Utf8Path) -> Result<Vec<u8>, InspectError> {
    let bytes = bounds::bytes(path).or_else(|cause| bounds::fault(path, cause))?;
    bytes.ok_or_else(|| InspectError::NotRegular { path: path.to_owned() })
}

/// The files that settings of cargo include. Those that we cannot read may include any.
fn included(path: &Utf8Path, bytes: Vec<u8>) -> Result<Vec<Utf8PathBuf>, InspectError> {
    let text = String::from_utf8(bytes)
        .map_err(|cause| InspectError::NotText { path: path.to_owned(), offset: cause.utf8_error().valid_up_to() })?;
    let settings: toml::Table = toml::from_str(&text).map_err(|cause| {
        let line = cause.span().map_or(0, |span| text[..span.start].matches('\n').count()) + 1;
        InspectError::Metadata { cause: format!("`{}`, line {line}: {}", shown(path), cause.message()) }
    })?;
    let mut names = Vec::new();
    settings.get("include").into_iter().for_each(|value| strings(value, &mut names));
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let paths = names.into_iter().map(|name| folder.join(name)).flat_map(|path| [normal(&path), path]);
    Ok(paths.filter(|path| fs::metadata(path).is_ok_and(|found| !found.is_dir())).collect())
}

/// Every text in a value.
fn strings<'a>(value: &'a toml::Value, found: &mut Vec<&'a str>) {
    match value {
        toml::Value::String(text) => found.push(text),
        toml::Value::Array(list) => list.iter().for_each(|value| strings(value, found)),
        toml::Value::Table(table) => table.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::is_leaf;

    #[test]
    fn what_may_lead_somewhere_is_parsed() {
        for text in ["", "a = \"1\"\n", "a.workspace = true\n", "a = { workspace=true, features = [\"x\"] }\n"] {
            assert!(is_leaf(text.as_bytes()), "{text}");
        }
        for text in [
            "a.path = \"b\"",
            "[workspace]\nmembers = []",
            "workspace = \"..\"",
            "[workspace]\n",
            "\"p\\u0061th\" = \"a\"",
            "workspace\n= '..'",
        ] {
            assert!(!is_leaf(text.as_bytes()), "{text}");
        }
        assert!(!is_leaf(b"\xff"));
    }
}
