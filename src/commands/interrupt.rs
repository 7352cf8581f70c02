//! What happens on Ctrl-C, and where the program is told to end by another signal.
//!
//! Until something is written it ends at once, and at a question, which must not leave the terminal without echo. A
//! temporary folder goes with it.
//! While something is written, that is rolled back. One handler does both, as a program has but one.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::apply;
use crate::ask::AskError;
use crate::rustfmt;
use crate::terminal::{self, Terminal};

static WRITING: AtomicBool = AtomicBool::new(false);

static PAGING: AtomicBool = AtomicBool::new(false);

/// To be called before the first question, and before rustfmt has a temporary folder.
pub(super) fn leave_nothing() {
    handle();
}

/// From here on an interrupt is a roll-back.
pub(super) fn roll_back() {
    WRITING.store(true, Ordering::SeqCst);
    handle();
}

/// What was written is whole again: from here on an interrupt ends the program at once.
pub(super) fn written() {
    WRITING.store(false, Ordering::SeqCst);
    apply::STOP.store(false, Ordering::SeqCst);
}

/// While a pager has the terminal, an interrupt is for that.
pub(super) fn paging(paging: bool) {
    PAGING.store(paging, Ordering::SeqCst);
}

fn handle() {
    // A handler that is set already is this one.
    let _ = ctrlc::set_handler(|| {
        if PAGING.load(Ordering::SeqCst) {
            return;
        }
        if WRITING.load(Ordering::SeqCst) && !terminal::is_asking() {
            apply::STOP.store(true, Ordering::SeqCst);
            return;
        }
        let stopped = AskError::Cancelled.into();
        terminal::give_back();
        rustfmt::clean_up();
        Terminal { quiet: false, verbose: false, colored: false }.error(&stopped);
        process::exit(stopped.exit_code().into());
    });
}
