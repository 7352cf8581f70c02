//! What cargo reads before it answers. It has no bounds of its own, follows every link and include, and quotes what it
//! cannot parse.

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::reach::Reach;
use super::workspace::{normal, real};
use super::{InspectError, bounds, repository};

/// What cargo, and rustup before it, reads in a folder and in those above it.
const IN_EACH: [&str; 5] =
    ["Cargo.toml", ".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

/// Refuses a project in which one of these is not a file of the repository. Those above it are the user's own, and need only
/// have an end.
pub(super) fn check(manifest: &Utf8Path) -> Result<(), InspectError> {
    let place = real(manifest);
    let folder = place.parent().unwrap_or(Utf8Path::new("/"));
    let root = repository(folder);
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
    while let Some(path) = waiting.pop() {
        let bar = reach.spot(&path).err();
        bar.map_or(Ok(()), |bar| Err(InspectError::OutOfReach { path: path.clone(), bar }))?;
        let bytes = bytes(&path)?;
        if seen.insert(path.clone()) && !path.ends_with("Cargo.toml") {
            waiting.extend(included(&path, bytes));
        }
    }
    Ok(())
}

/// The bytes of what is there, which must have an end.
fn bytes(path: &Utf8Path) -> Result<Vec<u8>, InspectError> {
    let bytes = bounds::bytes(path).or_else(|cause| bounds::fault(path, cause))?;
    bytes.ok_or_else(|| InspectError::NotRegular { path: path.to_owned() })
}

/// The files that settings of cargo include. What is no TOML here is none for cargo.
fn included(path: &Utf8Path, bytes: Vec<u8>) -> Vec<Utf8PathBuf> {
    let text = String::from_utf8(bytes).unwrap_or_default();
    let settings: toml::Table = toml::from_str(&text).unwrap_or_default();
    let mut names = Vec::new();
    settings.get("include").into_iter().for_each(|value| strings(value, &mut names));
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let paths = names.into_iter().map(|name| folder.join(name)).flat_map(|path| [normal(&path), path]);
    paths.filter(|path| fs::metadata(path).is_ok_and(|found| !found.is_dir())).collect()
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
