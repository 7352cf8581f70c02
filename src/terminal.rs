//! The edge to the person: prints, colours and asks. Data goes to stdout, everything else to stderr.

use std::io::{ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use inquire::ui::RenderConfig;
use inquire::validator::{ErrorMessage, MinLengthValidator, Validation};
use inquire::{Confirm, InquireError, MultiSelect, Select, Text};

use crate::ask::{AskError, Check, Prompt};
use crate::error::Error;
use crate::escape;

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
    let _ = crossterm::terminal::disable_raw_mode();
    let _ = crossterm::execute!(std::io::stderr(), crossterm::cursor::Show);
    say("\n");
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

    /// A patch on stdout: coloured on a terminal, and as it is in a file or a pipe, from which it may be applied.
    pub fn patch(self, patch: &str) -> Result<(), Error> {
        let out = std::io::stdout().lock();
        match AutoStream::choice(&out) {
            ColorChoice::Never if stdout_is_terminal() => written(out, &escape::text(patch)),
            ColorChoice::Never => written(out, patch),
            _ => written(AutoStream::auto(out), &coloured(&escape::text(patch))),
        }
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

/// Asks on the terminal.
#[derive(Debug, Default)]
pub struct Inquirer;

impl Prompt for Inquirer {
    fn one(&mut self, question: &str, options: &[String], default: usize) -> Result<usize, AskError> {
        let question = &escape::line(question);
        let answer = Select::new(question, options.iter().map(|option| escape::line(option)).collect())
            .with_starting_cursor(default)
            .with_formatter(&|option| word(option.value).to_owned())
            .raw_prompt();
        answer.map(|option| option.index).map_err(|cause| left(&cause, question))
    }

    fn some(&mut self, question: &str, options: &[String], defaults: &[usize]) -> Result<Vec<usize>, AskError> {
        let question = &escape::line(question);
        let answer = MultiSelect::new(question, options.iter().map(|option| escape::line(option)).collect())
            .with_default(defaults)
            .with_validator(MinLengthValidator::new(1).with_message("choose at least one with the space bar"))
            .with_formatter(&|options| options.iter().map(|option| word(option.value)).collect::<Vec<_>>().join(", "))
            .raw_prompt();
        let answer = answer.map(|options| options.iter().map(|option| option.index).collect());
        answer.map_err(|cause| left(&cause, question))
    }

    fn line(&mut self, question: &str, help: &str, check: Check) -> Result<String, AskError> {
        let validator = move |line: &str| {
            Ok(match check(line) {
                Ok(()) => Validation::Valid,
                Err(why) => Validation::Invalid(ErrorMessage::Custom(why)),
            })
        };
        let (question, help) = (&escape::line(question), &escape::line(help));
        let answer = Text::new(question).with_help_message(help).with_validator(validator).prompt();
        answer.map_err(|cause| left(&cause, question))
    }

    fn confirm(&mut self, question: &str) -> Result<bool, AskError> {
        let question = &escape::line(question);
        Confirm::new(question).with_default(false).prompt().map_err(|cause| left(&cause, question))
    }
}

/// An option without its explanation, which stands in a column of its own.
fn word(option: &str) -> &str {
    option.split("  ").next().unwrap_or(option)
}

fn left(cause: &InquireError, question: &str) -> AskError {
    match cause {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => AskError::Cancelled,
        _ => AskError::Unanswered { question: question.to_owned(), flag: "--yes".to_owned() },
    }
}
