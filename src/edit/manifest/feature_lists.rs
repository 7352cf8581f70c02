//! Adds features to a dependency in the form that it is written in.

use toml_edit::{Item, Table, Value};

use super::array_items::{append, quoted};
use super::present_entries::Parsed;
use crate::edit::EditError;
use crate::edit::text::{Insertion, indentation, line_after};

/// The insertions that turn these features on for the dependency `table.key`.
pub fn add(
    text: &str,
    document: &Parsed,
    table: &str,
    key: &str,
    features: &[String],
) -> Result<Vec<Insertion>, EditError> {
    let form = || EditError::Form { table: format!("{table}.{key}") };
    let item = find(document, table, key).ok_or_else(form)?;
    let fields = item.as_table_like();
    if let Some(list) = fields.and_then(|fields| fields.get("features")) {
        return list.as_array().and_then(|array| append(text, array, features)).ok_or_else(form);
    }
    let list = format!("features = [{}]", quoted(features));
    match item {
        Item::Value(Value::String(version)) => version.span().map(|span| wrap(span, &list)),
        Item::Value(Value::InlineTable(inline)) => {
            let ends = inline.get_values().into_iter().map(|(_, value)| Some(value.span()?.end));
            let end = ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
            end.map(|at| vec![Insertion { at, text: format!(", {list}") }])
        }
        Item::Table(table) => line(text, table, &list).map(|insertion| vec![insertion]),
        _ => None,
    }
    .ok_or_else(form)
}

/// The insertions that add an item to the list of a feature.
pub fn activate(text: &str, document: &Parsed, feature: &str, item: &str) -> Result<Vec<Insertion>, EditError> {
    let missing = || EditError::Feature { feature: feature.to_owned() };
    let list = find(document, "features", feature).and_then(Item::as_array).ok_or_else(missing)?;
    append(text, list, &[item.to_owned()]).ok_or_else(missing)
}

/// `"1"` becomes `{ version = "1", features = […] }` around the bytes that are there.
fn wrap(version: std::ops::Range<usize>, list: &str) -> Vec<Insertion> {
    vec![
        Insertion { at: version.start, text: "{ version = ".to_owned() },
        Insertion { at: version.end, text: format!(", {list} }}") },
    ]
}

/// A line more in a table of its own, or beside the dotted lines of an entry.
fn line(text: &str, table: &Table, list: &str) -> Option<Insertion> {
    let last = table
        .get_values()
        .into_iter()
        .filter_map(|(keys, value)| Some((keys, value.span()?)))
        .max_by_key(|(_, span)| span.end);
    let Some((keys, value)) = last else { return table.span().map(|span| line_after(text, span.end, list)) };
    let own_key = keys.last()?.span()?;
    let indentation = indentation(text, value.start);
    let start = text[..own_key.start].rfind('\n').map_or(0, |newline| newline + 1) + indentation.len();
    // What stands before the last key of a dotted line: `serde.`.
    let prefix = if table.is_dotted() { &text[start..own_key.start] } else { "" };
    Some(line_after(text, value.end, &format!("{indentation}{prefix}{list}")))
}

fn find<'a>(document: &'a Parsed, table: &str, key: &str) -> Option<&'a Item> {
    let mut place: &Item = document.as_item();
    for step in toml_edit::Key::parse(table).ok()? {
        place = place.as_table_like()?.get(step.get())?;
    }
    place.as_table_like()?.get(key)
}
