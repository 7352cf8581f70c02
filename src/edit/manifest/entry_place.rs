//! Finds the line where an entry goes: in the right table, in order where the table is in order, in the house's style.

use std::collections::BTreeSet;

use toml_edit::{Item, Key, Table};

use super::present_entries::{self, Entry, Parsed};
use super::table_groups::{self, Place, Root};
use crate::edit::EditError;
use crate::edit::text::{Insertion, ending, indentation, line_after, line_start};

/// The insertion of an entry `key<rest>`, such as ` = "1"`; `None` where the table has no header of its own yet. `shared` is
/// what the workspace offers.
pub fn entry(
    text: &str,
    document: &Parsed,
    table: &str,
    key: &str,
    rest: &str,
    shared: &[Entry],
) -> Result<Option<Insertion>, EditError> {
    let form = || EditError::Form { table: table.to_owned() };
    let Some(found) = header(document, table)? else { return Ok(None) };
    let roots = roots(found).ok_or_else(form)?;
    let parts = roots.len() < found.len();
    let (place, apart) = table_groups::spot(text, &roots, key, parts, &elsewhere(document, table, shared));
    let beside = match place {
        Place::First => roots.first(),
        Place::Before(index) | Place::After(index) => roots.get(index),
    };
    let indentation = beside.map_or("", |root| indentation(text, root.key.start));
    let padding = match rest.strip_prefix(' ') {
        Some(_) => {
            let near =
                beside.filter(|_| !apart).and_then(|beside| column(text, table_groups::around(text, &roots, beside)));
            near.or_else(|| column(text, &roots)).unwrap_or(0).saturating_sub(key.len() + 1)
        }
        None => 0,
    };
    let line = format!("{indentation}{key}{}{rest}", " ".repeat(padding));
    let ending = ending(text);
    let mut insertion = match place {
        Place::First => line_after(text, found.span().ok_or_else(form)?.end, &line),
        // The halves of dotted entries may stand apart.
        Place::After(index) if index + 1 == roots.len() => {
            line_after(text, roots.iter().map(|root| root.end).max().unwrap_or_default(), &line)
        }
        Place::After(index) => line_after(text, roots[index].end, &line),
        Place::Before(index) => {
            Insertion { at: line_start(text, roots[index].key.start), text: format!("{line}{ending}") }
        }
    };
    let is_comment = |rest: &str| rest.trim_start_matches([' ', '\t']).starts_with('#');
    match place {
        Place::After(_) if apart => insertion.text.insert_str(0, ending),
        Place::First if apart && is_comment(&text[insertion.at..]) => insertion.text.push_str(ending),
        _ => {}
    }
    Ok(Some(insertion))
}

/// The keys of a table whose crates are not from the registry.
fn elsewhere(document: &Parsed, table: &str, shared: &[Entry]) -> BTreeSet<String> {
    let workspace = table == "workspace.dependencies";
    let entries = if workspace { shared.to_vec() } else { present_entries::entries(document, shared) };
    let here = entries.into_iter().filter(|entry| entry.elsewhere && (workspace || entry.table == table));
    here.map(|entry| entry.key).collect()
}

/// The insertion of a header for a table that has none.
pub fn new_header(text: &str, document: &Parsed, table: &str) -> Insertion {
    let ending = ending(text);
    let before = successor(document, table).map(|at| above_comments(text, line_start(text, at)));
    match before {
        Some(at) => Insertion { at, text: format!("[{table}]{ending}{ending}") },
        None if text.is_empty() => Insertion { at: 0, text: format!("[{table}]{ending}") },
        None if !text.ends_with('\n') => Insertion { at: text.len(), text: format!("{ending}{ending}[{table}]") },
        None => {
            let blank = if text.ends_with("\n\n") || text.ends_with("\n\r\n") { "" } else { ending };
            Insertion { at: text.len(), text: format!("{blank}[{table}]{ending}") }
        }
    }
}

/// Whether entries of the table's body that have a subkey are written dotted, such as `serde.workspace = true`. Those that
/// are ours do not count.
pub fn prefers_dots(document: &Parsed, table: &str, ours: &[&str]) -> bool {
    let inherited = |root: &&Root, found: &Table| {
        let entry = found.get(&root.name).and_then(Item::as_table_like);
        entry.is_some_and(|entry| entry.get("workspace").is_some())
    };
    let Ok(Some(found)) = header(document, table) else { return false };
    let roots = roots(found).unwrap_or_default();
    let (dotted, inline): (Vec<_>, Vec<_>) = roots
        .iter()
        .filter(|root| inherited(root, found) && !ours.contains(&root.name.as_str()))
        .partition(|root| root.dotted);
    dotted.len() > inline.len()
}

/// The table, where it has a header of its own.
pub fn header<'a>(document: &'a Parsed, table: &str) -> Result<Option<&'a Table>, EditError> {
    let form = || EditError::Form { table: table.to_owned() };
    let mut place = document.as_table();
    for key in Key::parse(table).map_err(|_| form())? {
        match place.get(key.get()) {
            None => return Ok(None),
            Some(Item::Table(next)) if !next.is_dotted() => place = next,
            Some(_) => return Err(form()),
        }
    }
    Ok((!place.is_implicit()).then_some(place))
}

fn roots(table: &Table) -> Option<Vec<Root>> {
    let mut roots: Vec<Root> = Vec::new();
    for (keys, value) in table.get_values() {
        let (name, key, end) = (keys.first()?.get(), keys.first()?.span()?, value.span()?.end);
        match roots.iter_mut().find(|root| root.name == name) {
            Some(root) => root.end = root.end.max(end),
            None => roots.push(Root { name: name.to_owned(), key, end, dotted: keys.len() > 1 }),
        }
    }
    roots.sort_by_key(|root| root.key.start);
    Some(roots)
}

/// The column of `=`, from the start of the key, where the table has it aligned but for keys that are too long.
fn column(text: &str, roots: &[Root]) -> Option<usize> {
    let plain = roots.iter().filter(|root| !root.dotted);
    let columns: Option<Vec<(usize, usize)>> =
        plain.map(|root| Some((root.key.len(), text[root.key.start..root.end].find('=')?))).collect();
    let columns = columns?;
    let (_, column) = *columns.iter().find(|(length, column)| *column > length + 1)?;
    columns.iter().all(|(length, own)| *own == column.max(length + 1)).then_some(column)
}

/// The header that a new table goes before.
fn successor(document: &Parsed, table: &str) -> Option<usize> {
    let mut headers: Vec<(usize, String)> = Vec::new();
    collect(document.as_table(), "", &mut headers);
    headers.sort();
    let below = |path: &str| path.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
    let position = |wanted: &dyn Fn(&str) -> bool| headers.iter().position(|(_, path)| wanted(path));
    let index = position(&below).or_else(|| match table {
        "dependencies" => position(&|path| {
            ["dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies", "target"]
                .iter()
                .any(|name| path == *name || path.starts_with(&format!("{name}.")))
        }),
        "workspace.dependencies" => {
            headers.iter().rposition(|(_, path)| path.starts_with("workspace")).map(|last| last + 1)
        }
        _ => None,
    });
    index.and_then(|index| headers.get(index)).map(|(at, _)| *at)
}

fn collect(table: &Table, prefix: &str, headers: &mut Vec<(usize, String)>) {
    for (key, item) in table {
        let path = format!("{prefix}{key}");
        let tables: Vec<&Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter().collect(),
            _ => Vec::new(),
        };
        for table in tables {
            if let (Some(span), false, false) = (table.span(), table.is_implicit(), table.is_dotted()) {
                headers.push((span.start, path.clone()));
            }
            collect(table, &format!("{path}."), headers);
        }
    }
}

/// The start of the comment that stands directly above a line.
fn above_comments(text: &str, mut start: usize) -> usize {
    while start > 0 {
        let before = line_start(text, start - 1);
        if !text[before..start].trim_start().starts_with('#') {
            break;
        }
        start = before;
    }
    start
}
