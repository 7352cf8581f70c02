//! Reads which dependencies a manifest has, in whatever form they are written.

use std::collections::BTreeSet;

use toml_edit::{Document, Item, TableLike};

use crate::edit::EditError;
use crate::edit::text::position;

/// What the package's manifest is called in errors.
pub const PACKAGE: &str = "the package's manifest";
/// What the workspace's manifest is called in errors.
pub const WORKSPACE: &str = "the workspace's manifest";
/// A table of dependencies for every target. It can make unconditional what `[dependencies]` has as optional.
pub const EVERYWHERE: &str = "target.'cfg(all())'.dependencies";

/// A parsed text.
pub type Parsed = Document<String>;

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Code,
    /// Tests, examples and benches.
    Tests,
    /// The build script.
    Build,
    /// Members that inherit it.
    Members,
}

/// A dependency as the host has it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the manifest")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is for.
    pub purpose: Purpose,
    /// The table, as in its header.
    pub table: String,
    pub key: String,
    pub package: String,
    /// The requirement, where one is written.
    pub requirement: Option<String>,
    /// Whether it is inherited from the workspace.
    pub inherited: bool,
    /// Whether it comes from elsewhere than the registry.
    pub elsewhere: bool,
    /// Whether it is there for every target.
    pub everywhere: bool,
    /// Whether it is optional.
    pub optional: bool,
    /// The features that are on, `default` among them.
    pub features: BTreeSet<String>,
}

/// Parses a manifest.
pub fn parse(text: &str, which: &'static str) -> Result<Parsed, EditError> {
    Document::parse(text.to_owned()).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        EditError::Toml { which, line, column, message: error.message().lines().next().unwrap_or("").to_owned() }
    })
}

/// The dependencies of a package; `shared` are those of its workspace.
pub fn entries(document: &Parsed, shared: &[Entry]) -> Vec<Entry> {
    let mut found = Vec::new();
    collect(document.as_table(), "", true, shared, &mut found);
    let targets = document.get("target").and_then(Item::as_table_like);
    for (target, item) in targets.iter().flat_map(|targets| targets.iter()) {
        if let Some(tables) = item.as_table_like() {
            let prefix = format!("target.{}.", key_text(target));
            let everywhere = target.replace(' ', "") == "cfg(all())";
            collect(tables, &prefix, everywhere, shared, &mut found);
        }
    }
    found
}

/// What the workspace offers for inheritance.
pub fn shared(document: &Parsed) -> Vec<Entry> {
    let workspace = document.get("workspace").and_then(Item::as_table_like);
    let table = workspace.and_then(|workspace| workspace.get("dependencies")).and_then(Item::as_table_like);
    let all = table.iter().flat_map(|table| table.iter());
    all.filter_map(|(key, item)| entry(key, item, Purpose::Members, "workspace.dependencies", true, &[])).collect()
}

fn collect(tables: &dyn TableLike, prefix: &str, everywhere: bool, shared: &[Entry], found: &mut Vec<Entry>) {
    for (name, purpose) in [
        ("dependencies", Purpose::Code),
        ("dev-dependencies", Purpose::Tests),
        ("dev_dependencies", Purpose::Tests),
        ("build-dependencies", Purpose::Build),
        ("build_dependencies", Purpose::Build),
    ] {
        let Some(table) = tables.get(name).and_then(Item::as_table_like) else { continue };
        let header = format!("{prefix}{name}");
        found.extend(table.iter().filter_map(|(key, item)| entry(key, item, purpose, &header, everywhere, shared)));
    }
}

fn entry(key: &str, item: &Item, purpose: Purpose, table: &str, everywhere: bool, shared: &[Entry]) -> Option<Entry> {
    let field = |name: &str| item.as_table_like().and_then(|fields| fields.get(name));
    let word = |name: &str| field(name).and_then(Item::as_str).map(str::to_owned);
    let flag = |name: &str| field(name).and_then(Item::as_bool);
    let inherited = flag("workspace") == Some(true);
    let base = shared.iter().find(|base| inherited && base.key == key);
    let mut features: BTreeSet<String> = base.map(|base| base.features.clone()).unwrap_or_default();
    let list = field("features").and_then(Item::as_array);
    features.extend(list.iter().flat_map(|list| list.iter()).filter_map(|item| item.as_str().map(str::to_owned)));
    let defaults = flag("default-features").or(flag("default_features"));
    if defaults.unwrap_or(base.is_none()) {
        features.insert("default".to_owned());
    }
    let version = item.as_str().map(str::to_owned).or_else(|| word("version"));
    (item.is_str() || item.is_table_like()).then(|| Entry {
        purpose,
        table: table.to_owned(),
        key: key.to_owned(),
        package: base.map_or_else(|| word("package").unwrap_or_else(|| key.to_owned()), |base| base.package.clone()),
        requirement: version.or_else(|| base.and_then(|base| base.requirement.clone())),
        inherited,
        elsewhere: ["path", "git", "registry", "registry-index"].iter().any(|name| field(name).is_some())
            || base.is_some_and(|base| base.elsewhere),
        everywhere,
        optional: flag("optional") == Some(true),
        features,
    })
}

/// A key as it is written: bare where it can be, quoted where not.
pub fn key_text(key: &str) -> String {
    let bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    match key {
        key if !key.is_empty() && key.chars().all(bare) => key.to_owned(),
        key if !key.contains('\'') => format!("'{key}'"),
        key => toml_edit::Key::new(key).display_repr().into_owned(),
    }
}

/// The package's name.
pub fn name(document: &Parsed) -> &str {
    document.get("package").and_then(|package| package.get("name")).and_then(Item::as_str).unwrap_or_default()
}

/// Whether a feature turns on this optional dependency.
pub fn turns_on(document: &Parsed, feature: &str, key: &str) -> bool {
    let table = document.get("features").and_then(Item::as_table_like);
    let list = |name: &str| table.and_then(|table| table.get(name)).and_then(Item::as_array);
    let (mut waiting, mut seen) = (vec![feature.to_owned()], BTreeSet::new());
    while let Some(name) = waiting.pop() {
        let of_dependency = name.strip_prefix("dep:").unwrap_or(&name);
        let of_dependency = of_dependency.split_once('/').map_or(of_dependency, |(dependency, _)| dependency);
        // `x` names the feature where there is one, which in turn must name `dep:x`.
        if of_dependency == key && (name.starts_with("dep:") || list(key).is_none()) {
            return true;
        }
        if seen.insert(name.clone()) {
            let next = list(&name).into_iter().flat_map(|list| list.iter());
            waiting.extend(next.filter_map(|item| item.as_str().map(str::to_owned)));
        }
    }
    false
}

/// A feature of a dependency that a feature of the package turns on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The dependency's key.
    pub key: String,
    pub feature: String,
    /// The feature of the package.
    pub by: String,
    /// Whether that one is on by default.
    pub by_default: bool,
}

/// What the package's features turn on as `key/feature` or `key?/feature`.
pub fn chosen(document: &Parsed) -> Vec<Chosen> {
    let table = document.get("features").and_then(Item::as_table_like);
    let items = |name: &str| -> Vec<String> {
        let list = table.and_then(|table| table.get(name)).and_then(Item::as_array);
        list.into_iter().flat_map(|list| list.iter()).filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let (mut waiting, mut by_default) = (vec!["default".to_owned()], BTreeSet::new());
    while let Some(name) = waiting.pop() {
        if by_default.insert(name.clone()) {
            waiting.extend(items(&name));
        }
    }
    let names = table.into_iter().flat_map(|table| table.iter()).map(|(name, _)| name.to_owned());
    let one = |by: &str, item: &str| {
        let (key, feature) = item.split_once('/')?;
        let (key, feature) = (key.strip_suffix('?').unwrap_or(key).to_owned(), feature.to_owned());
        Some(Chosen { key, feature, by: by.to_owned(), by_default: by_default.contains(by) })
    };
    names.flat_map(|by| items(&by).iter().filter_map(|item| one(&by, item)).collect::<Vec<_>>()).collect()
}

/// Whether some feature names this dependency as `dep:…`, so that it has no feature of its own name.
pub fn is_hidden(document: &Parsed, key: &str) -> bool {
    let table = document.get("features").and_then(Item::as_table_like);
    let lists = table.iter().flat_map(|table| table.iter()).filter_map(|(_, item)| item.as_array());
    lists.flat_map(|list| list.iter()).any(|item| item.as_str().and_then(|item| item.strip_prefix("dep:")) == Some(key))
}
