//! Appends items to an array in the layout that it has, comments included.

use toml_edit::Array;

use crate::edit::text::{Insertion, ending, indentation, line_end, line_start};

/// Items as they are written.
pub fn quoted(items: &[String]) -> String {
    items.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ")
}

/// The insertions that append these items; `None` for an array that does not come from this text.
pub fn append(text: &str, array: &Array, items: &[String]) -> Option<Vec<Insertion>> {
    let span = array.span()?;
    let Some(last) = array.iter().last() else {
        return Some(vec![Insertion { at: span.start + 1, text: quoted(items) }]);
    };
    let last = last.span()?;
    let before = array
        .len()
        .checked_sub(2)
        .and_then(|index| array.get(index))
        .map_or(Some(span.start), |item| Some(item.span()?.end))?;
    if !text[before..last.start].contains('\n') {
        return Some(vec![Insertion { at: last.end, text: format!(", {}", quoted(items)) }]);
    }
    Some(append_lines(text, span.end, last, items))
}

/// One item a line, indented as the last one.
fn append_lines(text: &str, array_end: usize, last: std::ops::Range<usize>, items: &[String]) -> Vec<Insertion> {
    let new_line = format!("{}{}", ending(text), item_indentation(text, last.start));
    let comma = comma_after(&text[last.end..array_end]).map(|at| last.end + at + 1);
    let item_end = comma.unwrap_or(last.end);
    let end_of_line = line_end(text, item_end);
    let rest = text[item_end..end_of_line].trim();
    // A comment behind the last item stays behind it.
    let at = if rest.is_empty() {
        item_end
    } else if rest.starts_with('#') {
        end_of_line
    } else {
        item_end
    };
    let lines: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
    let separator = format!(",{new_line}");
    let joined = lines.join(&separator);
    if comma.is_some() {
        vec![Insertion { at, text: format!("{new_line}{joined},") }]
    } else if at == last.end {
        vec![Insertion { at, text: format!(",{new_line}{joined}") }]
    } else {
        vec![Insertion { at: last.end, text: ",".to_owned() }, Insertion { at, text: format!("{new_line}{joined}") }]
    }
}

/// The indentation of an item that starts its line; else that of its line, which is not the item's own.
fn item_indentation(text: &str, at: usize) -> &str {
    let start = line_start(text, at);
    let before = &text[start..at];
    if before.trim().is_empty() { before } else { indentation(text, at) }
}

/// The comma in the trivia after an item.
fn comma_after(rest: &str) -> Option<usize> {
    let mut comment = false;
    for (at, character) in rest.char_indices() {
        match character {
            '\n' => comment = false,
            '#' => comment = true,
            ',' if !comment => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text::insert;

    #[test]
    fn layouts_stay() {
        for (old, new) in [
            ("[]", r#"["a", "b"]"#),
            ("[ ]", r#"["a", "b" ]"#),
            ("['x']", r#"['x', "a", "b"]"#),
            ("[ 'x', ]", r#"[ 'x', "a", "b", ]"#),
            ("[\n  'x',\n  'y',\n]", "[\n  'x',\n  'y',\n  \"a\",\n  \"b\",\n]"),
            ("[\r\n\t'x'\r\n]", "[\r\n\t'x',\r\n\t\"a\",\r\n\t\"b\"\r\n]"),
            ("[\n  'x', # need\n]", "[\n  'x', # need\n  \"a\",\n  \"b\",\n]"),
            ("[\n  'x' # need, it\n]", "[\n  'x', # need, it\n  \"a\",\n  \"b\"\n]"),
            ("[\n  'x' # need\n  , # odd\n]", "[\n  'x' # need\n  , # odd\n  \"a\",\n  \"b\",\n]"),
            ("[\n  'x', 'y',\n]", "[\n  'x', 'y', \"a\", \"b\",\n]"),
            ("[\n  'x']", "[\n  'x',\n  \"a\",\n  \"b\"]"),
            ("[\n  # none\n]", "[\"a\", \"b\"\n  # none\n]"),
        ] {
            let text = format!("f = {old}\n# end");
            let document = toml_edit::Document::parse(text.as_str()).unwrap();
            let items = ["a".to_owned(), "b".to_owned()];
            let insertions = append(&text, document["f"].as_array().unwrap(), &items).unwrap();
            assert_eq!(insert(&text, &insertions), format!("f = {new}\n# end"));
        }
    }
}
