//! Tells how a table is parted by blank lines and comments, so that what we add stands under no comment that is not about it.

use super::place::Root;
use crate::edit::text::line_start;

/// Entries without a blank line between them.
#[derive(Debug)]
struct Group {
    /// The place after the last one, in the order of the table.
    end: usize,
    /// Whether a comment stands directly above.
    headed: bool,
}

/// Whether comments head parts of a table; `parts` is whether some of its entries have tables of their own, such as
/// `[dependencies.x]`.
pub fn has_headings(text: &str, roots: &[Root], parts: bool) -> bool {
    let groups = groups(text, roots);
    (groups.len() > 1 || parts) && groups.iter().any(|group| group.headed)
}

/// Whether this entry is the last under a comment, so that what comes behind it needs a blank line.
pub fn ends_headed(text: &str, roots: &[Root], index: usize) -> bool {
    groups(text, roots).iter().any(|group| group.headed && group.end == index + 1)
}

fn groups(text: &str, roots: &[Root]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, root) in roots.iter().enumerate() {
        let apart = index.checked_sub(1).is_none_or(|before| has_blank_line(text, roots[before].end, root.key.start));
        match groups.last_mut().filter(|_| !apart) {
            Some(group) => group.end = index + 1,
            None => groups.push(Group { end: index + 1, headed: is_headed(text, root.key.start) }),
        }
    }
    groups
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
