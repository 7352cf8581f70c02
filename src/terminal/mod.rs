//! The edge to the person: prints, colours and asks. Data goes to stdout, everything else to stderr.

mod lines;
mod menus;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::{Command, Stdio};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use inquire::ui::RenderConfig;

use crate::ask::{Key, Prompt};
use crate::error::Error;
use crate::escape;
use lines::Lines;
use menus::Menus;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const STATUS: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const FAULT: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Where the program speaks.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Whether status lines are left out.
    pub quiet: bool,
    /// Whether more is said.
    pub verbose: bool,
    /// Whether patches on stdout have colours.
    pub colored: bool,
}

/// Sets the colours of both streams, and of the questions, for the whole run: `always`, `never`, or as the environment and
/// the terminal say.
pub fn set_color(choice: Option<&str>) {
    match choice {
        Some("always") => ColorChoice::Always.write_global(),
        Some("never") => ColorChoice::Never.write_global(),
        _ => ColorChoice::Auto.write_global(),
    }
    inquire::set_global_render_config(match AutoStream::choice(&std::io::stderr()) {
        ColorChoice::Never => RenderConfig::empty(),
        _ => RenderConfig::default_colored(),
    });
}

/// Whether what goes to stdout has colours: in a file or a pipe, from which a patch may be applied, only if the command line
/// itself says so, whatever the environment does.
pub fn colors_stdout(flag: Option<&str>) -> bool {
    let out = std::io::stdout();
    match flag {
        Some("always") => true,
        _ => out.is_terminal() && AutoStream::choice(&out) != ColorChoice::Never,
    }
}

/// Takes the colours from what clap prints on stdout.
pub fn no_colors() {
    ColorChoice::Never.write_global();
}

/// Whether both a question can be seen and an answer given.
pub fn interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether a question is on the terminal.
pub fn is_asking() -> bool {
    crossterm::terminal::is_raw_mode_enabled().unwrap_or(false)
}

/// Gives the terminal back as it was before a question: for those who end the program without an answer.
pub fn give_back() {
    if is_asking() {
        let _ = crossterm::terminal::disable_raw_mode();
        let _ = crossterm::execute!(std::io::stderr(), crossterm::cursor::Show);
    }
    say("\n");
}

/// The columns of the terminal.
pub fn columns() -> usize {
    match crossterm::terminal::size() {
        // A pseudo-terminal may not say how wide it is.
        Err(_) | Ok((0, _)) => 80,
        Ok((columns, _)) => usize::from(columns).max(40),
    }
}

/// A text with a line break before each word that has no room behind what stands in the line already, of which `taken`
/// columns are taken by something else.
fn wrapped(text: &str, taken: usize) -> String {
    wrapped_at(text, columns().saturating_sub(taken))
}

fn wrapped_at(text: &str, room: usize) -> String {
    let mut wrapped = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        let fits = used + 1 + length <= room;
        match used {
            0 => {}
            _ if fits => wrapped.push(' '),
            _ => wrapped.push('\n'),
        }
        used = if used > 0 && fits { used + 1 + length } else { length };
        wrapped.push_str(word);
    }
    wrapped
}

/// Whether stdout is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

impl Terminal {
    /// A datum on stdout. A reader that has gone away is no fault of ours; half a patch on a full disk is.
    pub fn data(self, text: &str) -> Result<(), Error> {
        written(std::io::stdout().lock(), &escape::text(text))
    }

    /// Lines for people on stdout, which may be a log's.
    pub fn lines(self, text: &str) -> Result<(), Error> {
        written(std::io::stdout().lock(), &escape::log(text))
    }

    /// A document for programs on stdout.
    pub fn json(self, document: &str) -> Result<(), Error> {
        written(std::io::stdout().lock(), &escape::json(document))
    }

    /// A patch on stdout: as it is in a file or a pipe, from which it may be applied.
    pub fn patch(self, patch: &str) -> Result<(), Error> {
        let out = std::io::stdout().lock();
        match (self.colored, stdout_is_terminal()) {
            (true, _) => written(AutoStream::always(out), &coloured(&escape::text(patch))),
            (false, true) => written(out, &escape::text(patch)),
            (false, false) => written(out, patch),
        }
    }

    /// A patch in a pager, else on stdout.
    pub fn page(self, patch: &str, pager: Option<Command>) -> Result<(), Error> {
        let Some(mut pager) = pager else { return self.patch(patch) };
        let shown = escape::text(patch);
        let shown = if self.colored { coloured(&shown) } else { shown };
        let Ok(mut child) = pager.stdin(Stdio::piped()).spawn() else { return self.patch(patch) };
        // Who leaves the pager before the end has read enough.
        let _ = child.stdin.take().map(|mut into| into.write_all(shown.as_bytes()));
        child.wait().map(drop).map_err(|cause| Error::Outside {
            what: "failed to wait for the pager".to_owned(),
            cause: cause.to_string(),
        })
    }

    /// A status line like cargo's own.
    pub fn status(self, verb: &str, rest: &str) {
        if !self.quiet {
            say(&format!("{STATUS}{verb:>12}{STATUS:#} {}\n", escape::line(rest)));
        }
    }

    /// Plain lines on stderr.
    pub fn note(self, text: &str) {
        if !self.quiet {
            say(&format!("{}\n", escape::log(text)));
        }
    }

    /// A remark that stays visible with `--quiet`.
    pub fn warning(self, text: &str) {
        say(&format!("{WARNING}warning{WARNING:#}: {}\n", escape::log(text)));
    }

    /// A failure, with its hint below.
    pub fn error(self, error: &Error) {
        say(&format!("{FAULT}error{FAULT:#}: {}\n", escape::log(&error.to_string())));
        if let Some(hint) = error.hint() {
            say(&format!("\n{HINT}hint{HINT:#}: {}\n", escape::log(&hint)));
        }
    }

    /// A failure as one JSON document on stderr.
    pub fn error_json(self, error: &Error) {
        let body = serde_json::json!({
            "error": { "code": error.code(), "message": error.to_string(), "hint": error.hint() }
        });
        say(&escape::json(&format!("{body}\n")));
    }
}

/// Wrong usage as one JSON document on stderr.
pub fn usage_json(message: &str) {
    let message = message.trim_end().trim_start_matches("error: ");
    let body = serde_json::json!({ "error": { "code": "usage", "message": message, "hint": "see `--help`" } });
    say(&escape::json(&format!("{body}\n")));
}

fn written(mut out: impl Write, text: &str) -> Result<(), Error> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Outside { what: "failed to write to stdout".to_owned(), cause: cause.to_string() })
        }
        _ => Ok(()),
    }
}

fn say(text: &str) {
    let mut err = AutoStream::auto(std::io::stderr().lock());
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Colours a patch by its first characters.
fn coloured(patch: &str) -> String {
    let paint = |line: &str| {
        let style = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] | [b'd', b'i', b'f', b'f', ..] => Style::new().bold(),
            [b'+', ..] => GREEN,
            [b'-', ..] => RED,
            [b'@', ..] => CYAN,
            _ => return line.to_owned(),
        };
        match line.strip_suffix('\n') {
            Some(text) => format!("{style}{text}{style:#}\n"),
            None => format!("{style}{line}{style:#}"),
        }
    };
    patch.split_inclusive('\n').map(paint).collect()
}

/// Somebody at the terminal, asked in the way that it can show.
pub fn person() -> Box<dyn Prompt> {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if dumb { Box::new(Lines) } else { Box::new(Menus) }
}

/// An option without its explanation, which stands in a column of its own.
fn word(option: &str) -> &str {
    option.split("  ").next().unwrap_or(option)
}

/// The letters of a question, as `y/N`: the first is what an empty line means.
fn keys_in_short(keys: &[Key]) -> String {
    let letter =
        |(index, (key, _)): (usize, &Key)| if index == 0 { key.to_ascii_uppercase() } else { *key }.to_string();
    keys.iter().enumerate().map(letter).collect::<Vec<_>>().join("/")
}

/// The letter that a line means: a key, or the word for what it does. An empty line means the first.
fn key_of(line: &str, keys: &[Key]) -> Option<char> {
    let line = line.trim().to_ascii_lowercase();
    let meant = |(key, does): &&Key| line.is_empty() || line == key.to_string() || line == *does || is_yes(&line, *key);
    keys.iter().find(meant).map(|(key, _)| *key)
}

fn is_yes(line: &str, key: char) -> bool {
    (line, key) == ("yes", 'y') || (line, key) == ("no", 'n')
}

#[cfg(test)]
mod tests {
    use super::wrapped_at;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped_at("one two three", 20), "one two three");
        assert_eq!(wrapped_at("one two three", 7), "one two\nthree");
        assert_eq!(wrapped_at("one  two", 4), "one \ntwo");
        assert_eq!(wrapped_at("everything is long", 3), "everything\nis\nlong");
    }
}
