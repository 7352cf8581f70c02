//! The line that names a generated file for good, wherever it is moved: `// clerk-sessions: module/keys.rs`.

/// The id in a text's id line.
pub fn of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let words = line.trim_start_matches(['\u{feff}', ' ', '\t', '/', '#', '<', '!', '-']);
        let id = words.strip_prefix("clerk-sessions: ")?.trim_end().trim_end_matches("-->").trim_end();
        (!id.is_empty() && !id.contains(char::is_whitespace)).then_some(id)
    })
}
