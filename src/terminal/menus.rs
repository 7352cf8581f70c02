//! Questions with menus, for a terminal that can move its cursor.

use inquire::validator::{ErrorMessage, MinLengthValidator, Validation};
use inquire::{Confirm, InquireError, MultiSelect, Select, Text};

use super::{key_of, keys_in_short, word, wrapped};
use crate::ask::{AskError, Check, Key, Prompt};
use crate::escape;

/// Asks with menus.
#[derive(Debug)]
pub(super) struct Menus;

impl Prompt for Menus {
    fn one(&mut self, question: &str, options: &[String], default: usize) -> Result<usize, AskError> {
        let question = &asked(question);
        let answer = Select::new(question, options.iter().map(|option| escape::line(option)).collect())
            .with_starting_cursor(default)
            .with_formatter(&|option| word(option.value).to_owned())
            .raw_prompt();
        answer.map(|option| option.index).map_err(|cause| left(&cause, question))
    }

    fn some(&mut self, question: &str, options: &[String], defaults: &[usize]) -> Result<Vec<usize>, AskError> {
        let question = &asked(question);
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
                Err(why) => Validation::Invalid(ErrorMessage::Custom(wrapped(&why, MARKS))),
            })
        };
        let (question, help) = (&asked(question), &wrapped(&escape::line(help), MARKS));
        let answer = Text::new(question).with_help_message(help).with_validator(validator).prompt();
        answer.map_err(|cause| left(&cause, question))
    }

    fn confirm(&mut self, question: &str) -> Result<bool, AskError> {
        let question = &asked(question);
        Confirm::new(question).with_default(false).prompt().map_err(|cause| left(&cause, question))
    }

    fn key(&mut self, question: &str, keys: &'static [Key]) -> Result<char, AskError> {
        let validator = move |line: &str| {
            let unknown = || ErrorMessage::Custom(format!("one of: {}", keys_in_short(keys)));
            Ok(key_of(line, keys).map_or_else(|| Validation::Invalid(unknown()), |_| Validation::Valid))
        };
        let help = keys.iter().map(|(key, does)| format!("{key} {does}")).collect::<Vec<_>>().join(" · ");
        let line = asked(&format!("{question} ({})", keys_in_short(keys)));
        let answer = Text::new(&line).with_help_message(&wrapped(&help, MARKS)).with_validator(validator).prompt();
        let answer = answer.map_err(|cause| left(&cause, question))?;
        key_of(&answer, keys).ok_or(AskError::Cancelled)
    }
}

/// The columns that marks take beside a text: `> `, `# `, `[` and `]`.
const MARKS: usize = 2;

/// A question as it is shown.
fn asked(question: &str) -> String {
    wrapped(&escape::line(question), MARKS)
}

fn left(cause: &InquireError, question: &str) -> AskError {
    match cause {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => AskError::Cancelled,
        _ => AskError::Unanswered { question: question.to_owned(), flags: vec!["--yes".to_owned()] },
    }
}
