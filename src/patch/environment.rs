//! The sample of the variables, such as `.env.example`, with those that the code reads.

use super::PatchedFile;
use crate::edit::environment::{self, Variable};
use crate::plan::Plan;
use crate::record::Inserted;
use crate::request::{PARTIES, Request};

/// The sample with the variables that are new since we wrote it last. Where the user deleted it, it stays deleted.
pub(super) fn example(request: &Request, plan: &Plan) -> Option<PatchedFile> {
    let snapshot = &request.snapshot;
    let text = snapshot.tree.get(&plan.environment);
    let record = snapshot.record.as_ref();
    let earlier = record.and_then(|record| record.patched_at(record.sample()?));
    if text.is_none() && (earlier.is_some() || snapshot.sample.ignored) {
        return None;
    }
    let origins = request.origins().join(",");
    let variables = variables(request, &origins);
    let is_of = |wanted: &str, one: &&Inserted| matches!(one, Inserted::Variable { name, .. } if name == wanted);
    let known = |name: &str| earlier?.inserted.iter().find(|one| is_of(name, one));
    let new: Vec<_> = variables.iter().copied().filter(|(name, _, _)| known(name).is_none()).collect();
    // What stands there for another member is ours, too, as it stands there.
    let shared = |name: &str| snapshot.named_by_others(&plan.environment).find(|one| is_of(name, one));
    let entry = |one: &Variable| known(one.0).or_else(|| shared(one.0)).cloned().unwrap_or_else(|| recorded(one));
    let inserted = variables.iter().map(entry).collect();
    let with = environment::add(text, &new);
    let with = if text.is_some() { with } else { snapshot.in_its_lines(with) };
    Some(PatchedFile { path: plan.environment.clone(), text: with, inserted })
}

/// The variables that stand in a text of `.env.example` as we would write them.
pub fn variables_in(request: &Request, text: &str) -> Vec<Inserted> {
    let text = text.replace("\r\n", "\n");
    let block = |(name, value, help): &Variable| format!("# {help}\n{name}={value}");
    let stands = |block: String| text.contains(&format!("{block}\n")) || text.ends_with(block.as_str());
    variables(request, "").iter().filter(|one| stands(block(one))).map(recorded).collect()
}

/// The variables that the code reads, with the placeholder that stands for each.
fn variables<'a>(request: &'a Request, origins: &'a str) -> Vec<Variable<'a>> {
    let wanted = request.blueprint.environment.iter();
    let wanted = wanted.filter(|variable| request.answers.holds(request.blueprint, &variable.when));
    let variables = wanted.map(|variable| {
        let asked = variable.name == PARTIES && !origins.is_empty();
        let value = if asked { origins } else { variable.placeholder.as_str() };
        (variable.name.as_str(), value, variable.help.as_str())
    });
    variables.collect()
}

/// A variable as the record has it.
fn recorded((name, value, help): &Variable) -> Inserted {
    Inserted::Variable { name: (*name).to_owned(), value: (*value).to_owned(), help: (*help).to_owned() }
}
