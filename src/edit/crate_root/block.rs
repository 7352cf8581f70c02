//! Finds the place of a module in a block of `mod` lines that rustfmt has in order, so that it keeps it.
//!
//! Rustfmt sorts `mod` lines that stand directly below each other. What has `#[macro_use]` or `#[rustfmt::skip]` stays
//! where it is and parts the others, as do comments between them.

use std::cmp::Ordering;

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Item, ItemMod};

use super::rest_is_trivial;
use crate::edit::rust::Source;
use crate::edit::text::line_start;

/// Where a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the line that starts here.
    Before(usize),
    /// After the item that ends here.
    After(usize),
    /// After the item that ends here, apart from it.
    Apart(usize),
}

/// A `mod` line, with its attributes.
struct Line {
    start: usize,
    end: usize,
    name: String,
    /// Whether rustfmt sorts it.
    sorted: bool,
}

/// The place beside the last `mod` lines, where there are any.
pub fn place(source: &str, parsed: &Source, module: &str) -> Option<Place> {
    let items = &parsed.file.items;
    let last = last_mod(items)?;
    let lines = block(source, parsed, last);
    if lines.len() == 1 && last.checked_sub(1).is_some_and(|above| stands_alone(source, parsed, above)) {
        return Some(Place::Apart(lines[0].end));
    }
    let runs = runs(source, &lines);
    let is_sorted =
        |run: &&[Line]| run.windows(2).all(|pair| order(&pair[0].name, &pair[1].name) != Some(Ordering::Greater));
    if runs.is_empty() || !runs.iter().all(is_sorted) {
        return Some(Place::After(parsed.range(items[last].span()).end));
    }
    let places = runs.iter().rev().filter_map(|run| Some((run, place_in(source, run, &lines[0], module)?)));
    let places: Vec<(&&[Line], Place)> = places.collect();
    // Between two names is surer than at either end of a run.
    let between =
        places.iter().find(|(run, place)| matches!(place, Place::After(end) if run[run.len() - 1].end != *end));
    let found = between.or(places.first()).map(|(_, place)| *place);
    Some(found.unwrap_or(Place::Apart(lines[lines.len() - 1].end)))
}

/// The last module that is a file of its own and has no condition, or has one where all have.
fn last_mod(items: &[Item]) -> Option<usize> {
    let conditional = |item: &ItemMod| item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
    let find = |test: &dyn Fn(&ItemMod) -> bool| {
        items.iter().rposition(|item| matches!(item, Item::Mod(item) if item.content.is_none() && test(item)))
    };
    find(&|item| !conditional(item)).or_else(|| find(&|_| true))
}

/// Whether an item is a `mod` line with a blank line on either side, as in a crate root that has the documentation of each
/// above it.
fn stands_alone(source: &str, parsed: &Source, index: usize) -> bool {
    let is_line = matches!(&parsed.file.items[index], Item::Mod(item) if item.content.is_none());
    is_line && block(source, parsed, index).len() == 1
}

/// The `mod` lines around one, up to a blank line or something else on either side.
fn block(source: &str, parsed: &Source, index: usize) -> Vec<Line> {
    let line = |item: &Item| match item {
        Item::Mod(item) if item.content.is_none() => Some(line(parsed, item)),
        _ => None,
    };
    let items = &parsed.file.items;
    let mut lines: Vec<Line> = line(&items[index]).into_iter().collect();
    for above in items[..index].iter().rev().map_while(line) {
        if has_blank_line(&source[above.end..lines[0].start]) {
            break;
        }
        lines.insert(0, above);
    }
    for below in items[index + 1..].iter().map_while(line) {
        if has_blank_line(&source[lines[lines.len() - 1].end..below.start]) {
            break;
        }
        lines.push(below);
    }
    lines
}

fn line(parsed: &Source, item: &ItemMod) -> Line {
    let range = parsed.range(item.span());
    let stays = item.attrs.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("macro_use") || path.segments.first().is_some_and(|first| first.ident == "rustfmt")
    });
    Line { start: range.start, end: range.end, name: item.ident.unraw().to_string(), sorted: !stays }
}

fn has_blank_line(between: &str) -> bool {
    let inner = between.split_once('\n').and_then(|(_, rest)| rest.rsplit_once('\n'));
    inner.is_some_and(|(lines, _)| lines.split('\n').any(|line| line.trim().is_empty()))
}

/// The lines that rustfmt sorts among each other.
fn runs<'a>(source: &str, lines: &'a [Line]) -> Vec<&'a [Line]> {
    let together =
        |one: &Line, other: &Line| one.sorted && other.sorted && source[one.end..other.start].matches('\n').count() < 2;
    lines.chunk_by(together).filter(|run| run[0].sorted).collect()
}

/// The place in lines that are in order. A comment above the first line of the block heads all of it, where it has several.
fn place_in(source: &str, run: &[Line], first: &Line, module: &str) -> Option<Place> {
    let orders: Option<Vec<Ordering>> = run.iter().map(|line| order(&line.name, module)).collect();
    let index = orders?.iter().take_while(|order| **order == Ordering::Less).count();
    let Some(before) = index.checked_sub(1) else {
        let start = line_start(source, run[0].start);
        let alone = source[start..run[0].start].trim_matches([' ', '\t', '\u{feff}']).is_empty();
        let commented = start > 0 && source[line_start(source, start - 1)..start].trim_start().starts_with("//");
        let heads_all = run[0].start == first.start && run.len() > 1;
        return (alone && (heads_all || !commented)).then_some(Place::Before(run[0].start));
    };
    rest_is_trivial(source, run[before].end).then_some(Place::After(run[before].end))
}

/// The order of two names that every style edition has; they differ where there are numbers in them, such as `a10` and `a9`.
fn order(one: &str, other: &str) -> Option<Ordering> {
    let differing = one.bytes().zip(other.bytes()).find(|(one, other)| one != other);
    let is_known = |byte: u8| !byte.is_ascii_digit() && !byte.is_ascii_uppercase();
    match differing {
        None => Some(one.len().cmp(&other.len())),
        Some((one, other)) => (is_known(one) && is_known(other)).then(|| one.cmp(&other)),
    }
}
