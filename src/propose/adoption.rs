//! Rebuilds a record from the files on disk, with what can be read of the damaged one.

use camino::Utf8Path;

use super::owned::place_of;
use super::{Proposal, note_settings};
use crate::change::Change;
use crate::edit::{crate_root, wire};
use crate::merge;
use crate::plan::plan;
use crate::record::{self, Borrowed, Named, Owned, Record, sha256};
use crate::render::{self, Input, OwnedText, RenderError};
use crate::settings;

/// The record as it would be, had it not been lost, and what could not be matched. The snapshot has every source file, and
/// no record; `salvaged` is what is left of the old one.
///
/// A file that is not as this version generates it is taken for edited: its base becomes this version's text, so that its
/// differences count as the user's edits and no update writes over them.
pub fn adoption(input: &Input, salvaged: Option<&Record>) -> Result<Proposal, RenderError> {
    let plan = plan(input.snapshot, input.blueprint, input.answers);
    let mut remarks = Vec::new();
    let mut files = Vec::new();
    for file in render::generated(&plan, input)? {
        let old = salvaged.and_then(|record| record.by_id().get(file.id.as_str()).copied());
        let (entry, remark) = matched(input, &file, old);
        files.extend(entry);
        remarks.extend(remark);
    }
    if files.is_empty() {
        return Ok(Proposal::default());
    }
    let borrowed = salvaged.map(|record| record.borrowed.clone()).filter(|borrowed| !borrowed.is_empty());
    let mut borrowed = borrowed.unwrap_or_else(|| {
        remarks.push("Cargo.toml: which crates we added cannot be known, so `remove` will leave them".to_owned());
        found(input, &plan.crate_root, &plan.environment)
    });
    borrowed.retain(|file| file.path != settings::FILE);
    let before = input.snapshot.tree.get(&plan.settings).map(str::to_owned);
    let text = before.clone().unwrap_or_else(|| settings::write(input.answers, &input.blueprint.settings));
    borrowed.push(note_settings(&text, true));
    let blueprint = salvaged.map_or_else(
        || Named {
            name: input.blueprint.name.clone(),
            version: input.blueprint.version,
            folder: input.blueprint.folder.clone(),
        },
        |record| record.blueprint.clone(),
    );
    let tool = env!("CARGO_PKG_VERSION").to_owned();
    let record = record::write(Record { format: record::FORMAT, tool, blueprint, borrowed, files });
    let old = input.snapshot.tree.get(&plan.record).map(str::to_owned);
    let changes = vec![Change::new(plan.settings, before, Some(text)), Change::new(plan.record, old, Some(record))];
    Ok(Proposal { changes, remarks, ..Proposal::default() })
}

/// The entry of one file, where it is found, and what there is to say.
fn matched(input: &Input, file: &OwnedText, old: Option<&Owned>) -> (Option<Owned>, Option<String>) {
    let snapshot = input.snapshot;
    let recorded = file.path.strip_prefix(&snapshot.dir).unwrap_or(&file.path).to_owned();
    let new = Owned {
        id: file.id.clone(),
        path: old.map_or(recorded, |old| old.path.clone()),
        sha256: sha256(&file.text),
        base: file.text.clone(),
        moved: false,
        pending: None,
    };
    let Some(path) = place_of(snapshot, old.unwrap_or(&new)) else {
        return match old {
            Some(old) => (Some(old.clone()), None),
            None => (None, Some(format!("{}: not found; the next update would make it", file.path))),
        };
    };
    if let Some(old) = old {
        return (Some(old.clone()), None);
    }
    let ours = snapshot.tree.get(&path).unwrap_or("");
    let entry =
        Owned { moved: path != file.path, path: path.strip_prefix(&snapshot.dir).unwrap_or(&path).to_owned(), ..new };
    let version = input.blueprint.version;
    let remark = (!merge::same(ours, &file.text)).then(|| {
        format!("{path}: not as version {version} generates it; what differs counts as your edit (see `diff --against base`)")
    });
    (Some(entry), remark)
}

/// The lines of ours in the user's files, as they would have been recorded.
fn found(input: &Input, crate_root: &Utf8Path, environment: &Utf8Path) -> Vec<Borrowed> {
    let (snapshot, module) = (input.snapshot, input.answers.module());
    let mut files: Vec<Borrowed> = Vec::new();
    let mut note = |path: &Utf8Path, mut lines: Vec<String>| {
        lines.sort();
        let text = snapshot.tree.get(path).unwrap_or("");
        let path = super::relative(&snapshot.dir, path);
        if !lines.is_empty() {
            files.push(Borrowed { path, sha256: sha256(text), created: false, lines, entries: vec![] });
        }
    };
    let mut paths: Vec<&Utf8Path> = snapshot.sources.iter().map(camino::Utf8PathBuf::as_path).collect();
    paths.push(crate_root);
    paths.sort();
    paths.dedup();
    for path in paths {
        let text = snapshot.tree.get(path).unwrap_or("");
        let mut lines = Vec::new();
        if path == crate_root
            && let Ok(Some(declaration)) = crate_root::find_mod(text, module)
        {
            lines.push(format!("{}mod {module};", if declaration.public { "pub " } else { "" }));
        }
        lines.extend(
            render::calls(input, path).into_iter().find(|call| wire::has_call(text, std::slice::from_ref(call))),
        );
        note(path, lines);
    }
    note(environment, render::variables_in(input, snapshot.tree.get(environment).unwrap_or("")));
    files
}
