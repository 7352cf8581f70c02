//! Everything between reading and writing: what a run would change, as one list.

mod borrowed;
mod owned;

use camino::Utf8PathBuf;

use crate::change::{Change, Outcome};
use crate::merge::Conflict;
use crate::plan::{Plan, plan};
use crate::record::{self, Borrowed, Named, Owned, Record};
use crate::render::{Input, ManualStep, RenderError, render};
use borrowed::borrow;
pub use borrowed::relative;
use owned::{give_up, places, settle};

/// What a run would do.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The files, the record last.
    pub changes: Vec<Change>,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// Remarks on the manifest.
    pub warnings: Vec<String>,
    /// Remarks on files, such as those that stay deleted.
    pub remarks: Vec<String>,
}

impl Proposal {
    /// The files with a given outcome.
    pub fn with(&self, outcome: Outcome) -> Vec<Utf8PathBuf> {
        self.changes.iter().filter(|change| change.outcome == outcome).map(|change| change.path.clone()).collect()
    }

    /// Whether anything would be written.
    pub fn writes(&self) -> bool {
        self.changes.iter().any(Change::writes)
    }
}

/// Plans, renders and merges.
pub fn propose(input: &Input, conflict: Conflict) -> Result<Proposal, RenderError> {
    let plan = plan(input.snapshot, input.blueprint, input.answers);
    let rendered = render(&plan, input)?;
    let mut changes = Vec::new();
    let mut owned = Vec::new();
    let mut remarks = Vec::new();
    let places = places(input);
    let settled = rendered.owned.iter().map(|file| settle(input, &places, file, conflict));
    for one in settled.chain(plan.give_up.iter().map(|id| give_up(input, id))) {
        changes.extend(one.changes);
        owned.extend(one.entry);
        remarks.extend(one.remark);
    }
    let borrowed = borrow(input, &rendered, &mut changes);
    let settings = input.snapshot.tree.get(&plan.settings).map(str::to_owned);
    changes.push(Change::new(plan.settings.clone(), settings, Some(rendered.settings.clone())));
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes.push(recorded(input, &plan, owned, borrowed));
    Ok(Proposal { changes, steps: rendered.steps, warnings: rendered.warnings, remarks })
}

/// The new record. It keeps the old tool version where nothing else is new, so that it changes only with cause.
fn recorded(input: &Input, plan: &Plan, files: Vec<Owned>, borrowed: Vec<Borrowed>) -> Change {
    let before = input.snapshot.tree.get(&plan.record).map(str::to_owned);
    let blueprint = Named {
        name: input.blueprint.name.clone(),
        version: input.blueprint.version,
        folder: input.blueprint.folder.clone(),
    };
    let mut record =
        Record { format: record::FORMAT, tool: env!("CARGO_PKG_VERSION").to_owned(), blueprint, borrowed, files };
    if let Some(old) = &input.snapshot.record {
        let same = record::write(&Record { tool: old.tool.clone(), ..record.clone() }) == record::write(old);
        if same {
            record.tool.clone_from(&old.tool);
        }
    }
    Change::new(plan.record.clone(), before, Some(record::write(&record)))
}
