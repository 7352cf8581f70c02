//! What holds for every manifest and every crate root: it is patched, and taken back exactly. A fault is a panic.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use cargo_clerk_sessions::blueprint::{self, Dependency};
use cargo_clerk_sessions::edit::manifest::{Host, Inserted, Patched, Workspace, patch, unpatch};
use cargo_clerk_sessions::edit::{EditError, crate_root, is_subsequence};
use semver::{Version, VersionReq};
use toml::{Table, Value};

/// What the module needs on Axum, and a crate of which only tests need more.
static WANTED: LazyLock<Vec<Dependency>> = LazyLock::new(|| {
    let blueprints = blueprint::load_all(&blueprint::embedded()).unwrap();
    let axum = blueprints.into_iter().find(|blueprint| blueprint.name == "axum").unwrap();
    let for_tests = Dependency {
        krate: "tokio".to_owned(),
        requirement: "1".to_owned(),
        accepts: "1".to_owned(),
        default_features: true,
        features: vec!["macros".to_owned(), "rt-multi-thread".to_owned()],
        satisfied_by: vec!["full".to_owned()],
        dev: true,
        ..Dependency::default()
    };
    axum.dependencies.iter().cloned().chain([for_tests]).collect()
});

fn host<'a>(text: &'a str, feature: Option<&'a str>) -> Host<'a> {
    let workspace = if text.contains("[workspace") { Workspace::Same } else { Workspace::None };
    Host { package: text, workspace, locked: None, feature, target: None, framework: "axum" }
}

/// What the manifest must mean, worked out from the list of insertions alone.
fn expected(old: &str, inserted: &[Inserted]) -> Table {
    let mut document: Table = toml::from_str(old).unwrap();
    for one in inserted {
        match one {
            Inserted::Dependency { table, key, text, .. } => add(&mut document, table, key, text),
            Inserted::Feature { feature, text, .. } => add(&mut document, "features", feature, text),
            Inserted::DependencyFeatures { table, key, features, .. } => {
                let entry = descend(&mut document, table).get_mut(key).unwrap();
                if let Value::String(version) = entry {
                    *entry = Value::Table(Table::from_iter([("version".to_owned(), Value::String(version.clone()))]));
                }
                let list = entry.as_table_mut().unwrap().entry("features").or_insert_with(|| Value::Array(vec![]));
                list.as_array_mut().unwrap().extend(features.iter().cloned().map(Value::String));
            }
            Inserted::FeatureItems { feature, items, .. } => {
                let list = descend(&mut document, "features").get_mut(feature).unwrap();
                list.as_array_mut().unwrap().extend(items.iter().cloned().map(Value::String));
            }
        }
    }
    document
}

fn add(document: &mut Table, table: &str, key: &str, text: &str) {
    let value = toml::from_str::<Table>(text).unwrap().remove(key).unwrap();
    assert!(descend(document, table).insert(key.to_owned(), value).is_none(), "`{key}` was there");
}

fn descend<'a>(document: &'a mut Table, header: &str) -> &'a mut Table {
    toml_edit::Key::parse(header).unwrap().iter().fold(document, |table, key| {
        table.entry(key.get()).or_insert_with(|| Value::Table(Table::new())).as_table_mut().unwrap()
    })
}

/// Patches a manifest, which works but where a version is pinned.
pub fn manifest(file: &str, text: &str, feature: Option<&str>) -> Option<Patched> {
    let patched = match patch(&host(text, feature), WANTED.iter()) {
        Ok(patched) => patched,
        Err(EditError::Pinned { name, found, needed }) => {
            assert!(is_pinned(&name, &found, &needed), "{file}: `{name}` is not pinned by `{found}`");
            return None;
        }
        Err(error) => panic!("{file}: {error}"),
    };
    assert!(is_subsequence(text, &patched.package), "{file}");
    assert_eq!(toml::from_str::<Table>(&patched.package).unwrap(), expected(text, &patched.inserted), "{file}");
    let again = patch(&host(&patched.package, feature), WANTED.iter()).unwrap();
    assert_eq!((&again.package, again.inserted.as_slice()), (&patched.package, [].as_slice()), "{file}");
    assert_eq!(again.crates, patched.crates, "{file}");
    let (back, _) = unpatch(&patched.package, None, &patched.inserted).unwrap();
    assert!(back == text, "{file} is not restored:\n{}", difference(text, &back));
    Some(patched)
}

/// Whether cargo, which takes one version of those that are compatible, could take none for both requirements.
fn is_pinned(name: &str, found: &str, needed: &str) -> bool {
    let own = &WANTED.iter().find(|wanted| wanted.krate == name).unwrap().requirement;
    let compatible = if own.starts_with("0.") { own } else { own.split('.').next().unwrap() };
    let requirements = [compatible, found, needed];
    let [compatible, found, needed] = requirements.map(|requirement| VersionReq::parse(requirement).unwrap());
    let major = compatible.comparators[0].major;
    let versions = (0..60).flat_map(|minor| (0..400).map(move |patch| Version::new(major, minor, patch)));
    let (both, one): (Vec<_>, Vec<_>) = versions
        .filter(|version| compatible.matches(version) && found.matches(version))
        .partition(|version| needed.matches(version));
    both.is_empty() && !one.is_empty()
}

fn difference(old: &str, new: &str) -> String {
    let at = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count().saturating_sub(60);
    let part = |text: &str| format!("{:?}", String::from_utf8_lossy(&text.as_bytes()[at..text.len().min(at + 200)]));
    format!("{}\n{}", part(old), part(new))
}

/// The keys under which the code or the tests have a crate.
fn keys(patched: &Patched, name: &str) -> Vec<String> {
    let document: Table = toml::from_str(&patched.package).unwrap();
    let tables = ["dependencies", "dev-dependencies"].into_iter().filter_map(|table| document.get(table)?.as_table());
    let named = |key: &str, entry: &Value| key == name || entry.get("package").and_then(Value::as_str) == Some(name);
    tables.flat_map(|table| table.iter().filter(|(key, entry)| named(key, entry)).map(|(key, _)| key.clone())).collect()
}

/// The text with other line endings, without a final newline, or with a byte-order mark; which, by number.
fn in_other_bytes(text: &str, number: usize) -> String {
    let lf = text.replace("\r\n", "\n");
    match number % 3 {
        0 => lf.replace('\n', "\r\n"),
        1 => lf.trim_end().to_owned(),
        _ => format!("\u{feff}{}", lf.trim_start_matches('\u{feff}').trim_end().replace('\n', "\r\n")),
    }
}

/// A manifest as it is, with a feature where it has `std`, and in other bytes.
pub fn in_all_ways(file: &str, text: &str, number: usize) {
    if let Some(patched) = manifest(file, text, None) {
        for wanted in WANTED.iter().filter(|wanted| !wanted.dev) {
            let is_there = !keys(&patched, &wanted.krate).is_empty() || patched.package.contains("cfg(");
            assert!(is_there, "{file}: {}", wanted.krate);
        }
    }
    let other = in_other_bytes(text, number);
    if let Some(patched) = manifest(file, &other, None) {
        let lone = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert_eq!(lone(&patched.package) > 0, lone(&other) > 0, "{file}");
        assert_eq!(patched.package.ends_with('\n'), other.ends_with('\n'), "{file}");
    }
    let document: Table = toml::from_str(text).unwrap();
    if document.get("features").and_then(|features| features.get("std")).is_some_and(Value::is_array) {
        manifest(file, text, Some("std"));
    }
}

/// Declares the module in a crate root; sources that need a newer or another Rust are no matter here, and a few are mostly
/// data.
pub fn crate_root(file: &str, source: &str, number: usize) -> bool {
    let (true, Ok(None)) = (source.len() < 100_000, crate_root::taken(source, "clerk")) else { return false };
    let other = in_other_bytes(source, number);
    for (text, public, feature) in [(source, false, None), (other.as_str(), true, Some("feature = \"web\""))] {
        let declared = crate_root::insert_mod(text, "clerk", public, feature).unwrap();
        let with = declared.text;
        assert!(is_subsequence(text, &with), "{file}");
        let back = crate_root::remove_mod(&with, "clerk", declared.blank_below).unwrap();
        assert!(back == text, "{file} is not restored:\n{}", difference(text, &back));
    }
    true
}

/// The folders of all crates whose sources cargo has here.
pub fn crates() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap();
    let registries = fs::read_dir(home.join("registry/src")).unwrap();
    let mut crates: Vec<PathBuf> = registries
        .flat_map(|registry| fs::read_dir(registry.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    crates.sort();
    crates
}

/// The manifest of a crate as it was written, where it can be read.
pub fn manifest_of(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("Cargo.toml.orig")).ok()?;
    text.parse::<toml_edit::DocumentMut>().is_ok().then_some(text)
}

/// The crate roots of a crate, by path.
pub fn roots_of(folder: &Path) -> impl Iterator<Item = (String, String)> {
    let paths = ["src/lib.rs", "src/main.rs"].map(|path| folder.join(path));
    paths.into_iter().filter_map(|path| Some((path.display().to_string(), fs::read_to_string(path).ok()?)))
}
