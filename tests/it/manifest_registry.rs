//! Real files: every manifest and crate root in the local registry folder, patched and taken back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use cargo_clerk_sessions::blueprint;
use cargo_clerk_sessions::edit::manifest::{Host, Inserted, Patched, Wanted, Workspace, patch, unpatch};
use cargo_clerk_sessions::edit::{EditError, crate_root, is_subsequence};
use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::support::repository;

/// The crates that the program is built of: who runs the tests has their sources, and maybe no others.
fn own() -> Vec<String> {
    let manifest: Table = fs::read_to_string(repository().join("Cargo.toml")).unwrap().parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

/// The folders of all crates whose sources cargo has here.
fn crates() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap();
    let registries = fs::read_dir(home.join("registry/src")).unwrap();
    let mut crates: Vec<PathBuf> = registries
        .flat_map(|registry| fs::read_dir(registry.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    crates.sort();
    for name in own() {
        let is_there =
            |folder: &PathBuf| folder.file_name().unwrap().to_str().unwrap().starts_with(&format!("{name}-"));
        assert!(crates.iter().any(is_there), "no sources of {name}");
    }
    crates
}

fn manifests() -> Vec<(PathBuf, String)> {
    let found: Vec<_> = crates()
        .into_iter()
        .map(|folder| folder.join("Cargo.toml.orig"))
        .filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?)))
        .filter(|(_, text)| text.parse::<toml_edit::DocumentMut>().is_ok())
        .collect();
    assert!(found.len() >= own().len(), "only {} manifests", found.len());
    found
}

/// What the module needs on Axum, and a crate of which only tests need more.
static WANTED: LazyLock<Vec<Wanted>> = LazyLock::new(|| {
    let blueprints = blueprint::load_all(&blueprint::embedded()).unwrap();
    let axum = blueprints.into_iter().find(|blueprint| blueprint.name == "axum").unwrap();
    let for_tests = Wanted {
        name: "tokio".to_owned(),
        requirement: "1".to_owned(),
        accepts: "1".to_owned(),
        default_features: true,
        features: vec!["macros".to_owned(), "rt-multi-thread".to_owned()],
        satisfied_by: vec!["full".to_owned()],
        dev: true,
        ..Wanted::default()
    };
    axum.dependencies.iter().map(Wanted::from).chain([for_tests]).collect()
});

fn host<'a>(text: &'a str, feature: Option<&'a str>) -> Host<'a> {
    let workspace = if text.contains("[workspace") { Workspace::Same } else { Workspace::None };
    Host { package: text, workspace, locked: None, feature, alias_prefix: "clerk" }
}

/// What the manifest must mean, worked out from the list of insertions alone.
fn expected(old: &str, inserted: &[Inserted]) -> Table {
    let mut document: Table = toml::from_str(old).unwrap();
    for one in inserted {
        match one {
            Inserted::Entry { table, key, text, .. } => {
                let value = toml::from_str::<Table>(text).unwrap().remove(key).unwrap();
                assert!(descend(&mut document, table).insert(key.clone(), value).is_none(), "`{key}` was there");
            }
            Inserted::Items { table, key, items, .. } => {
                let entry = descend(&mut document, table).get_mut(key).unwrap();
                if let Value::String(version) = entry {
                    *entry = Value::Table(Table::from_iter([("version".to_owned(), Value::String(version.clone()))]));
                }
                let list = match entry {
                    Value::Table(entry) => entry.entry("features").or_insert_with(|| Value::Array(vec![])),
                    list => list,
                };
                list.as_array_mut().unwrap().extend(items.iter().cloned().map(Value::String));
            }
        }
    }
    document
}

fn descend<'a>(document: &'a mut Table, header: &str) -> &'a mut Table {
    toml_edit::Key::parse(header).unwrap().iter().fold(document, |table, key| {
        table.entry(key.get()).or_insert_with(|| Value::Table(Table::new())).as_table_mut().unwrap()
    })
}

fn check(path: &Path, text: &str, feature: Option<&'static str>) -> Option<Patched> {
    let patched = match patch(&host(text, feature), &WANTED) {
        Ok(patched) => patched,
        Err(EditError::Pinned { name, found, needed }) => {
            assert!(is_pinned(&name, &found, &needed), "{}: `{name}` is not pinned by `{found}`", path.display());
            return None;
        }
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let name = path.display();
    assert!(is_subsequence(text, &patched.package), "{name}");
    assert_eq!(toml::from_str::<Table>(&patched.package).unwrap(), expected(text, &patched.inserted), "{name}");
    let again = patch(&host(&patched.package, feature), &WANTED).unwrap();
    assert_eq!((&again.package, again.inserted.as_slice()), (&patched.package, [].as_slice()), "{name}");
    assert_eq!(again.crates, patched.crates, "{name}");
    let (back, _) = unpatch(&patched.package, None, &patched.inserted).unwrap();
    assert!(back == text, "{name} is not restored:\n{}", difference(text, &back));
    Some(patched)
}

/// Whether cargo, which takes one version of those that are compatible, could take none for both requirements.
fn is_pinned(name: &str, found: &str, needed: &str) -> bool {
    let own = &WANTED.iter().find(|wanted| wanted.name == name).unwrap().requirement;
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

#[test]
fn every_manifest_is_patched_and_restored() {
    let all = manifests();
    let patched: BTreeMap<_, _> =
        all.iter().filter_map(|(path, text)| Some((path, check(path, text, None)?))).collect();
    assert!(!patched.is_empty());
    for (path, patched) in patched {
        for wanted in WANTED.iter().filter(|wanted| !wanted.dev) {
            assert!(
                !keys(&patched, &wanted.name).is_empty() || patched.package.contains("cfg("),
                "{}: {}",
                path.display(),
                wanted.name
            );
        }
    }
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

#[test]
fn every_manifest_in_other_bytes_is_patched_and_restored() {
    for (number, (path, text)) in manifests().into_iter().enumerate() {
        let other = in_other_bytes(&text, number);
        if let Some(patched) = check(&path, &other, None) {
            let lone = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
            assert_eq!(lone(&patched.package) > 0, lone(&other) > 0, "{}", path.display());
            assert_eq!(patched.package.ends_with('\n'), other.ends_with('\n'), "{}", path.display());
        }
    }
}

#[test]
fn every_manifest_with_a_feature_is_patched_and_restored() {
    let mut count = 0;
    for (path, text) in manifests() {
        let document: Table = toml::from_str(&text).unwrap();
        if document.get("features").and_then(|features| features.get("std")).is_some_and(Value::is_array) {
            count += 1;
            check(&path, &text, Some("std"));
        }
    }
    // `serde` has it, for one.
    assert!(count > 0);
}

#[test]
fn every_crate_root_is_declared_in_and_restored() {
    let roots = crates().into_iter().flat_map(|folder| [folder.join("src/lib.rs"), folder.join("src/main.rs")]);
    let mut count = 0;
    for (path, source) in roots.filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?))) {
        // Sources that need a newer or another Rust are refused, which is no matter here; a few are mostly data.
        let (true, Ok(None)) = (source.len() < 100_000, crate_root::taken(&source, "clerk")) else { continue };
        let other = in_other_bytes(&source, count);
        for (text, public, feature) in [(source, false, None), (other, true, Some("web"))] {
            let declared = crate_root::insert_mod(&text, "clerk", public, feature).unwrap();
            let with = declared.text;
            assert!(is_subsequence(&text, &with), "{}", path.display());
            let back = crate_root::remove_mod(&with, "clerk", declared.blank_below).unwrap();
            assert!(back == text, "{} is not restored:\n{}", path.display(), difference(&text, &back));
        }
        count += 1;
    }
    assert!(count >= own().len(), "only {count} crate roots");
}
