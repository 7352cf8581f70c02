//! Tells how a table is parted by blank lines and comments, so that what we add stands in order where there is one, and
//! under no comment that is not about it.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::edit::text::line_start;

/// An entry of a table's own body.
#[derive(Debug)]
pub struct Root {
    pub name: String,
    /// Where the key stands.
    pub key: Range<usize>,
    /// Where the value ends.
    pub end: usize,
    /// Whether it is written dotted, such as `serde.workspace = true`.
    pub dotted: bool,
}

/// Where an entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before all others.
    First,
    /// In the line above this one.
    Before(usize),
    /// In the line below this one.
    After(usize),
}

/// Entries that stand together.
#[derive(Debug)]
struct Group {
    /// The entries, by their places in the table.
    entries: Range<usize>,
    /// Whether a comment stands directly above.
    headed: bool,
    /// Whether it has crates of the registry, as ours are.
    alike: bool,
}

/// The place of an entry, and whether a blank line keeps it from a comment that is not about it.
///
/// `parts` is whether some entries of the table have tables of their own, such as `[dependencies.x]`; `elsewhere` has the keys
/// of those that are not from the registry.
pub fn spot(text: &str, roots: &[Root], key: &str, parts: bool, elsewhere: &BTreeSet<String>) -> (Place, bool) {
    let groups = groups(text, roots, elsewhere);
    let is_one = groups.len() < 2;
    let headings = (!is_one || parts) && groups.iter().any(|group| group.headed);
    let alike: Vec<&Group> = groups.iter().filter(|group| group.alike).collect();
    // Under headings a few entries are in order by chance; beside tables of their own, those here are one part of all.
    let by_chance = headings && (parts || roots.len() < 4) || !is_one && alike.len() < groups.len();
    let in_order = roots.is_sorted_by(are_in_order);
    if in_order && !by_chance || is_one && !headings {
        return match index(roots, key).checked_sub(1) {
            Some(index) => (Place::After(index), headings && ends_headed(&groups, index)),
            None => (Place::First, headings && groups.iter().take(1).any(|group| group.headed)),
        };
    }
    let only = alike.len() == 1 && !parts;
    if let Some(group) = alike.iter().rev().find(|group| !group.headed || only) {
        let Range { start, end } = group.entries;
        return match start + index(&roots[start..end], key) {
            0 if !group.headed => (Place::First, false),
            place if place == start => (Place::Before(start), false),
            place => (Place::After(place - 1), false),
        };
    }
    match roots.len().checked_sub(1) {
        Some(last) => (Place::After(last), headings && ends_headed(&groups, last)),
        None => (Place::First, false),
    }
}

/// Whether two entries are in order by their names, or as lines: `axum-extra.workspace` comes before `axum.workspace`.
fn are_in_order(one: &Root, other: &Root) -> bool {
    let line = |root: &Root| format!("{}{}", root.name, if root.dotted { '.' } else { ' ' });
    one.name <= other.name || line(one) <= line(other)
}

/// How many entries come before this key: all of them where they are in no order. A few that are out of order are no matter.
fn index(roots: &[Root], key: &str) -> usize {
    let breaks = roots.windows(2).filter(|pair| !are_in_order(&pair[0], &pair[1])).count();
    if breaks * 7 > roots.len() {
        return roots.len();
    }
    let misplaced = |index: &usize| {
        let (before, after) = roots.split_at(*index);
        let larger = before.iter().filter(|root| root.name.as_str() > key).count();
        larger + after.iter().filter(|root| root.name.as_str() < key).count()
    };
    (0..=roots.len()).min_by_key(misplaced).unwrap_or_default()
}

/// Whether this entry is the last under a comment, so that what comes behind it needs a blank line.
fn ends_headed(groups: &[Group], index: usize) -> bool {
    groups.iter().any(|group| group.headed && group.entries.end == index + 1)
}

/// The entries by blank lines, and by comments that part crates of the registry from others.
fn groups(text: &str, roots: &[Root], elsewhere: &BTreeSet<String>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, root) in roots.iter().enumerate() {
        let alike = !elsewhere.contains(&root.name);
        let headed = is_headed(text, root.key.start);
        let apart = index.checked_sub(1).is_none_or(|before| {
            let other = elsewhere.contains(&roots[before].name) == alike;
            has_blank_line(text, roots[before].end, root.key.start) || headed && other
        });
        match groups.last_mut().filter(|_| !apart) {
            Some(group) => {
                group.entries.end = index + 1;
                group.alike |= alike;
            }
            None => groups.push(Group { entries: index..index + 1, headed, alike }),
        }
    }
    groups
}

/// The entries around one up to a blank line, in which the house may have the values aligned.
pub fn around<'a>(text: &str, roots: &'a [Root], beside: &Root) -> &'a [Root] {
    let together = |one: &Root, other: &Root| !has_blank_line(text, one.end, other.key.start);
    let is_it = |run: &&[Root]| run.iter().any(|root| root.key == beside.key);
    roots.chunk_by(together).find(is_it).unwrap_or_default()
}

fn has_blank_line(text: &str, from: usize, to: usize) -> bool {
    let between = text.get(from..to).unwrap_or_default();
    // What stands before the key in its own line is indentation.
    let lines = between.rsplit_once('\n').map_or("", |(lines, _)| lines);
    lines.split('\n').skip(1).any(|line| line.trim().is_empty())
}

/// Whether the line above this one is a comment.
fn is_headed(text: &str, at: usize) -> bool {
    let start = line_start(text, at);
    start > 0 && text[line_start(text, start - 1)..start].trim_start().starts_with('#')
}
