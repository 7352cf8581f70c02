//! Says what a manifest must mean with our insertions, so that an edit can be checked against it.

use toml::{Table, Value};
use toml_edit::Key;

use super::inserted::{FEATURES, Inserted};

/// A list of features in a manifest.
#[derive(Debug, Clone, Copy)]
pub enum List<'a> {
    /// Those of a dependency.
    Of {
        /// The table, as in its header.
        table: &'a str,
        /// The dependency's key.
        key: &'a str,
    },
    /// What a feature of the package turns on.
    By(&'a str),
}

impl<'a> List<'a> {
    /// The table and the key of the entry that has it.
    pub fn entry(self) -> (&'a str, &'a str) {
        match self {
            Self::Of { table, key } => (table, key),
            Self::By(feature) => (FEATURES, feature),
        }
    }
}

/// What a text means.
pub fn document(text: &str) -> Option<Table> {
    toml::from_str(text).ok()
}

/// What the old text and our insertions mean together.
pub fn with(old: &str, inserted: &[&Inserted]) -> Option<Table> {
    let mut document = document(old)?;
    for one in inserted {
        match one {
            Inserted::Dependency { table, key, text, .. } => add_entry(&mut document, table, key, text)?,
            Inserted::Feature { feature, text, .. } => add_entry(&mut document, FEATURES, feature, text)?,
            Inserted::DependencyFeatures { table, key, features, .. } => {
                add_items(&mut document, List::Of { table, key }, features)?;
            }
            Inserted::FeatureItems { feature, items, .. } => add_items(&mut document, List::By(feature), items)?,
        }
    }
    Some(document)
}

fn add_entry(document: &mut Table, table: &str, key: &str, text: &str) -> Option<()> {
    let entry = value_of(text, key)?;
    table_at(document, table)?.insert(key.to_owned(), entry).is_none().then_some(())
}

fn add_items(document: &mut Table, list: List, items: &[String]) -> Option<()> {
    list_at(document, list)?.extend(items.iter().cloned().map(Value::String));
    Some(())
}

/// What the text means without these items of a list; an emptied list may go.
pub fn without_items(text: &str, list: List, items: &[&str]) -> Option<Table> {
    let mut document = document(text)?;
    let found = list_at(&mut document, list)?;
    found.retain(|item| !item.as_str().is_some_and(|item| items.contains(&item)));
    Some(normal(document, list))
}

/// A document in which the two ways to write a dependency without features are one.
fn normal(mut document: Table, list: List) -> Table {
    let List::Of { table, key } = list else { return document };
    if list_at(&mut document, list).is_some_and(|list| list.is_empty())
        && let Some(Value::Table(entry)) = table_at(&mut document, table).and_then(|place| place.get_mut(key))
    {
        entry.remove("features");
    }
    document
}

/// The value that an entry's text gives to its key.
pub fn value_of(text: &str, key: &str) -> Option<Value> {
    document(text)?.remove(key)
}

fn table_at<'a>(document: &'a mut Table, header: &str) -> Option<&'a mut Table> {
    let mut place = document;
    for key in Key::parse(header).ok()? {
        let next = place.entry(key.get()).or_insert_with(|| Value::Table(Table::new()));
        place = next.as_table_mut()?;
    }
    Some(place)
}

fn list_at<'a>(document: &'a mut Table, list: List) -> Option<&'a mut Vec<Value>> {
    let (table, key) = list.entry();
    let entry = table_at(document, table)?.get_mut(key)?;
    if let List::By(_) = list {
        return entry.as_array_mut();
    }
    if let Value::String(version) = entry {
        let version = Value::String(std::mem::take(version));
        *entry = Value::Table(Table::from_iter([("version".to_owned(), version)]));
    }
    entry.as_table_mut()?.entry("features").or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
}
