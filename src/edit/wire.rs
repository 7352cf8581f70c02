//! Adds one call to the chain that builds the application, where there is exactly one such chain.

mod chain;

use chain::{Chain, Finder, Link, finder};

use super::EditError;
use super::rust;
use super::text::{Insertion, ending, indentation, insert, is_subsequence, line_end, line_start, position, remove};

/// What a chain looks like and where in it the call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSpec {
    /// How it starts: the last segments of a path that is called, such as `Router::new`.
    pub starts: Vec<String>,
    /// How something else that takes routes starts: where there is one, nobody but a person knows which of them is meant.
    pub rivals: Vec<String>,
    /// The methods that add routes, of which an application has one at least.
    pub needs: Vec<String>,
    /// The paths of routes that are no part of an application, such as `/metrics`.
    pub asides: Vec<String>,
    /// The methods that the call must stand before, where nothing else follows them.
    pub before: Vec<String>,
    /// The methods that make something else of it.
    pub ends: Vec<String>,
    /// Whether the call goes right behind the start.
    pub first: bool,
}

/// A place where the call belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The line, from 1.
    pub line: usize,
    /// Whether it stands in an inline module, where names of the file's top are out of reach.
    pub inline: bool,
}

/// What came of wiring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wiring {
    /// The source with the call.
    Wired(String),
    /// It is left to the user, at these places.
    Manual(Vec<Site>),
    /// There is no chain.
    None,
}

/// The chains of a source file, tests aside.
pub fn find(source: &str, spec: &ChainSpec) -> Result<Vec<Site>, EditError> {
    let parsed = rust::parse(source)?;
    let finder = finder(&parsed, spec);
    let outer = |chain: &&Chain| !finder.chains.iter().any(|other| other.contains(chain));
    Ok(finder.chains.iter().filter(outer).map(|chain| site(source, &finder, chain, spec)).collect())
}

/// Inserts a call such as `.layer(clerk::layer())`.
pub fn wire(source: &str, spec: &ChainSpec, call: &str) -> Result<Wiring, EditError> {
    let parsed = rust::parse(source)?;
    let finder = finder(&parsed, spec);
    let has_call = |chain: &Chain| chain.calls.iter().any(|link| plain(&source[link.dot..link.end]) == plain(call));
    if finder.chains.iter().any(has_call) {
        return Ok(Wiring::Wired(source.to_owned()));
    }
    let sites = find(source, spec)?;
    match finder.chains.as_slice() {
        [] => Ok(Wiring::None),
        [chain] if is_open(source, &finder, chain, spec) => {
            let result = insert(source, &[place(source, chain, spec, call)]);
            let proven = is_subsequence(source, &result) && unwire(&result, call).as_deref() == Ok(source);
            if proven { Ok(Wiring::Wired(result)) } else { Ok(Wiring::Manual(sites)) }
        }
        _ => Ok(Wiring::Manual(sites)),
    }
}

/// The line where one of these calls is made, however it is laid out, or one of its family: `clerk::layer_with(…)` for
/// `clerk::layer()`. A source that does not parse makes none.
pub fn line_of_call(source: &str, calls: &[String]) -> Option<usize> {
    let families: Vec<String> = calls.iter().map(|call| plain(call.trim_end_matches("())"))).collect();
    let parsed = rust::parse(source).ok()?;
    let made = chain::calls(&parsed).into_iter().find(|range| {
        let call = plain(&source[range.clone()]);
        let rest = families.iter().filter_map(|family| call.strip_prefix(family.as_str()));
        rest.into_iter().any(|rest| rest.starts_with('(') || rest.starts_with("_with("))
    })?;
    Some(position(source, made.start).0)
}

/// The wired source as rustfmt has it, where it had the source before so, and what is recorded of it: the call, and below it
/// the line that was broken into several, as it was and as it is. `None` where rustfmt would also change other lines.
pub fn laid_out(
    before: &str,
    wired: String,
    call: String,
    rustfmt: impl Fn(&str) -> Option<String>,
) -> Option<(String, String)> {
    let on_its_own = |line: &str| line.trim_start().starts_with(&call) && !before.lines().any(|old| old == line);
    if wired == before || wired.lines().any(on_its_own) {
        return Some((wired, call));
    }
    let Some(formatted) = rustfmt(&wired).filter(|formatted| *formatted != wired) else { return Some((wired, call)) };
    if rustfmt(before).is_none_or(|formatted| formatted != before) {
        return Some((wired, call));
    }
    let recorded = broken_line(before, &formatted, &call)?;
    Some((formatted, recorded))
}

/// What is recorded of a call in a source of which the record is lost.
pub fn recorded_again(wired: &str, call: String, rustfmt: impl Fn(&str) -> Option<String>) -> String {
    let before = unwire(wired, &call).ok().and_then(|unwired| rustfmt(&unwired));
    let clean = before.filter(|_| rustfmt(wired).is_some_and(|formatted| formatted == wired));
    clean.and_then(|before| broken_line(&before, wired, &call)).unwrap_or(call)
}

/// What is recorded of a call for which one line was broken into several, with nothing else changed.
fn broken_line(before: &str, after: &str, call: &str) -> Option<String> {
    let (line, lines) = differing_line(before, after).filter(|(_, lines)| lines.contains('\n'))?;
    let recorded = format!("{call}\n{line}\n{lines}").replace("\r\n", "\n");
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
pub fn unwire(source: &str, recorded: &str) -> Result<String, EditError> {
    let mut parts = recorded.splitn(3, '\n');
    let (call, line) = (parts.next().unwrap_or_default(), parts.next());
    if let (Some(line), Some(lines)) = (line, parts.next()) {
        let lines = lines.replace('\n', ending(source));
        if let [(at, _)] = source.match_indices(&lines).collect::<Vec<_>>()[..] {
            return Ok(format!("{}{line}{}", &source[..at], &source[at + lines.len()..]));
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

/// The line of the call that the new one goes behind, or of the last one on the chain's variable.
fn site(source: &str, finder: &Finder, chain: &Chain, spec: &ChainSpec) -> Site {
    let last = finder.continuation(chain).filter(|_| !spec.first);
    let (line, _) = position(source, last.unwrap_or_else(|| behind(chain, spec) - 1));
    Site { line, inline: chain.inline }
}

/// Whether the place is sure: it has the routes, nothing is added later, and what stands there is the application, not a
/// future or a result.
fn is_open(source: &str, finder: &Finder, chain: &Chain, spec: &ChainSpec) -> bool {
    let next = source[behind(chain, spec)..].trim_start();
    let other = next.starts_with('?') || next.starts_with(".await");
    let all_is_seen = !chain.rival && finder.has_routes(chain) && !finder.is_handed(chain);
    all_is_seen && !other && (spec.first || finder.continuation(chain).is_none())
}

/// The end of what the call goes behind.
fn behind(chain: &Chain, spec: &ChainSpec) -> usize {
    let last = chain.calls.iter().rev().find(|link| !spec.before.contains(&link.name));
    last.filter(|_| !spec.first).map_or(chain.start.end, |link| link.end)
}

/// On a line of its own where the chain has its calls so, after a comment that belongs to the call before.
fn place(source: &str, chain: &Chain, spec: &ChainSpec, call: &str) -> Insertion {
    let end = behind(chain, spec);
    let own_line = |link: &&Link| source[line_start(source, link.dot)..link.dot].trim().is_empty();
    let rest = source[end..line_end(source, end)].trim();
    match chain.calls.iter().find(own_line) {
        Some(link) if !rest.starts_with('.') => {
            let at = if rest.starts_with("//") { line_end(source, end) } else { end };
            Insertion { at, text: format!("{}{}{call}", ending(source), indentation(source, link.dot)) }
        }
        _ => Insertion { at: end, text: call.to_owned() },
    }
}

fn plain(call: &str) -> String {
    call.split_whitespace().collect()
}
