//! Says what a manifest must mean with our insertions, so that an edit can be checked against it.

use toml::{Table, Value};
use toml_edit::Key;

use super::Inserted;

/// What a text means.
pub fn document(text: &str) -> Option<Table> {
    toml::from_str(text).ok()
}

/// What the old text and our insertions mean together.
pub fn with(old: &str, inserted: &[&Inserted]) -> Option<Table> {
    let mut document = document(old)?;
    for one in inserted {
        match one {
            Inserted::Entry { table, key, text, .. } => {
                let place = table_at(&mut document, table)?;
                let entry = value_of(text, key)?;
                if place.insert(key.clone(), entry).is_some() {
                    return None;
                }
            }
            Inserted::Items { table, key, items, .. } => {
                let list = list_at(&mut document, table, key)?;
                list.extend(items.iter().cloned().map(Value::String));
            }
        }
    }
    Some(document)
}

/// What the text means without these items of a list; an emptied list may go.
pub fn without_items(text: &str, table: &str, key: &str, items: &[&str]) -> Option<Table> {
    let mut document = document(text)?;
    let list = list_at(&mut document, table, key)?;
    list.retain(|item| !item.as_str().is_some_and(|item| items.contains(&item)));
    Some(normal(document, table, key))
}

/// A document in which the two ways to write a dependency without features are one.
pub fn normal(mut document: Table, table: &str, key: &str) -> Table {
    if table == "features" {
        return document;
    }
    if list_at(&mut document, table, key).is_some_and(|list| list.is_empty())
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

fn list_at<'a>(document: &'a mut Table, table: &str, key: &str) -> Option<&'a mut Vec<Value>> {
    let entry = table_at(document, table)?.get_mut(key)?;
    if table == "features" {
        return entry.as_array_mut();
    }
    if let Value::String(version) = entry {
        let version = Value::String(std::mem::take(version));
        *entry = Value::Table(Table::from_iter([("version".to_owned(), version)]));
    }
    entry.as_table_mut()?.entry("features").or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
}
