//! Everything between reading and writing: what a run would change, as one list.

mod adoption;
mod edits;
mod generated;
mod only;
mod patched;
mod removal;

use camino::{Utf8Path, Utf8PathBuf};

use crate::blueprint::{Blueprint, BlueprintError, Note};
use crate::change::{Change, Outcome};
use crate::inspect::Snapshot;
use crate::merge::{self, Conflict};
use crate::patch::{self, ManualStep, PatchError, patch};
use crate::paths::PackagePath;
use crate::plan::{Plan, module_dir, place, plan};
use crate::record::{self, Generated, Named, Patched, Record, sum};
use crate::remark::Remark;
use crate::render::render;
use crate::request::Request;
use crate::settings::{self, similar};
use crate::whereabouts::{self, moves};
pub use adoption::adoption;
pub use edits::edits;
use generated::{as_it_was, give_up, reformatted, settle};
use only::{Taken, taken, version};
pub use removal::removal;

/// A proposal that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// From a template or its facts.
    #[error(transparent)]
    Render(#[from] BlueprintError),
    /// From an edit of the user's files.
    #[error(transparent)]
    Patch(#[from] PatchError),
}

/// What a run would do in one package.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// The package's name.
    pub package: String,
    /// The blueprint's name and version, where there is one.
    pub blueprint: Option<(String, u32)>,
    /// The way from the root of version control to where the paths start.
    pub prefix: Utf8PathBuf,
    /// The module's folder, and the one that it had before.
    pub modules: Vec<Utf8PathBuf>,
    /// The files, the record last.
    pub changes: Vec<Change>,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// The variables to set, each with its value or a placeholder.
    pub variables: Vec<(String, String)>,
    /// The crates of the host that are reused.
    pub reused: Vec<String>,
    /// Remarks on the manifest.
    pub warnings: Vec<Remark>,
    /// Remarks on files, such as those that stay deleted.
    pub remarks: Vec<Remark>,
    /// What the versions since the recorded one brought.
    pub history: Vec<Note>,
}

impl Proposal {
    /// A proposal that comes from the record of a package alone.
    pub fn of_record(snapshot: &Snapshot, changes: Vec<Change>) -> Self {
        let record = snapshot.record.as_ref();
        Self {
            package: snapshot.package.name.clone(),
            blueprint: record.map(|record| (record.blueprint.name.clone(), record.blueprint.version)),
            prefix: snapshot.prefix(),
            modules: recorded_module(snapshot).into_iter().collect(),
            changes,
            ..Self::default()
        }
    }

    /// A proposal that comes from a blueprint.
    fn of_request(request: &Request, changes: Vec<Change>) -> Self {
        let Request { snapshot, blueprint, answers, .. } = request;
        let module = module_dir(snapshot, &answers.module);
        let former = recorded_module(snapshot).filter(|former| *former != module);
        Self {
            blueprint: Some((blueprint.name.clone(), blueprint.version)),
            modules: std::iter::once(module).chain(former).collect(),
            ..Self::of_record(snapshot, changes)
        }
    }

    /// The files with a given outcome.
    pub fn with(&self, outcome: Outcome) -> Vec<Utf8PathBuf> {
        self.changes.iter().filter(|change| change.outcome == outcome).map(|change| change.path.clone()).collect()
    }

    /// Whether anything would be written.
    pub fn writes(&self) -> bool {
        self.changes.iter().any(Change::writes)
    }
}

fn recorded_module(snapshot: &Snapshot) -> Option<Utf8PathBuf> {
    snapshot.record.as_ref().and_then(Record::module_dir).map(|module| snapshot.dir.join(module))
}

/// What would change in each package. A manifest that several share has, for the later ones, what the earlier ones insert.
pub fn propose_all(requests: &mut [Request], conflict: Conflict) -> Result<Vec<Proposal>, ProposeError> {
    let mut proposals = Vec::new();
    for index in 0..requests.len() {
        let proposal = propose(&requests[index], conflict)?;
        let base = requests[index].snapshot.base.clone();
        for later in &mut requests[index + 1..] {
            later.snapshot.overlay(&base, &proposal.changes);
        }
        proposals.push(proposal);
    }
    Ok(proposals)
}

/// Plans, renders, patches and merges.
pub fn propose(request: &Request, conflict: Conflict) -> Result<Proposal, ProposeError> {
    let plan = plan(request);
    let manifests = patch::manifests(request, &plan)?;
    let generated = render(request, &plan, &manifests.crates)?;
    let patch = patch(request, &plan, &manifests)?;
    let moves = moves(request, &generated);
    let reformatted = reformatted(request, &generated);
    let known = |id: &String| whereabouts::recorded(&request.snapshot).iter().find(|old| old.id == *id);
    let settled = generated.iter().map(|file| {
        let old = std::iter::once(&file.id).chain(&file.was).find_map(known);
        let same = reformatted.iter().find(|old| old.id == file.id);
        let one = same.map_or_else(|| settle(request, &moves, file, conflict), |old| as_it_was(old));
        (old, file.path.clone(), one)
    });
    let given_up = plan.give_up.iter().filter_map(|id| {
        let old = known(id)?;
        Some((Some(old), old.path.below(&request.snapshot.dir), give_up(request, id)))
    });
    let Taken { settled, files: patched, behind } = taken(request, settled.chain(given_up).collect(), patch.files);
    let remarks = settled.iter().filter_map(|one| one.remark.clone()).chain(patch.remarks.iter().cloned()).collect();
    let before = request.snapshot.tree.get(&plan.settings).map(str::to_owned);
    let settings = if request.takes(&plan.settings) { Some(patch.settings) } else { before.clone() };
    let of_settings = settings.as_deref().map(|text| settings_entry(&request.snapshot, before.as_deref(), text));
    let entries = patched::entries(request, &patched).into_iter().chain(of_settings).collect();
    let of_settings = Change::new(plan.settings.clone(), before, settings);
    let ours = settled.iter().flat_map(|one| one.changes.clone());
    let theirs = patched::changes(request, &patched);
    let mut changes: Vec<Change> = ours.chain(users_files(request)).chain(theirs).chain([of_settings]).collect();
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    let files = settled.into_iter().filter_map(|one| one.entry).collect();
    let version = version(named(request.blueprint), request.snapshot.record.as_ref(), behind);
    changes.push(recorded(request, &plan, Record::new(version, entries, files), &changes));
    Ok(Proposal {
        steps: patch.steps,
        variables: request.open_variables().iter().map(|one| (one.name.clone(), request.value_of(one))).collect(),
        reused: manifests.reused,
        warnings: manifests.notes.into_iter().chain(loosened(request)).chain(unknown(request)).collect(),
        remarks,
        history: history(request),
        ..Proposal::of_request(request, changes)
    })
}

/// What the settings have less strictly than their profile.
fn loosened(Request { blueprint, answers, .. }: &Request) -> impl Iterator<Item = Remark> {
    let settings = answers.loosened(&blueprint.settings, &answers.profile).into_iter();
    settings.map(|setting| Remark::Loosened { setting, profile: answers.profile.clone() })
}

/// What `without` names and no blueprint has, be it under the answers of today or not.
fn unknown(request: &Request) -> impl Iterator<Item = Remark> {
    let Request { snapshot, blueprint, answers, .. } = request;
    let path = |id: &String| PackagePath::of(&snapshot.dir, &place(snapshot, &answers.module, id)).to_string();
    let known: Vec<String> = blueprint.files.iter().flat_map(|file| [path(&file.id), file.id.clone()]).collect();
    let unknown = answers.without.iter().filter(|name| !known.contains(name)).cloned().collect::<Vec<_>>();
    let remarks = unknown.into_iter().map(move |name| Remark::WithoutUnknown { similar: similar(&name, &known), name });
    remarks.collect::<Vec<_>>().into_iter()
}

/// The user's own source files in the module's folder, which go along to another name of it.
fn users_files(request: &Request) -> Vec<Change> {
    let (snapshot, new) = (&request.snapshot, module_dir(&request.snapshot, &request.answers.module));
    let Some(record) = &snapshot.record else { return Vec::new() };
    let old = snapshot.dir.join(record.module_dir().unwrap_or(Utf8Path::new("src/clerk")));
    let ours = |path: &Utf8Path| record.generated.iter().any(|file| file.path.below(&snapshot.dir) == path);
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
fn history(request: &Request) -> Vec<Note> {
    let Some(record) = &request.snapshot.record else { return Vec::new() };
    since(&record.blueprint, request.blueprint)
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
    let old = snapshot.record.as_ref().and_then(|record| record.patched_at(&settings::FILE.into()));
    let unedited = |old: &Patched| before.is_none_or(|before| sum(before) == old.sha256);
    note_settings(text, old.map_or(before.is_none(), |old| old.created && unedited(old)))
}

fn note_settings(text: &str, created: bool) -> Patched {
    Patched { path: settings::FILE.into(), sha256: sum(text), created, inserted: vec![] }
}

/// The new record.
fn recorded(request: &Request, plan: &Plan, mut record: Record, changes: &[Change]) -> Change {
    if let Some(old) = &request.snapshot.record {
        let written = |path: &PackagePath| {
            changes
                .iter()
                .any(|change| change.writes() && PackagePath::of(&request.snapshot.dir, &change.path) == *path)
        };
        record = quiet(record, old, written);
    }
    let text = record::write(record, request.snapshot.record.as_ref());
    let before = request.snapshot.tree.get(&plan.record).map(str::to_owned);
    // Git may have checked it out with other line endings.
    let after = match &before {
        Some(before) => merge::dressed(&text, before),
        None => request.snapshot.in_its_lines(text),
    };
    Change::new(plan.record.clone(), before, Some(after))
}

/// A blueprint as the record names it.
fn named(blueprint: &Blueprint) -> Named {
    Named { name: blueprint.name.clone(), version: blueprint.version, folder: blueprint.folder.clone() }
}

/// A record changes only with cause: the tool's version is none, nor are the checksums of files that the user changed.
fn quiet(record: Record, old: &Record, written: impl Fn(&PackagePath) -> bool) -> Record {
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
