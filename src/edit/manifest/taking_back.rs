//! Takes back what was inserted into manifests, and leaves what the user made of it.

use std::borrow::Cow;
use std::ops::Range;

use toml_edit::Item;

use super::edit_proof::List;
use super::inserted::{FEATURES, Inserted};
use super::present_entries::{self, Parsed};
use super::{edit_proof, entry_place};
use crate::edit::EditError;
use crate::edit::text::{line_start, remove, split_mark, whole_lines};

/// Takes back insertions: exactly, where nothing changed around them, else by key.
/// An entry that the user changed stays. Entries of the workspace go from `workspace`, or from `package` where that is both.
pub fn unpatch(
    package: &str,
    workspace: Option<&str>,
    inserted: &[Inserted],
) -> Result<(String, Option<String>), EditError> {
    let mut texts = (Plain::of(package), workspace.map(Plain::of));
    present_entries::parse(&texts.0.text, present_entries::PACKAGE)?;
    texts.1.as_ref().map(|plain| present_entries::parse(&plain.text, present_entries::WORKSPACE)).transpose()?;
    for one in inserted.iter().rev() {
        let plain = match &mut texts.1 {
            Some(plain) if one.in_workspace() => plain,
            _ => &mut texts.0,
        };
        let shorter = match one {
            Inserted::Dependency { table, key, text, header, .. } => plain.without(table, key, text, header.as_deref()),
            Inserted::Feature { feature, text, header, .. } => {
                plain.without(FEATURES, feature, text, header.as_deref())
            }
            Inserted::DependencyFeatures { table, key, features, pieces, .. } => {
                plain.without_items(List::Of { table, key }, features, pieces)
            }
            Inserted::FeatureItems { feature, items, pieces, .. } => {
                plain.without_items(List::By(feature), items, pieces)
            }
        };
        if let Some(shorter) = shorter {
            plain.text = shorter;
        }
    }
    Ok((texts.0.back(), texts.1.map(Plain::back)))
}

/// A text without its byte-order mark and, where all its lines end alike, with `\n` as line ending: git may have checked it
/// out with another one than it had when we inserted something.
struct Plain<'a> {
    mark: &'a str,
    text: String,
    ending: Option<&'static str>,
}

impl<'a> Plain<'a> {
    fn of(text: &'a str) -> Self {
        let (mark, body) = split_mark(text);
        let ending = match (body.matches("\r\n").count(), body.matches('\n').count()) {
            (0, _) => Some("\n"),
            (long, all) if long == all => Some("\r\n"),
            _ => None,
        };
        Self { mark, text: if ending.is_some() { body.replace("\r\n", "\n") } else { body.to_owned() }, ending }
    }

    /// What we inserted, in the same line endings.
    fn ours<'t>(&self, inserted: &'t str) -> Cow<'t, str> {
        if self.ending.is_some() { inserted.replace("\r\n", "\n").into() } else { inserted.into() }
    }

    /// The text without an entry, and without the header that came with it.
    fn without(&self, table: &str, key: &str, text: &str, header: Option<&str>) -> Option<String> {
        let shorter = without_entry(&self.text, table, key, &self.ours(text))?;
        let header = header.map(|header| self.ours(header));
        Some(without_header(&shorter, table, header.as_deref()).unwrap_or(shorter))
    }

    fn without_items(&self, list: List, items: &[String], pieces: &[String]) -> Option<String> {
        let pieces: Vec<String> = pieces.iter().map(|piece| self.ours(piece).into_owned()).collect();
        without_items(&self.text, list, items, &pieces)
    }

    fn back(self) -> String {
        let text = self.ending.map_or_else(|| self.text.clone(), |ending| self.text.replace('\n', ending));
        format!("{}{text}", self.mark)
    }
}

/// Whether an insertion still stands in a manifest, be it edited.
pub fn holds(manifest: &str, inserted: &Inserted) -> bool {
    let Ok(document) = present_entries::parse(split_mark(manifest).1, present_entries::PACKAGE) else { return false };
    let has = |table: &str, key: &str| {
        entry_place::header(&document, table).is_ok_and(|found| found.is_some_and(|found| found.contains_key(key)))
    };
    match inserted {
        Inserted::Dependency { table, key, .. } => has(table, key),
        Inserted::Feature { feature, .. } => has(FEATURES, feature),
        Inserted::DependencyFeatures { table, key, features, .. } => {
            !present(&document, List::Of { table, key }, features).is_empty()
        }
        Inserted::FeatureItems { feature, items, .. } => !present(&document, List::By(feature), items).is_empty(),
    }
}

fn without_entry(text: &str, table: &str, key: &str, ours: &str) -> Option<String> {
    let document = present_entries::parse(text, present_entries::PACKAGE).ok()?;
    let found = entry_place::header(&document, table).ok()??;
    let value = found.get(key)?;
    let mut expected = edit_proof::document(text)?;
    let place = toml_edit::Key::parse(table)
        .ok()?
        .iter()
        .try_fold(&mut expected, |place, step| place.get_mut(step.get()).and_then(toml::Value::as_table_mut))?;
    if place.remove(key) != edit_proof::value_of(ours, key) {
        return None;
    }
    let range = entry_range(found, key, value)?;
    let exact = occurrences(text, ours, 0..text.len()).find(|at| *at <= range.start && range.start < at + ours.len());
    let by_key = remove(text, whole_lines(text, range));
    let exact = exact.map(|at| remove(text, at..at + ours.len()));
    let mut candidates = exact.into_iter().chain([by_key]);
    candidates.find(|candidate| edit_proof::document(candidate).is_some_and(|document| document == expected))
}

/// From the key to the end of the value, of an entry that stands in one piece in the table's own body.
fn entry_range(table: &toml_edit::Table, key: &str, value: &Item) -> Option<Range<usize>> {
    if value.as_table().is_some_and(|own| !own.is_dotted()) {
        return None;
    }
    let parts = table.get_values().into_iter().filter(|(keys, _)| keys.first().is_some_and(|first| first.get() == key));
    let spans: Vec<Range<usize>> =
        parts.map(|(keys, value)| Some(keys.first()?.span()?.start..value.span()?.end)).collect::<Option<_>>()?;
    match spans.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn without_header(text: &str, table: &str, header: Option<&str>) -> Option<String> {
    let header = header?;
    let document = present_entries::parse(text, present_entries::PACKAGE).ok()?;
    let found = entry_place::header(&document, table).ok()??;
    if !found.get_values().is_empty() {
        return None;
    }
    let span = found.span()?;
    let at = occurrences(text, header, 0..text.len()).find(|at| *at <= span.start && span.end <= at + header.len())?;
    // The blank line above it is ours only while it is blank: else its newline ends a line of the user's.
    let below = header.strip_prefix("\r\n").or_else(|| header.strip_prefix('\n'));
    let blank = at == 0 || text[..at].ends_with('\n') || below.is_none_or(|below| below.starts_with(['\r', '\n']));
    let start = if blank { at } else { at + header.len() - below.map_or(0, str::len) };
    let shorter = remove(text, start..at + header.len());
    // An empty table means as much as none.
    edit_proof::document(&shorter).is_some().then_some(shorter)
}

fn without_items(text: &str, list: List, items: &[String], pieces: &[String]) -> Option<String> {
    let document = present_entries::parse(text, present_entries::PACKAGE).ok()?;
    let present: Vec<&str> = present(&document, list, items);
    let expected = edit_proof::without_items(text, list, &present)?;
    let good = |candidate: &String| {
        edit_proof::document(candidate).is_some_and(|document| {
            edit_proof::without_items(candidate, list, &[])
                .is_some_and(|normal| normal == expected || document == expected)
        })
    };
    if present.len() == items.len()
        && let Some(exact) = without_pieces(text, &region(&document, text, list)?, pieces).find(good)
    {
        return Some(exact);
    }
    let mut shorter = text.to_owned();
    for item in &present {
        shorter = without_item(&shorter, list, item)?;
    }
    good(&shorter).then_some(shorter)
}

fn array_of<'a>(document: &'a Parsed, list: List) -> Option<&'a toml_edit::Array> {
    let (table, key) = list.entry();
    let mut place: &Item = document.as_item();
    for step in toml_edit::Key::parse(table).ok()? {
        place = place.as_table_like()?.get(step.get())?;
    }
    let entry = place.as_table_like()?.get(key)?;
    match list {
        List::By(_) => entry.as_array(),
        List::Of { .. } => entry.as_table_like()?.get("features")?.as_array(),
    }
}

fn present<'a>(document: &Parsed, list: List, items: &'a [String]) -> Vec<&'a str> {
    let list = array_of(document, list);
    let there = |item: &str| list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(item)));
    items.iter().map(String::as_str).filter(|item| there(item)).collect()
}

/// The bytes in which the pieces of an edited entry can stand: from the key, or the table's header, to where the list's line ends.
fn region(document: &Parsed, text: &str, list: List) -> Option<Range<usize>> {
    let (table, key) = list.entry();
    let list = array_of(document, list)?.span()?;
    let mut steps = toml_edit::Key::parse(table).ok()?;
    let mut place = document.as_item();
    let last = toml_edit::Key::new(key);
    steps.push(last);
    let mut start = 0;
    for step in &steps {
        let tables = place.as_table_like()?;
        start = tables.get_key_value(step.get()).and_then(|(key, _)| key.span()).map_or(start, |span| span.start);
        place = tables.get(step.get())?;
    }
    // The list can stand above the key that a dotted entry starts with, and its line ends behind it.
    let start = start.min(list.start);
    let end = text[list.end..].find('\n').map_or(text.len(), |newline| list.end + newline + 1);
    Some(line_start(text, start)..end)
}

/// Every way to take one or two pieces out of a region.
fn without_pieces<'a>(
    text: &'a str,
    region: &Range<usize>,
    pieces: &'a [String],
) -> Box<dyn Iterator<Item = String> + 'a> {
    let region = region.clone();
    match pieces {
        [only] => Box::new(occurrences(text, only, region).map(|at| remove(text, at..at + only.len()))),
        [first, second] => Box::new(occurrences(text, second, region.clone()).flat_map(move |later| {
            let without_second = remove(text, later..later + second.len());
            let earlier: Vec<usize> = occurrences(text, first, region.start..later).collect();
            earlier.into_iter().map(move |at| remove(&without_second, at..at + first.len()))
        })),
        _ => Box::new(std::iter::empty()),
    }
}

/// One item out of a list, with its comma; the list too, where that leaves it empty.
fn without_item(text: &str, list: List, item: &str) -> Option<String> {
    let document = present_entries::parse(text, present_entries::PACKAGE).ok()?;
    let list = array_of(&document, list)?;
    let index = list.iter().position(|one| one.as_str() == Some(item))?;
    let span = list.get(index)?.span()?;
    let next = list.get(index + 1).and_then(toml_edit::Value::span);
    let before = index.checked_sub(1).and_then(|before| list.get(before)?.span());
    let range = match (before, next) {
        (_, Some(next)) if !text[span.end..next.start].contains('#') => span.start..next.start,
        (Some(before), _) if !text[before.end..span.start].contains('#') => before.end..span.end,
        _ => {
            let end = if text[span.end..].starts_with(',') { span.end + 1 } else { span.end };
            span.start..end
        }
    };
    Some(remove(text, range))
}

fn occurrences<'a>(text: &'a str, piece: &'a str, region: Range<usize>) -> impl Iterator<Item = usize> + 'a {
    let start = region.start;
    let found = text.get(region).unwrap_or("").match_indices(piece);
    found.map(move |(at, _)| start + at)
}
