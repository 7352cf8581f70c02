//! Who answers the questions of a command.

use super::interrupt;
use crate::ask::Prompt;
use crate::cli::Write;
use crate::terminal;

/// Where questions are asked: on a terminal, unless the flags say otherwise.
pub(super) fn prompt(write: &Write) -> Option<Box<dyn Prompt>> {
    (terminal::interactive() && !write.yes && !write.no_input).then(|| {
        interrupt::leave_nothing();
        terminal::person()
    })
}

/// A prompt as the stages take it.
pub(super) fn asking(prompt: &mut Option<Box<dyn Prompt>>) -> Option<&mut dyn Prompt> {
    prompt.as_mut().map(|prompt| prompt.as_mut() as &mut dyn Prompt)
}
