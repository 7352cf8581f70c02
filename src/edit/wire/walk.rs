//! The chains of each file of a crate, and what its functions and variables hold of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::chain::{Chain, Function, Hand, Use};
use super::finder::finder;
use super::scope::Scopes;
use super::{ChainSpec, File};
use crate::edit::rust::Source;

/// What a file has.
pub struct Walk<'a> {
    /// The file.
    pub file: &'a File<'a>,
    /// Its chains.
    pub chains: Vec<Chain>,
    /// The uses of variables.
    pub uses: Vec<Use>,
}

/// What each file has; `helpers` are the names of functions that return a chain.
pub fn walks<'a>(
    files: &'a [File<'a>],
    parsed: &[Option<(&Source, Scopes)>],
    spec: &ChainSpec,
    helpers: &BTreeSet<String>,
) -> Vec<Walk<'a>> {
    let walk = |(file, parsed): (&'a File<'a>, &Option<(&Source, Scopes)>)| {
        let found = parsed.as_ref().map(|(parsed, scopes)| finder(parsed, scopes, spec, helpers));
        let (chains, uses) = found.map_or_else(Default::default, |found| (found.chains, found.uses));
        Walk { file, chains, uses }
    };
    files.iter().zip(parsed).map(walk).collect()
}

/// The functions of a file that return a chain.
pub fn helpers<'a>(walk: &'a Walk) -> impl Iterator<Item = Function> + 'a {
    let by_variable = |chain: &'a Chain| later(walk, chain).filter_map(|found| found.returned_by.clone());
    walk.chains.iter().flat_map(move |chain| chain.returned_by.clone().into_iter().chain(by_variable(chain)))
}

/// The uses of the variables that hold a chain one after the other.
pub fn later<'a>(walk: &'a Walk, chain: &'a Chain) -> impl Iterator<Item = &'a Use> {
    let mut names: BTreeSet<&str> = chain.statement.variable.iter().map(String::as_str).collect();
    let keeps = !chain.ended && chain.hand.is_none();
    let within = move |found: &&Use| keeps && found.at > chain.end() && chain.function.contains(&found.at);
    walk.uses.iter().filter(within).filter(move |found| {
        let is_it = names.contains(found.name.as_str());
        if let (true, None, Some(next)) = (is_it, &found.hand, &found.statement.variable) {
            // The name may have something else from then on, such as the service.
            let _ = if found.ended { names.remove(next.as_str()) } else { names.insert(next) };
        }
        is_it
    })
}

/// The outermost branches or loop around a use that are not around the chain as well.
pub fn apart<'a>(found: &'a Use, chain: &Chain) -> Option<&'a Range<usize>> {
    found.branches.iter().find(|range| !range.contains(&chain.range.start))
}

/// The functions that return a chain, by their names, with the files that have them.
pub fn homes(walks: &[Walk]) -> BTreeMap<String, Vec<(usize, Function)>> {
    let mut homes: BTreeMap<String, Vec<(usize, Function)>> = BTreeMap::new();
    for (file, walk) in walks.iter().enumerate() {
        for function in helpers(walk) {
            let known = homes.entry(function.name.clone()).or_default();
            let home = (file, function);
            if !known.contains(&home) {
                known.push(home);
            }
        }
    }
    homes
}

/// Whether what functions made of a chain becomes a part of another one, by the variables that have it.
pub fn becomes_part(walk: &Walk, chain: &Chain) -> bool {
    let mut names: BTreeSet<&str> = chain.statement.variable.iter().map(String::as_str).collect();
    let within = |found: &&Use| found.at > chain.end() && chain.function.contains(&found.at);
    walk.uses.iter().filter(within).any(|found| {
        let is_it = !chain.ended && names.contains(found.name.as_str());
        names.extend(found.statement.variable.as_deref().filter(|_| is_it && !found.ended));
        is_it && found.hand == Some(Hand::Part)
    })
}
