//! Small questions about text: lines, line endings, the byte-order mark, insertion.

use std::ops::Range;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Text to insert at a byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Where, in the text before any insertion.
    pub at: usize,
    pub text: String,
}

/// The text with all insertions made; those at the same place stand in the given order.
pub fn insert(text: &str, insertions: &[Insertion]) -> String {
    let mut ordered: Vec<&Insertion> = insertions.iter().collect();
    ordered.sort_by_key(|insertion| insertion.at);
    let mut result = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for insertion in ordered {
        result.push_str(&text[done..insertion.at]);
        result.push_str(&insertion.text);
        done = insertion.at;
    }
    result.push_str(&text[done..]);
    result
}

/// The text without these bytes.
pub fn remove(text: &str, range: Range<usize>) -> String {
    format!("{}{}", &text[..range.start], &text[range.end..])
}

/// Whether the old bytes are all in the new ones, in their order.
pub fn is_subsequence(old: &str, new: &str) -> bool {
    let mut rest = new.bytes();
    old.bytes().all(|byte| rest.any(|other| other == byte))
}

/// The byte-order mark, where there is one, and the rest.
pub fn split_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 })
}

/// The line ending that most lines have.
pub fn ending(text: &str) -> &'static str {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let returns = memchr::memmem::find_iter(text.as_bytes(), "\r\n").count();
    if lines > 0 && returns * 2 > lines { "\r\n" } else { "\n" }
}

/// Where the line of this offset starts.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line of this offset ends, before its line ending.
pub fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if end < text.len() && text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the next line starts, or the end of the text.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The white space that the line of this offset starts with.
pub fn indentation(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The insertion of a whole line after the line of this offset. Without a newline there, the new line brings one before it.
pub fn line_after(text: &str, at: usize, line: &str) -> Insertion {
    let ending = ending(text);
    let place = next_line(text, at);
    if place == text.len() && !text.ends_with('\n') && !text.is_empty() {
        return Insertion { at: place, text: format!("{ending}{line}") };
    }
    Insertion { at: place, text: format!("{line}{ending}") }
}

/// The whole lines that this range touches; of the last line in a text without a final newline, the newline before it too.
pub fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = line_start(text, range.start);
    let end = next_line(text, range.end);
    if end < text.len() || text.ends_with('\n') {
        return start..end;
    }
    let before = text[..start].strip_suffix('\n').map_or(start, str::len);
    text[..before].strip_suffix('\r').map_or(before, str::len)..end
}

/// The range of whole lines with the blank line before it, where there is one.
pub fn with_blank_before(text: &str, range: Range<usize>) -> Range<usize> {
    let before = &text[..range.start];
    // Lines that end the text without a newline come with the newline before them, so that one more is the blank line.
    let at_end = range.end == text.len() && !text.ends_with('\n');
    let rest = before.strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    match rest {
        Some(rest) if at_end || rest.is_empty() || rest.ends_with('\n') => rest.len()..range.end,
        _ => range,
    }
}

/// Line and column of an offset, both from 1, the column in characters.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    (text[..at].matches('\n').count() + 1, text[line_start(text, at)..at].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends() {
        for (text, at, start, end, next) in
            [("ab\ncd", 1, 0, 2, 3), ("ab\r\ncd", 1, 0, 2, 4), ("ab\r\ncd", 5, 4, 6, 6), ("\n\n", 1, 1, 1, 2)]
        {
            assert_eq!((line_start(text, at), line_end(text, at), next_line(text, at)), (start, end, next), "{text:?}");
        }
        assert_eq!([ending("a\r\nb\r\nc\n"), ending("a\nb"), ending("")], ["\r\n", "\n", "\n"]);
    }

    #[test]
    fn whole_lines_invert_line_after() {
        for text in ["a\nb", "a\nb\n", "a\r\nb", "a\r\nb\r\n", "a\n\nb\n"] {
            for at in [0, text.len() - 1] {
                let insertion = line_after(text, at, "new");
                let new = insert(text, std::slice::from_ref(&insertion));
                let found = new.find("new").unwrap();
                assert_eq!(remove(&new, whole_lines(&new, found..found + 3)), text, "{new:?}");
            }
        }
    }

    #[test]
    fn subsequences() {
        assert!(is_subsequence("ac", "abc"));
        assert!(!is_subsequence("ca", "abc"));
        assert!(!is_subsequence("aa", "a"));
    }
}
