//! Conflict markers: written for the user to settle, and found where they are still there.

const OURS: &str = "<<<<<<< your file";
const BASE: &str = "||||||| last update";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>> this update";

/// Three versions of some lines between diff3 markers.
pub fn marked(base: &str, ours: &str, theirs: &str, end: &str) -> String {
    format!("{OURS}{end}{ours}{BASE}{end}{base}{BETWEEN}{end}{theirs}{THEIRS}{end}")
}

/// Whether conflict markers are left in a text: ours, or those of a version control system.
pub fn has_markers(text: &str) -> bool {
    marker_line(text).is_some()
}

/// The line of the first conflict marker, counted from 1. `=======` alone is none: it underlines headings.
pub fn marker_line(text: &str) -> Option<usize> {
    let is_marker = |line: &str| {
        ["<<<<<<<", "|||||||", ">>>>>>>"]
            .into_iter()
            .filter_map(|marker| line.strip_prefix(marker))
            .any(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
    };
    text.lines().position(is_marker).map(|index| index + 1)
}
