//! Adds one call to the chain that builds the application, where it is sure which one that is.

mod chain;
mod finder;
mod keepers;
mod scope;
mod survey;
mod syntax;
mod walk;

use serde::{Deserialize, Serialize};

use super::EditError;
use super::rust;
use super::text::{Insertion, ending, insert, is_subsequence, position, remove};
use crate::blueprint::Wiring;
pub use survey::survey;

/// What a chain looks like in a crate, and where in it the call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSpec<'a> {
    /// The facts.
    pub wiring: &'a Wiring,
    /// The framework's crate.
    pub krate: &'a str,
    /// The identifier under which the crate has it.
    pub ident: &'a str,
    /// The names under which binaries and libraries of the package know each other.
    pub roots: Vec<&'a str>,
    /// Whether the crate has types of its own with the names of the framework's.
    pub own_types: bool,
}

impl ChainSpec<'_> {
    /// How a chain starts, with the framework's crate under the name that it has here.
    fn starts(&self) -> Vec<String> {
        let written = format!("{}::", self.krate.replace('-', "_"));
        let here = |start: &String| match start.strip_prefix(&written) {
            Some(rest) => format!("{}::{rest}", self.ident),
            None => start.clone(),
        };
        self.wiring.starts.iter().map(here).collect()
    }

    /// The types of what takes routes.
    fn types(&self) -> Vec<&str> {
        let starts = self.wiring.starts.iter().chain(&self.wiring.rivals);
        starts.filter_map(|start| start.rsplit("::").nth(1)).collect()
    }
}

/// A source file of a crate.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The path of the module that it is, such as `routes::users`.
    pub module: &'a str,
    pub text: &'a str,
}

/// A place where the call belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The file, by its place in the list.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// Whether it stands in an inline module, where names of the file's top are out of reach.
    pub inline: bool,
    /// The variable that has the application behind that line, where the call is a statement of its own.
    pub variable: Option<String>,
    /// Whether it is there under a condition, beside others.
    pub alternative: bool,
    /// Whether it becomes a part of another one that is not seen, so that the place is not the last word.
    pub part: bool,
    /// Why the call cannot be inserted.
    pub why: Option<String>,
    /// Where the call goes, where that is sure.
    pub spot: Option<Spot>,
}

/// Where a call goes, and what stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    at: usize,
    lead: String,
}

/// A call that was inserted, and what rustfmt made of the line that has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The call, such as `.layer(clerk::layer())`.
    pub call: String,
    /// The line that rustfmt broke into several for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaid: Option<Relaid>,
}

/// A line that was broken into several, with `\n` as line ending and without the last one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relaid {
    /// As the user had it.
    pub before: String,
    /// As it is with the call.
    pub after: String,
}

impl Call {
    /// A call for which no other line was laid out anew.
    pub fn alone(call: String) -> Self {
        Self { call, relaid: None }
    }
}

/// The parameters of a type in a file, with their lines: what is built elsewhere takes the call there. A source that does not
/// parse has none.
pub fn parameters(source: &str, of: &str) -> Vec<(String, usize)> {
    let found = rust::parse(source).map(|parsed| chain::parameters(&parsed, of)).unwrap_or_default();
    found.into_iter().map(|(name, at)| (name, position(source, at).0)).collect()
}

/// Inserts a call such as `.layer(clerk::layer())`. `None` where the proof fails that nothing else changed.
pub fn wire(source: &str, spot: &Spot, call: &str) -> Option<String> {
    let result = insert(source, &[Insertion { at: spot.at, text: format!("{}{call}", spot.lead) }]);
    let proven =
        is_subsequence(source, &result) && unwire(&result, &Call::alone(call.to_owned())).as_deref() == Ok(source);
    proven.then_some(result)
}

/// The line where one of these calls is made, however it is laid out, or one of its family: `clerk::layer_with(…)` for
/// `clerk::layer()`. A source that does not parse makes none.
pub fn line_of_call(source: &str, calls: &[String]) -> Option<usize> {
    let families: Vec<String> = calls.iter().map(|call| plain(call.trim_end_matches("())"))).collect();
    let words = plain(source);
    if !families.iter().any(|family| words.contains(family)) {
        return None;
    }
    let parsed = rust::parse(source).ok()?;
    let made = chain::calls(&parsed).into_iter().find(|range| {
        let call = plain(&source[range.clone()]);
        let rest = families.iter().filter_map(|family| call.strip_prefix(family.as_str()));
        rest.into_iter().any(|rest| rest.starts_with('(') || rest.starts_with("_with("))
    })?;
    Some(position(source, made.start).0)
}

/// The wired source as rustfmt has it, where it had the source before so, and what is recorded of it. `None` where rustfmt
/// would also change other lines than the one that has the call.
pub fn laid_out(
    before: &str,
    wired: String,
    call: String,
    rustfmt: impl Fn(&str) -> Option<String>,
) -> Option<(String, Call)> {
    let on_its_own = |line: &str| line.trim_start().starts_with(&call) && !before.lines().any(|old| old == line);
    if wired == before || wired.lines().any(on_its_own) {
        return Some((wired, Call::alone(call)));
    }
    let Some(formatted) = rustfmt(&wired).filter(|formatted| *formatted != wired) else {
        return Some((wired, Call::alone(call)));
    };
    if rustfmt(before).is_none_or(|formatted| formatted != before) {
        return Some((wired, Call::alone(call)));
    }
    let recorded = broken_line(before, &formatted, &call)?;
    Some((formatted, recorded))
}

/// What is recorded of a call in a source of which the record is lost.
pub fn recorded_again(wired: &str, call: String, rustfmt: impl Fn(&str) -> Option<String>) -> Call {
    let alone = Call::alone(call);
    let before = unwire(wired, &alone).ok().and_then(|unwired| rustfmt(&unwired));
    let clean = before.filter(|_| rustfmt(wired).is_some_and(|formatted| formatted == wired));
    clean.and_then(|before| broken_line(&before, wired, &alone.call)).unwrap_or(alone)
}

/// What is recorded of a call for which one line was broken into several, with nothing else changed.
fn broken_line(before: &str, after: &str, call: &str) -> Option<Call> {
    let (line, lines) = differing_line(before, after).filter(|(_, lines)| lines.contains('\n'))?;
    let relaid = Relaid { before: line.to_owned(), after: lines.replace("\r\n", "\n") };
    let recorded = Call { call: call.to_owned(), relaid: Some(relaid) };
    let proven = is_subsequence(before, after) && unwire(after, &recorded).as_deref() == Ok(before);
    proven.then_some(recorded)
}

/// The one line in which two texts differ, and the lines that the other text has there.
fn differing_line<'a>(before: &'a str, after: &'a str) -> Option<(&'a str, &'a str)> {
    let lines = |text: &'a str| text.split_inclusive('\n').collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == new).count();
    let start = |lines: &[&str]| lines[..head].iter().map(|line| line.len()).sum::<usize>();
    let end = |lines: &[&str]| lines[..lines.len() - tail].iter().map(|line| line.len()).sum::<usize>();
    let differing = |text: &'a str, lines: &[&str]| text.get(start(lines)..end(lines)).map(str::trim_end);
    (old.len() - tail == head + 1).then(|| differing(before, &old).zip(differing(after, &new))).flatten()
}

/// Takes a recorded call out of the chain that has it.
pub fn unwire(source: &str, Call { call, relaid }: &Call) -> Result<String, EditError> {
    if let Some(Relaid { before, after }) = relaid {
        let lines = after.replace('\n', ending(source));
        if let [(at, _)] = source.match_indices(&lines).collect::<Vec<_>>()[..] {
            return Ok(format!("{}{before}{}", &source[..at], &source[at + lines.len()..]));
        }
    }
    let parsed = rust::parse(source)?;
    let Some(range) = chain::calls(&parsed).into_iter().find(|range| plain(&source[range.clone()]) == plain(call))
    else {
        return Ok(source.to_owned());
    };
    let before = source[..range.start].trim_end().len();
    let start = if source[before..range.start].contains('\n') { before } else { range.start };
    Ok(remove(source, start..range.end))
}

fn plain(call: &str) -> String {
    call.split_whitespace().collect()
}
