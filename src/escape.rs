//! What comes from a repository, as it is printed: names, texts and messages of other programs may hold characters that a
//! terminal obeys, that hide or reorder what stands beside them, or that begin a line of their own. They are written in
//! letters, as Rust does: `\n`, `\u{1b}`.
//!
//! Whoever puts a name into a message shows it by [`shown`]; the terminal passes every text through [`text`], which keeps
//! the message's own lines. JSON goes through [`json`], and `diff::markdown` has the rules of its own output.

/// Whether a character does anything but stand there: control characters, also those of the upper half, those that change
/// the direction of a text, and the line ends of Unicode.
pub fn acts(character: char) -> bool {
    character.is_control() || turns(character) || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Whether a character changes the direction of the text around it: `rustc` refuses some of them in a literal.
fn turns(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name or a piece of text within a line. Without back-ticks, too, as it mostly stands between two.
pub fn shown(name: &(impl AsRef<str> + ?Sized)) -> String {
    written(name.as_ref(), |c| acts(c) || c == '`')
}

/// A line, with what names in it have been shown already or not.
pub fn line(line: &str) -> String {
    written(line, acts)
}

/// A text of several lines. Its line ends and tabs stay.
pub fn text(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let (line, end) = match line.strip_suffix("\r\n") {
            Some(line) => (line, "\r\n"),
            None => line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n")),
        };
        written(line, |c| acts(c) && c != '\t') + end
    });
    lines.collect()
}

/// As [`text`], for a log: a line that begins with `::` is an order to the runner of GitHub Actions, and so is `##[`
/// anywhere in one.
pub fn log(log: &str) -> String {
    let lines = text(log);
    let lines = lines.split_inclusive('\n').map(|line| {
        let rest = line.trim_start();
        let indent = &line[..line.len() - rest.len()];
        let rest = rest.strip_prefix("::").map_or_else(|| rest.to_owned(), |rest| format!("\\u{{3a}}:{rest}"));
        format!("{indent}{}", rest.replace("##[", "#\\u{23}["))
    });
    lines.collect()
}

/// A JSON document: outside of strings it has none of these characters, and in one each can be written as `\u1234`.
pub fn json(document: &str) -> String {
    let letter = |c: char| if acts(c) && c != '\n' { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    document.chars().map(letter).collect::<String>().replace("##[", "#\\u0023[")
}

fn written(text: &str, in_letters: impl Fn(char) -> bool) -> String {
    if !text.contains(&in_letters) {
        return text.to_owned();
    }
    let letter = |c: char| match c {
        '`' => "\\u{60}".to_owned(),
        c if in_letters(c) => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(letter).collect()
}
