//! The line that wires the module: inserted where that is wanted and the place is sure, otherwise told with its place.

use std::slice;

use camino::{Utf8Path, Utf8PathBuf};

use super::{BorrowedText, Input, ManualStep, RenderError, call, calls, renamed};
use crate::edit::wire::{self, ChainSpec, Site};
use crate::escape::shown;
use crate::inspect::Snapshot;
use crate::record::wires;

/// Inserts the wiring line where that is wanted and exactly one chain is found; otherwise tells where it goes.
pub(super) fn wire_or_tell(input: &Input, borrowed: &mut Vec<BorrowedText>) -> Result<Vec<ManualStep>, RenderError> {
    let (snapshot, wiring) = (input.snapshot, &input.blueprint.wiring);
    let spec = spec(input);
    let mut sites = sites(snapshot, borrowed, &spec);
    let has_call = |path: &Utf8PathBuf| line_of(input, borrowed, path).is_some();
    // What we wired once is the user's to undo.
    if sites.iter().any(|(path, _)| has_call(path)) || renamed::was_wired(input) {
        return Ok(Vec::new());
    }
    if wiring.on_top_of(&snapshot.package.crates).is_some() {
        sites.clear();
    }
    if let ([(path, site)], true) = (sites.as_slice(), input.answers.wire.unwrap_or(false)) {
        let line = call(input, path, site.inline);
        let text = current(snapshot, borrowed, path);
        let wired = wire::wire(&text, &spec, &line).map_err(|cause| RenderError::Edit { path: path.clone(), cause })?;
        if let wire::Wiring::Wired(wired) = wired
            && let Some((wired, line)) = wire::laid_out(&text, wired, line, input.rustfmt)
        {
            insert(borrowed, path, wired, line);
            return Ok(Vec::new());
        }
    }
    if sites.is_empty() {
        return Ok(vec![ManualStep { text: call(input, &snapshot.crate_root, false), place: None }]);
    }
    let step = |(path, site): (Utf8PathBuf, Site)| {
        let text = call(input, &path, site.inline);
        ManualStep { text, place: Some((path, site.line)) }
    };
    let mut steps: Vec<ManualStep> = sites.into_iter().map(step).collect();
    steps.sort();
    steps.dedup();
    Ok(steps)
}

/// A remark for each line that was inserted earlier and stays, although it would not be inserted now.
pub(super) fn stays(input: &Input, borrowed: &[BorrowedText]) -> Vec<String> {
    if input.answers.wire.unwrap_or(false) {
        return Vec::new();
    }
    let recorded = input.snapshot.record.iter().flat_map(|record| &record.borrowed);
    let lines = recorded.flat_map(|file| file.lines.iter().map(|line| (input.snapshot.dir.join(&file.path), line)));
    let wired = lines.filter(|(path, line)| !renamed::is_former(input, path, line));
    let wired = wired.filter_map(|(path, line)| Some((path, wires(line)?.to_owned())));
    let found = wired.filter_map(|(path, line)| {
        let at = wire::line_of_call(&current(input.snapshot, borrowed, &path), slice::from_ref(&line))?;
        Some(format!("`{}:{at}`: `{}` stays, as what was wired once is yours to take out", shown(&path), shown(&line)))
    });
    found.collect()
}

fn spec(input: &Input) -> ChainSpec {
    let wiring = &input.blueprint.wiring;
    ChainSpec {
        starts: wiring.starts.clone(),
        rivals: wiring.rivals.clone(),
        needs: wiring.needs.clone(),
        asides: wiring.asides.clone(),
        before: wiring.before.clone(),
        ends: wiring.ends.clone(),
        first: wiring.first,
    }
}

/// Where chains are. A source file that does not parse is no reason to fail: it is only looked at for a place.
fn sites(snapshot: &Snapshot, borrowed: &[BorrowedText], spec: &ChainSpec) -> Vec<(Utf8PathBuf, Site)> {
    let found = snapshot.sources.iter().flat_map(|path| {
        let found = wire::find(&current(snapshot, borrowed, path), spec).unwrap_or_default();
        found.into_iter().map(|site| (path.clone(), site))
    });
    found.collect()
}

/// The line of a file in which the module is wired, in any form.
fn line_of(input: &Input, borrowed: &[BorrowedText], path: &Utf8Path) -> Option<usize> {
    wire::line_of_call(&current(input.snapshot, borrowed, path), &calls(input, path))
}

fn insert(borrowed: &mut Vec<BorrowedText>, path: &Utf8PathBuf, text: String, line: String) {
    match borrowed.iter_mut().find(|file| file.path == *path) {
        Some(file) => {
            file.text = text;
            file.lines.push(line);
        }
        None => borrowed.push(BorrowedText { path: path.clone(), text, lines: vec![line], entries: vec![] }),
    }
}

fn current(snapshot: &Snapshot, borrowed: &[BorrowedText], path: &Utf8Path) -> String {
    let edited = borrowed.iter().find(|file| file.path == path).map(|file| file.text.clone());
    edited.unwrap_or_else(|| snapshot.tree.get(path).unwrap_or("").to_owned())
}
