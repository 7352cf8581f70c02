//! Rebuilds a record from the files on disk, with what can be read of the damaged one.

use camino::Utf8Path;

use super::places::place_of;
use super::{Proposal, note_settings};
use crate::change::Change;
use crate::edit::{crate_root, wire};
use crate::escape::shown;
use crate::merge;
use crate::plan::plan;
use crate::record::{self, Borrowed, Owned, Record, sum};
use crate::render::{self, Input, OwnedText, RenderError};
use crate::settings;

/// The record as it would be, had it not been lost, and what could not be matched. The snapshot has every source file, and
/// no record; `salvaged` is what is left of the old one.
///
/// A file that is not as this version generates it may be edited or old. Where there are older versions, its base is empty:
/// the next update then shows both texts as a conflict, and until that is settled `check` reports it.
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
    let mut borrowed = salvaged.map_or_else(Vec::new, |record| record.borrowed.clone());
    borrowed.retain(|file| file.path != settings::FILE);
    let found = found(input, &plan.crate_root, &plan.environment);
    let new = |file: &Borrowed| borrowed.iter().all(|known| known.path != file.path);
    let new: Vec<Borrowed> = found.into_iter().filter(new).collect();
    borrowed.extend(new);
    if salvaged.is_none_or(|record| record.files.is_empty()) {
        remarks.push("`Cargo.toml`: which crates we added is not known, so `remove` will leave them".to_owned());
    }
    let before = input.snapshot.tree.get(&plan.settings).map(str::to_owned);
    let text = before.clone().unwrap_or_else(|| settings::write(input.answers, &input.blueprint.settings));
    borrowed.push(note_settings(&text, true));
    let blueprint = salvaged.map_or_else(|| super::named(input.blueprint), |record| record.blueprint.clone());
    let record = record::write(Record::new(blueprint, borrowed, files), salvaged);
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
        sha256: sum(&file.text),
        version: input.blueprint.version,
        base: file.text.as_str().into(),
        moved: false,
        deleted: false,
        pending: None,
    };
    let Some(path) = place_of(snapshot, old.unwrap_or(&new)) else {
        return match old {
            Some(old) => (Some(old.clone()), None),
            None => (None, Some(format!("`{}`: not found; the next update would make it", shown(&file.path)))),
        };
    };
    if let Some(old) = old {
        return (Some(old.clone()), None);
    }
    let ours = snapshot.tree.get(&path).unwrap_or("");
    let version = input.blueprint.version;
    let path_below = path.strip_prefix(&snapshot.dir).unwrap_or(&path).to_owned();
    let entry = Owned { moved: path != file.path, path: path_below, ..new };
    if merge::same(ours, &file.text) {
        return (Some(entry), None);
    }
    // Of the first version there is no older one, so that what differs is the user's.
    if version == 1 {
        let remark = "what differs counts as your edit (see `diff --against base`)";
        return (Some(entry), Some(format!("`{}`: not as version 1 generates it; {remark}", shown(&path))));
    }
    let remark = "it may be an older version or your edit; the next `update` shows both, for you to settle";
    let unknown = Owned { sha256: sum(""), base: "".into(), ..entry };
    (Some(unknown), Some(format!("`{}`: not as version {version} generates it; {remark}", shown(&path))))
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
            files.push(Borrowed { path, sha256: sum(text), created: false, lines, entries: vec![] });
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
        let is_made = |call: &String| wire::line_of_call(text, std::slice::from_ref(call)).is_some();
        let call = render::calls(input, path).into_iter().find(is_made);
        lines.extend(call.map(|call| wire::recorded_again(text, call, input.rustfmt)));
        note(path, lines);
    }
    note(environment, render::variables_in(input, snapshot.tree.get(environment).unwrap_or("")));
    files
}
