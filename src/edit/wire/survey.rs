//! Judges the chains of a whole crate: which of them is the application, and where in it the call goes.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{Chain, Function, Hand, Link, Start, Statement, Use};
use super::finder::RESULTS;
use super::keepers::keepers;
use super::scope::scopes;
use super::walk::{Walk, apart, becomes_part, helpers, homes, later, walks};
use super::{ChainSpec, File, Site, Spot};
use crate::edit::rust::{self, Source};
use crate::edit::text::{ending, indentation, line_end, line_start, position};

/// How many functions may hand on what another one returns.
const DEPTH: usize = 4;

/// What becomes of a chain.
#[derive(Default)]
struct Fate {
    /// Whether another chain takes it in.
    part: bool,
    /// Whether it is served.
    served: bool,
    /// Whether it has routes that are a part of an application.
    routes: bool,
    /// The last place where something may be added to it.
    after: Option<After>,
    /// Where its ways part, and something is added in one of them: the last place in each.
    ways: Vec<After>,
}

/// A later place, and why it is not where the chain is.
struct After {
    file: usize,
    at: usize,
    variable: Option<String>,
    inline: bool,
    why: String,
}

/// The places where the call belongs, those with routes first, and of them those that are served. Where there is just one and it is sure, it has a spot.
pub fn survey(files: &[File], spec: &ChainSpec) -> Vec<Site> {
    let parsed: Vec<Option<Source>> = files.iter().map(|file| rust::parse(file.text).ok()).collect();
    let parsed: Vec<_> = parsed.iter().map(|one| one.as_ref().map(|one| (one, scopes(one, spec.ident)))).collect();
    let (mut known, mut all) = (BTreeSet::new(), walks(files, &parsed, spec, &BTreeSet::new()));
    // What a function returns that returns a chain, another one may return.
    for _ in 0..DEPTH {
        let found: BTreeSet<String> = all.iter().flat_map(helpers).map(|function| function.name).collect();
        if found == known {
            break;
        }
        known = found;
        all = walks(files, &parsed, spec, &known);
    }
    let homes = homes(&all);
    let keepers = keepers(parsed.iter().flatten().map(|(source, _)| *source), &spec.types());
    let crate_ = Crate { walks: all, homes, spec, keepers };
    let mut sites: Vec<((bool, bool), Site)> = Vec::new();
    for parts in [false, true] {
        for (file, walk) in crate_.walks.iter().enumerate() {
            for chain in walk.chains.iter().filter(|chain| !matches!(chain.start, Start::Function(_))) {
                let fate = crate_.fate(file, chain, DEPTH);
                if fate.part == parts {
                    let rank = (!fate.routes, !fate.served);
                    sites.extend(crate_.sites(file, chain, &fate).into_iter().map(|site| (rank, site)));
                }
            }
        }
        // Where all are parts of something that is not seen, they are what there is to name.
        if !sites.is_empty() {
            break;
        }
    }
    sites.sort_by_key(|(rank, _)| *rank);
    let mut sites: Vec<Site> = sites.into_iter().map(|(_, site)| site).collect();
    let mut seen = BTreeSet::new();
    sites.retain(|site| seen.insert((site.file, site.line)));
    if sites.len() > 1 {
        for site in &mut sites {
            site.spot = None;
        }
    }
    sites
}

struct Crate<'a> {
    walks: Vec<Walk<'a>>,
    homes: BTreeMap<String, Vec<(usize, Function)>>,
    keepers: BTreeSet<String>,
    spec: &'a ChainSpec<'a>,
}

impl Crate<'_> {
    fn fate(&self, file: usize, chain: &Chain, depth: usize) -> Fate {
        let walk = &self.walks[file];
        let mut fate = Fate { routes: self.has_routes(&chain.calls), ..Fate::default() };
        let end = chain.statement.end.max(chain.end()) - 1;
        let (at, variable) = self.past(chain.hand.as_ref(), &chain.statement, end, self.behind(chain) - 1);
        let inline = !chain.modules.is_empty();
        fate.after = self.extended(file, chain);
        fate.take(chain.hand.as_ref(), || After { file, at, variable, inline, why: String::new() });
        if chain.branch && chain.hand.is_none() {
            fate.after = chain.statement.variable.clone().map(|variable| After {
                file,
                at: chain.statement.end - 1,
                variable: Some(variable),
                inline: !chain.modules.is_empty(),
                why: "it is made in one of several branches".to_owned(),
            });
        }
        let mut returned_by: Vec<&Function> = chain.returned_by.iter().collect();
        for found in later(walk, chain) {
            fate.routes |= self.has_routes(&found.calls);
            if let Some(link) = self.last_addition(&found.calls) {
                fate.after = Some(self.after_link(file, found, link, chain));
            }
            let end = found.statement.end.max(found.at + 1) - 1;
            let (at, variable) = self.past(found.hand.as_ref(), &found.statement, end, self.last(found));
            fate.take(found.hand.as_ref(), || After { file, at, variable, inline: found.inline, why: String::new() });
            returned_by.extend(&found.returned_by);
        }
        fate.ways = self.ways(file, chain);
        fate.after = fate.after.filter(|_| fate.ways.is_empty());
        if depth > 0 {
            for function in returned_by {
                self.follow(file, chain, function, depth, &mut fate);
            }
        }
        fate.part |= becomes_part(walk, chain);
        fate.part &= !fate.served;
        fate
    }

    /// Looks where a function is called that returns the chain.
    fn follow(&self, file: usize, chain: &Chain, function: &Function, depth: usize, fate: &mut Fate) {
        for (other, walk) in self.walks.iter().enumerate() {
            for call in &walk.chains {
                let Start::Function(path) = &call.start else { continue };
                // A function that calls itself says nothing.
                if path.last() != Some(&function.name) || other == file && call.function == chain.function {
                    continue;
                }
                match self.is_call_of(path, other, file, chain, function) {
                    Some(true) => {
                        let found = self.fate(other, call, depth - 1);
                        let after = found.after.or_else(|| {
                            let link = self.last_addition(&call.calls)?;
                            let why = format!("routes are added to what `{}` returns", function.name);
                            Some(After {
                                file: other,
                                at: link.end - 1,
                                variable: None,
                                inline: !call.modules.is_empty(),
                                why,
                            })
                        });
                        fate.part |= found.part;
                        fate.served |= found.served;
                        fate.routes |= found.routes;
                        fate.after = fate.after.take().or(after);
                    }
                    None if fate.after.is_none() => {
                        let why = format!("it is not sure where `{}` is called", function.name);
                        let at = self.behind(chain) - 1;
                        fate.after = Some(After { file, at, variable: None, inline: !chain.modules.is_empty(), why });
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether a path in one file calls a function in another one; `None` where that is not sure.
    fn is_call_of(
        &self,
        path: &[String],
        from: usize,
        file: usize,
        chain: &Chain,
        function: &Function,
    ) -> Option<bool> {
        let homes = self.homes.get(&function.name).map_or(&[][..], Vec::as_slice);
        let only = homes.len() < 2;
        let Some(qualifier) = path.iter().rev().nth(1) else {
            return if homes.iter().any(|(home, _)| *home == from) { Some(from == file) } else { only.then_some(true) };
        };
        let name = |home: usize| self.walks[home].file.module.rsplit("::").next().unwrap_or_default();
        let modules = chain.modules.iter().map(String::as_str).chain([name(file)]);
        let is_named = modules.into_iter().chain(function.of.as_deref()).any(|name| name == qualifier);
        match qualifier.as_str() {
            _ if is_named => Some(true),
            "self" | "Self" if from == file => Some(true),
            "self" | "Self" | "super" | "crate" => only.then_some(true),
            here if homes.iter().any(|(home, _)| name(*home) == here) => Some(false),
            // A module may hand on what one below it has.
            above if self.is_below(file, above) => {
                let below = homes.iter().filter(|(home, _)| self.is_below(*home, above));
                (below.count() == 1).then_some(true)
            }
            above if homes.iter().any(|(home, _)| self.is_below(*home, above)) => Some(false),
            root if only && self.spec.roots.contains(&root) => Some(true),
            // A module may hand on what another one has.
            _ if only && !homes.is_empty() => None,
            _ => Some(false),
        }
    }

    /// Whether a file is below a module of this name.
    fn is_below(&self, file: usize, module: &str) -> bool {
        self.walks[file].file.module.rsplit("::").skip(1).any(|above| above == module)
    }

    /// The ends of a chain's variable, where something is added in a branch that is the end of it.
    fn ways(&self, file: usize, chain: &Chain) -> Vec<After> {
        let is_end = |found: &&Use| found.hand == Some(Hand::Taken) || found.returned_by.is_some();
        let ends: Vec<&Use> = later(&self.walks[file], chain).filter(is_end).collect();
        let adds = |found: &&Use| found.calls.iter().any(|link| self.adds(link));
        if !ends.iter().any(|found| adds(found) && apart(found, chain).is_some()) {
            return Vec::new();
        }
        let why = || "it has several ends".to_owned();
        let way = |found: &&Use| After { file, at: self.last(found), variable: None, inline: found.inline, why: why() };
        ends.iter().map(way).collect()
    }

    /// The last place in a use where something is added, or the use itself.
    fn last(&self, found: &Use) -> usize {
        self.last_addition(&found.calls).map_or(found.at, |link| link.end - 1)
    }

    /// The place behind what something is given to, with the variable that has it there; `own` is the place before, for what
    /// does not come back.
    fn past(&self, hand: Option<&Hand>, statement: &Statement, end: usize, own: usize) -> (usize, Option<String>) {
        match hand {
            Some(Hand::Given(name)) if self.keepers.contains(name) => (own, None),
            _ => (end, statement.variable.clone()),
        }
    }

    /// The place after a later call: at the call, or behind the branches and loops around it.
    fn after_link(&self, file: usize, found: &Use, link: &Link, chain: &Chain) -> After {
        let around = apart(found, chain);
        let variable = || found.statement.variable.clone().or_else(|| chain.statement.variable.clone());
        let line = position(self.walks[file].file.text, link.dot).0;
        let why = if self.is_foreign(link) { may_add(link) } else { format!("more is added to it in line {line}") };
        match around {
            Some(range) => After { file, at: range.end - 1, variable: variable(), inline: found.inline, why },
            None => After { file, at: link.end - 1, variable: None, inline: found.inline, why },
        }
    }

    /// The place behind a method of a chain that is not the framework's, after its last routes: what it adds is not covered
    /// before it.
    fn extended(&self, file: usize, chain: &Chain) -> Option<After> {
        let link = self.last_addition(&chain.calls).filter(|link| self.is_foreign(link))?;
        let inline = !chain.modules.is_empty();
        Some(After { file, at: link.end - 1, variable: None, inline, why: may_add(link) })
    }

    /// The last call that adds something, or may.
    fn last_addition<'b>(&self, links: &'b [Link]) -> Option<&'b Link> {
        links.iter().rfind(|link| self.adds(link) || self.is_foreign(link))
    }

    /// Whether a call is of a method that others gave the router.
    fn is_foreign(&self, link: &Link) -> bool {
        self.spec.wiring.is_foreign(&link.name) && !RESULTS.contains(&link.name.as_str())
    }

    /// Whether a call adds what the new one must come after.
    fn adds(&self, link: &Link) -> bool {
        self.spec.wiring.needs.contains(&link.name) || self.spec.wiring.covers.contains(&link.name)
    }

    /// Whether routes are added, and not only those that are no part of an application.
    fn has_routes(&self, links: &[Link]) -> bool {
        let is_aside = |link: &Link| link.words.iter().any(|word| self.spec.wiring.asides.contains(word));
        links.iter().any(|link| self.spec.wiring.needs.contains(&link.name) && !is_aside(link))
    }

    /// The end of what the call goes behind.
    fn behind(&self, chain: &Chain) -> usize {
        let own = chain.calls.iter().take_while(|link| !self.is_foreign(link));
        let any_order = self.spec.wiring.any_order;
        let last = if any_order { own.last() } else { chain.calls.iter().rfind(|link| self.adds(link)) };
        last.filter(|_| !self.spec.wiring.first).map_or(chain.range.end, |link| link.end)
    }

    fn sites(&self, file: usize, chain: &Chain, fate: &Fate) -> Vec<Site> {
        let anywhere = self.spec.wiring.any_order || self.spec.wiring.first;
        let after = fate.after.as_ref().filter(|_| !anywhere);
        if anywhere || after.is_some() || fate.ways.is_empty() {
            return vec![self.site(file, chain, fate, after)];
        }
        let site = |way| Site { alternative: fate.ways.len() > 1, ..self.site(file, chain, fate, Some(way)) };
        fate.ways.iter().map(site).collect()
    }

    fn site(&self, file: usize, chain: &Chain, fate: &Fate, after: Option<&After>) -> Site {
        let text = self.walks[file].file.text;
        let behind = self.behind(chain);
        let next = text[chain.end()..].trim_start();
        let other = !chain.ended && (next.starts_with('?') || next.starts_with(".await"));
        let why = match &chain.start {
            Start::Rival(name) => Some(format!("`{name}` is another kind of router")),
            Start::Unknown => Some("it may be of another crate".to_owned()),
            _ if fate.part => Some("it is a part of another one, which is not seen".to_owned()),
            _ if after.is_some() => after.map(|after| after.why.clone()),
            _ if !fate.routes => Some("no routes are added to it here".to_owned()),
            _ if other => Some("it is awaited".to_owned()),
            _ if chain.branch => Some("it is made in one of several branches".to_owned()),
            _ => None,
        };
        let behind_it = if other && behind == chain.end() { awaited(text, behind) } else { behind };
        let (file, at) = after.map_or((file, behind_it - 1), |after| (after.file, after.at));
        Site {
            file,
            line: position(self.walks[file].file.text, at).0,
            inline: after.map_or(!chain.modules.is_empty(), |after| after.inline),
            variable: after.and_then(|after| after.variable.clone()),
            alternative: chain.conditional || chain.branch,
            part: fate.part,
            spot: why.is_none().then(|| spot(text, chain, behind)),
            why,
        }
    }
}

impl Fate {
    fn take(&mut self, hand: Option<&Hand>, after: impl FnOnce() -> After) {
        match hand {
            Some(Hand::Part) => self.part = true,
            Some(Hand::Taken) => self.served = true,
            Some(Hand::Given(name)) => {
                let why = format!("`{name}` is given it and may add routes");
                self.after = Some(After { why, ..after() });
            }
            None => {}
        }
    }
}

fn may_add(link: &Link) -> String {
    format!("`{}` may add routes", link.name)
}

/// The end of the `.await` and `?` behind a place.
fn awaited(source: &str, mut at: usize) -> usize {
    loop {
        let rest = source[at..].trim_start();
        let Some(next) = [".await", "?"].into_iter().find_map(|word| rest.strip_prefix(word)) else { return at };
        at = source.len() - next.len();
    }
}

/// On a line of its own where the chain has its calls so, after a comment that belongs to the call before.
fn spot(source: &str, chain: &Chain, end: usize) -> Spot {
    let own_line = |link: &&Link| source[line_start(source, link.dot)..link.dot].trim().is_empty();
    let rest = source[end..line_end(source, end)].trim();
    match chain.calls.iter().find(own_line) {
        Some(link) if !rest.starts_with('.') => {
            let at = if rest.starts_with("//") { line_end(source, end) } else { end };
            Spot { at, lead: format!("{}{}", ending(source), indentation(source, link.dot)) }
        }
        _ => Spot { at: end, lead: String::new() },
    }
}
