//! Merges line by line and keeps the dress of the user's text: line endings, byte-order mark, final newline.

use similar::{MergeResolution, TextMerge};

use super::Conflict;
use super::markers::marked;

/// A stretch of a merge in its three versions; whole lines, with line endings as in the user's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Who changed it.
    pub resolution: MergeResolution,
    /// The text that we wrote last.
    pub base: String,
    /// The user's text, byte for byte.
    pub ours: String,
    /// This version's text.
    pub theirs: String,
}

/// Merges two descendants of a text.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Vec<Region> {
    let end = ending(ours);
    let [own, old, new] = [ours, base, theirs].map(lines);
    let [plain_own, plain_old, plain_new] = [&own, &old, &new].map(|lines| plain(lines));
    let merged = TextMerge::from_lines(plain_old.as_str(), plain_own.as_str(), plain_new.as_str());
    let regions = merged.regions().iter().map(|region| Region {
        resolution: region.resolution(),
        base: with_ending(&old[region.base_range()], end),
        ours: complete(&own[region.ours_range()], end),
        theirs: with_ending(&new[region.theirs_range()], end),
    });
    regions.collect()
}

/// The number of places that both sides changed.
pub fn conflicts(regions: &[Region]) -> usize {
    regions.iter().filter(|region| region.resolution == MergeResolution::Conflict).count()
}

/// The merged text, its conflicts settled or marked; [`Conflict::Abort`] is right only where there are none.
pub fn text(regions: &[Region], conflict: Conflict, base: &str, ours: &str, theirs: &str) -> String {
    let (mark, _) = split_mark(ours);
    let body: String = regions.iter().map(|region| version(region, conflict, ending(ours))).collect();
    let newline = if ends(ours) == ends(base) { ends(theirs) } else { ends(ours) };
    format!("{mark}{}", if newline { &body } else { without_newline(&body) })
}

fn version(region: &Region, conflict: Conflict, end: &str) -> String {
    match (region.resolution, conflict) {
        (MergeResolution::Theirs, _) | (MergeResolution::Conflict, Conflict::Theirs) => region.theirs.clone(),
        (MergeResolution::Conflict, Conflict::Markers) => marked(&region.base, &region.ours, &region.theirs, end),
        _ => region.ours.clone(),
    }
}

/// The same merge with everything from the first change to the last as one conflict.
pub fn widened(regions: &[Region]) -> Vec<Region> {
    let changed = |region: &Region| region.resolution != MergeResolution::Unchanged;
    let first = regions.iter().position(changed).unwrap_or(0);
    let last = regions.iter().rposition(changed).map_or(0, |last| last + 1);
    let join = |of: fn(&Region) -> &str| regions[first..last].iter().map(of).collect::<String>();
    let one = Region {
        resolution: MergeResolution::Conflict,
        base: join(|region| &region.base),
        ours: join(|region| &region.ours),
        theirs: join(|region| &region.theirs),
    };
    [&regions[..first], &[one], &regions[last..]].concat()
}

/// Whether two texts differ at most in line endings, a byte-order mark and a final newline.
pub fn same(one: &str, other: &str) -> bool {
    one == other || plain(&lines(one)) == plain(&lines(other))
}

/// A text with the line endings, the byte-order mark and the final newline of another.
pub fn dressed(text: &str, like: &str) -> String {
    let (mark, _) = split_mark(like);
    let body = with_ending(&lines(text), ending(like));
    format!("{mark}{}", if ends(like) { &body } else { without_newline(&body) })
}

/// Whether a text ends with a newline; one without any line does.
fn ends(text: &str) -> bool {
    text.is_empty() || text.ends_with(['\n', '\r'])
}

fn without_newline(text: &str) -> &str {
    text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(text)
}

/// The byte-order mark, where there is one, and the rest.
fn split_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 })
}

/// The line ending that most lines have.
fn ending(text: &str) -> &'static str {
    if text.matches("\r\n").count() * 2 > text.matches('\n').count() { "\r\n" } else { "\n" }
}

/// The lines with their endings, which are `\n`, `\r\n` or a lone `\r`, as `similar` takes them.
fn lines(text: &str) -> Vec<&str> {
    let (_, mut rest) = split_mark(text);
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let at = rest
            .find(['\n', '\r'])
            .map_or(rest.len(), |at| if rest[at..].starts_with("\r\n") { at + 2 } else { at + 1 });
        let (line, after) = rest.split_at(at);
        lines.push(line);
        rest = after;
    }
    lines
}

fn plain(lines: &[&str]) -> String {
    with_ending(lines, "\n")
}

fn with_ending(lines: &[&str], end: &str) -> String {
    lines.iter().flat_map(|line| [line.trim_end_matches(['\n', '\r']), end]).collect()
}

/// The lines as they are; a last line of the file without an ending gets one, since another line may follow it.
fn complete(lines: &[&str], end: &str) -> String {
    let text = lines.concat();
    if ends(&text) { text } else { text + end }
}
