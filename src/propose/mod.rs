//! Everything between reading and writing: what a run would change, as one list.

mod adoption;
mod edits;
mod generated;
mod patched;
mod places;
mod removal;

use camino::{Utf8Path, Utf8PathBuf};

use crate::blueprint::{Blueprint, Note};
use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;
use crate::merge::{self, Conflict};
use crate::plan::{Plan, module_dir, plan};
use crate::record::{self, Generated, Named, Patched, Record, sum};
use crate::render::{Input, ManualStep, RenderError, render};
use crate::settings;
pub use adoption::adoption;
pub use edits::edits;
use generated::{give_up, settle};
use patched::patch;
pub use patched::relative;
use places::places;
pub use places::whereabouts;
pub use removal::removal;

/// What a run would do.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// The files, the record last.
    pub changes: Vec<Change>,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// The crates of the host that are reused.
    pub reused: Vec<String>,
    /// Remarks on the manifest.
    pub warnings: Vec<String>,
    /// Remarks on files, such as those that stay deleted.
    pub remarks: Vec<String>,
    /// What the versions since the recorded one brought.
    pub history: Vec<Note>,
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
    let mut entries = Vec::new();
    let mut remarks = Vec::new();
    let places = places(input, &rendered.generated);
    let settled = rendered.generated.iter().map(|file| settle(input, &places, file, conflict));
    for one in settled.chain(plan.give_up.iter().map(|id| give_up(input, id))) {
        changes.extend(one.changes);
        entries.extend(one.entry);
        remarks.extend(one.remark);
    }
    remarks.extend(rendered.remarks.iter().cloned());
    changes.extend(users_files(input));
    let mut patched = patch(input, &rendered, &mut changes);
    let before = input.snapshot.tree.get(&plan.settings).map(str::to_owned);
    patched.push(settings_entry(input.snapshot, before.as_deref(), &rendered.settings));
    changes.push(Change::new(plan.settings.clone(), before, Some(rendered.settings)));
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes.push(recorded(input, &plan, entries, patched, &changes));
    let (steps, reused, warnings) = (rendered.steps, rendered.reused, rendered.warnings);
    Ok(Proposal { changes, steps, reused, warnings, remarks, history: history(input) })
}

/// The user's own source files in the module's folder, which go along to another name of it.
fn users_files(input: &Input) -> Vec<Change> {
    let (snapshot, new) = (input.snapshot, module_dir(input.snapshot, input.answers));
    let Some(record) = &snapshot.record else { return Vec::new() };
    let old = snapshot.dir.join(record.module_dir().unwrap_or(Utf8Path::new("src/clerk")));
    let ours = |path: &Utf8Path| record.generated.iter().any(|file| snapshot.dir.join(&file.path) == path);
    let theirs = |path: &Utf8Path| path.starts_with(&old) && path.extension() == Some("rs") && !ours(path);
    let files = snapshot.tree.iter().filter(|(path, _)| old != new && theirs(path));
    let moved = files.filter_map(|(path, text)| Some((path, new.join(path.strip_prefix(&old).ok()?), text)));
    let free = moved.filter(|(_, target, _)| !snapshot.tree.contains(target));
    free.flat_map(|(path, target, text)| {
        let text = Some(text.to_owned());
        [Change::new(path.to_owned(), text.clone(), None), Change::new(target, None, text)]
    })
    .collect()
}

/// What the blueprint says of the versions since the recorded one, what matters to security first.
pub fn history(input: &Input) -> Vec<Note> {
    let Some(record) = &input.snapshot.record else { return Vec::new() };
    since(&record.blueprint, input.blueprint)
}

/// What matters to security and came to a file after the version that its base is from.
pub fn lacking<'a>(file: &Generated, blueprint: &'a Blueprint) -> Option<&'a Note> {
    let concerns = |note: &&Note| note.security && note.version > file.version && note.files.contains(&file.id);
    blueprint.changes.iter().find(concerns)
}

/// What a blueprint says of the versions after a recorded one of the same name, what matters to security first.
pub fn since(old: &Named, blueprint: &Blueprint) -> Vec<Note> {
    let new = |note: &&Note| old.name == blueprint.name && note.version > old.version;
    let mut notes: Vec<Note> = blueprint.changes.iter().filter(new).cloned().collect();
    notes.sort_by_key(|note| (!note.security, note.version));
    notes
}

/// What the record says of the settings file. Once the user has edited it, it is theirs, and `remove` leaves it.
fn settings_entry(snapshot: &Snapshot, before: Option<&str>, text: &str) -> Patched {
    let old = snapshot.record.as_ref().and_then(|record| record.patched_at(Utf8Path::new(settings::FILE)));
    let unedited = |old: &Patched| before.is_none_or(|before| sum(before) == old.sha256);
    note_settings(text, old.map_or(before.is_none(), |old| old.created && unedited(old)))
}

fn note_settings(text: &str, created: bool) -> Patched {
    Patched { path: settings::FILE.into(), sha256: sum(text), created, inserted: vec![] }
}

/// The new record.
fn recorded(
    input: &Input,
    plan: &Plan,
    generated: Vec<Generated>,
    patched: Vec<Patched>,
    changes: &[Change],
) -> Change {
    let mut record = Record::new(named(input.blueprint), patched, generated);
    if let Some(old) = &input.snapshot.record {
        let written = |path: &Utf8Path| {
            changes.iter().any(|change| change.writes() && relative(&input.snapshot.dir, &change.path) == path)
        };
        record = quiet(record, old, written);
    }
    let text = record::write(record, input.snapshot.record.as_ref());
    let before = input.snapshot.tree.get(&plan.record).map(str::to_owned);
    // Git may have checked it out with other line endings.
    let after = before.as_deref().map_or_else(|| text.clone(), |before| merge::dressed(&text, before));
    Change::new(plan.record.clone(), before, Some(after))
}

/// A blueprint as the record names it.
fn named(blueprint: &Blueprint) -> Named {
    Named { name: blueprint.name.clone(), version: blueprint.version, folder: blueprint.folder.clone() }
}

/// A record changes only with cause: the tool's version is none, nor are the checksums of files that the user changed.
fn quiet(record: Record, old: &Record, written: impl Fn(&Utf8Path) -> bool) -> Record {
    let old = record::sorted(old.clone());
    let mut same = record::sorted(record.clone());
    same.tool.clone_from(&old.tool);
    for file in same.patched.iter_mut().filter(|file| !written(&file.path)) {
        if let Some(old) = old.patched_at(&file.path) {
            file.sha256.clone_from(&old.sha256);
            file.created = old.created;
        }
    }
    if same == old { old } else { record }
}
