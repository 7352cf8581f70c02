//! `man`: the manual pages, one after the other or each in a file of its own.

use camino::Utf8Path;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::apply::{self, Site};
use crate::change::Change;
use crate::cli;
use crate::codes::{self, ERRORS, REMARKS};
use crate::diff;
use crate::error::Error;
use crate::inspect;
use crate::terminal::Terminal;

/// Runs `man`.
pub fn run(folder: Option<&Utf8Path>, terminal: Terminal) -> Result<u8, Error> {
    let pages = pages()?;
    let Some(folder) = folder else {
        terminal.data(&pages.into_iter().map(|(_, text)| text).collect::<String>())?;
        return Ok(0);
    };
    let (root, below) = inspect::place(folder)?;
    let count = pages.len();
    let change = |(name, text): (String, String)| {
        let path = below.join(name);
        let before = inspect::text_if_any(&root.join(&path))?;
        Ok(Change::new(path, before, Some(text)))
    };
    let changes = pages.into_iter().map(change).collect::<Result<Vec<Change>, Error>>()?;
    super::interrupt::roll_back();
    let site = Site::alone(&root);
    apply::apply(&site, &changes, &apply::possible(&site, &changes)?)?;
    terminal.status("Wrote", &format!("{} to {folder}", diff::counted(count, "page")));
    Ok(0)
}

/// The names and texts of the page of the program and of those of its commands.
fn pages() -> Result<Vec<(String, String)>, Error> {
    let mut program = cli::with_help().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    draw(&program, &mut pages).map_err(|cause| Error::Outside {
        what: "failed to draw the manual pages".to_owned(),
        cause: cause.to_string(),
    })?;
    pages.push(("cargo-clerk-sessions-codes.1".to_owned(), codes()));
    Ok(pages)
}

/// The page of codes.
fn codes() -> String {
    let mut page = Roff::new();
    page.control("TH", ["cargo-clerk-sessions-codes", "1"]);
    page.control("SH", ["NAME"]);
    page.text([roman("cargo-clerk-sessions-codes - stable codes, each with its cause and its cure")]);
    for (title, codes) in [("ERRORS", ERRORS), ("REMARKS", REMARKS), ("FINDINGS OF CHECK", &codes::findings())] {
        page.control("SH", [title]);
        for one in codes {
            page.control("TP", []);
            page.text([bold(one.code)]).text([roman(format!("{} {}", one.cause, one.cure))]);
        }
    }
    page.render()
}

fn draw(command: &Command, pages: &mut Vec<(String, String)>) -> std::io::Result<()> {
    let page = Man::new(command.clone()).source(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push((page.get_filename(), String::from_utf8_lossy(&text).into_owned()));
    command.get_subcommands().try_for_each(|command| draw(command, pages))
}
