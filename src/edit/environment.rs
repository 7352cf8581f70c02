//! Names the variables that the code reads in a sample such as `.env.example`, with placeholders only.

use super::text::{ending, whole_lines, with_blank_before};

/// What the sample of a package's variables may be called; a new one is called as the first.
pub const SAMPLES: [&str; 4] = [".env.example", ".env.sample", ".env.dist", ".env.template"];

/// A variable: its name, its placeholder, and what it is for.
pub type Variable<'a> = (&'a str, &'a str, &'a str);

/// The name and the value that a line of a `.env` file sets, the value without quotes and comment.
pub fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_start_matches('\u{feff}').trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split(quote).next());
    let value = quoted.unwrap_or_else(|| value.split_once(" #").map_or(value, |(value, _)| value.trim_end()));
    let value = if quoted.is_none() && value.starts_with('#') { "" } else { value };
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some((name, value))
}

/// Appends the variables that the text does not name yet, be it in a comment.
pub fn add(text: Option<&str>, variables: &[Variable]) -> String {
    let text = text.unwrap_or("");
    let ending = ending(text);
    let new: Vec<String> =
        variables.iter().filter(|(name, ..)| !names(text, name)).map(|one| lines(one, ending)).collect();
    if new.is_empty() {
        return text.to_owned();
    }
    let block = new.join(ending);
    match text {
        "" => block + ending,
        text if text.ends_with('\n') => format!("{text}{ending}{block}{ending}"),
        text => format!("{text}{ending}{ending}{block}"),
    }
}

/// Takes out the variables that still have our placeholder. An empty answer means that nothing is left.
pub fn remove(text: &str, variables: &[Variable]) -> String {
    let mut text = text.to_owned();
    for variable in variables {
        let wanted = lines(variable, ending(&text));
        let Some(at) = find_lines(&text, &wanted) else { continue };
        let mut range = whole_lines(&text, at..at + wanted.len());
        // The blank line before the block came with its first variable, and goes with its last.
        if blank_or_end(&text[range.end..]) {
            range = with_blank_before(&text, range);
        }
        text.replace_range(range, "");
    }
    text
}

fn lines((name, placeholder, comment): &Variable, ending: &str) -> String {
    let comment: String = comment.lines().map(|line| format!("# {line}{ending}")).collect();
    format!("{comment}{name}={placeholder}")
}

fn names(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line
            .trim_start_matches(|character: char| character.is_whitespace() || matches!(character, '#' | '\u{feff}'));
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}

fn find_lines(text: &str, wanted: &str) -> Option<usize> {
    text.match_indices(wanted).map(|(at, _)| at).find(|at| {
        let starts = *at == 0 || text[..*at].ends_with('\n');
        let rest = &text[at + wanted.len()..];
        starts && (rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n"))
    })
}

fn blank_or_end(text: &str) -> bool {
    text.is_empty() || text.starts_with('\n') || text.starts_with("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: [Variable; 2] = [
        ("CLERK_PUBLISHABLE_KEY", "pk_test_…", "which Clerk instance"),
        ("CLERK_AUTHORIZED_PARTIES", "", "your origins\ncomma list"),
    ];

    #[test]
    fn adds_once_and_takes_back_exactly() {
        for text in ["", "A=1", "A=1\n", "A=1\r\nB=2\r\n", "\u{feff}A=1\r\nB=2", "A=1\n\n", "\n", "# only a comment\n"]
        {
            let with = add(Some(text), &VARIABLES);
            assert!(with.starts_with(text), "{with:?}");
            assert_eq!(with.ends_with('\n'), text.is_empty() || text.ends_with('\n'), "{with:?}");
            assert_eq!(add(Some(&with), &VARIABLES), with);
            assert_eq!(remove(&with, &VARIABLES), text, "{with:?}");
            assert!(!with.replace("\r\n", "").contains('\n') || !text.contains('\r'), "{with:?}");
        }
        assert_eq!(add(None, &VARIABLES[..1]), "# which Clerk instance\nCLERK_PUBLISHABLE_KEY=pk_test_…\n");
    }

    #[test]
    fn leaves_what_is_named_or_changed() {
        for text in ["CLERK_PUBLISHABLE_KEY = x\n", "#CLERK_PUBLISHABLE_KEY=\n", "  export CLERK_PUBLISHABLE_KEY=a\n"] {
            assert_eq!(add(Some(text), &VARIABLES[..1]), text);
            assert_eq!(remove(text, &VARIABLES[..1]), text);
        }
        assert!(add(Some("MY_CLERK_PUBLISHABLE_KEY=x\n"), &VARIABLES[..1]).contains("\nCLERK_PUBLISHABLE_KEY="));
    }

    #[test]
    fn takes_back_around_later_lines() {
        let with = add(Some("A=1\n"), &VARIABLES) + "\nB=2\n";
        assert_eq!(remove(&with, &VARIABLES), "A=1\n\nB=2\n");
    }
}
