//! `init` as a person answers it, and what stands on the screen at each question and at the end.

use std::fs;
use std::path::PathBuf;

use support::{Project, repository, updates};

use crate::team::Team;
use crate::teams::{COURIER, LEDGER, PLANNER};
use crate::terminal::Terminal;

/// What the program says last.
const LAST: &str = "What is left to do:";

/// What `init` has shown.
pub(crate) struct Shown {
    /// What is left to do, as one would copy it.
    pub(crate) text: String,
    /// The rows at each question, and at the end.
    screens: Vec<String>,
}

#[test]
fn init_reads_well_at_80_and_120_columns() {
    for team in [PLANNER, LEDGER, COURIER] {
        for columns in [80, 120] {
            let shown = init(&team.project(), &team, columns);
            let line = format!("\n{}\n", "═".repeat(columns.into()));
            compare(&format!("{}_{columns}", team.name), &shown.screens.join(&line));
        }
    }
}

/// Answers every question and agrees.
pub(crate) fn init(project: &Project, team: &Team, columns: u16) -> Shown {
    let mut terminal = Terminal::start(project, &["init"], columns);
    let mut screens: Vec<String> = Vec::new();
    while let Some(question) = terminal.question(screens.last()) {
        assert!(screens.len() < 20, "no end of questions:\n{}", terminal.text());
        let words = question.replace('\n', " ");
        let known = team.answers.iter().find(|(part, _)| words.contains(part));
        let agrees = if words.contains("Apply these changes?") { "y\r" } else { "\r" };
        screens.push(question);
        terminal.press(known.map_or(agrees, |(_, keys)| keys));
    }
    let text = terminal.text();
    assert_eq!(terminal.ended, Some(0), "{text}");
    screens.push(terminal.rows().join("\n"));
    let left = text.split_once(LAST).unwrap_or_else(|| panic!("nothing is left to do:\n{text}")).1;
    Shown { text: left.to_owned(), screens }
}

/// Holds a screen to the one on record. Numbers of lines change with every edit of a template, and are hidden.
fn compare(name: &str, screen: &str) {
    let path: PathBuf = repository().join(format!("tests/hour/screens/{name}.txt"));
    let screen: String = screen.lines().map(|row| without_counts(row) + "\n").collect();
    if updates() {
        return fs::write(path, screen).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    assert!(screen == expected, "{} is not what is seen now; `UPDATE=1` writes it anew:\n{screen}", path.display());
}

/// A row of the tree of created files has the number of lines between the name and a sentence.
fn without_counts(row: &str) -> String {
    let words: Vec<&str> = row.split_whitespace().collect();
    let is_count = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    match words.as_slice() {
        [name, count, ..] if row.starts_with("  ") && name.contains('.') && is_count(count) => {
            row.replacen(count, &"#".repeat(count.len()), 1)
        }
        ["Created:", ..] => row.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect(),
        _ => row.to_owned(),
    }
}
