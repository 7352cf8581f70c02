//! The line that wires the module: inserted where that is wanted and the place is sure, otherwise told with its place.

use std::slice;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Input, ManualStep, PatchedFile, call, calls, renamed};
use crate::blueprint::OnTop;
use crate::edit::wire::{self, ChainSpec, File, Site};
use crate::escape::shown;
use crate::inspect::Snapshot;
use crate::record::Inserted;

/// Inserts the wiring line where that is wanted and it is sure where it goes; otherwise tells the place.
pub(super) fn wire_or_tell(input: &Input, patched: &mut Vec<PatchedFile>) -> Vec<ManualStep> {
    let (snapshot, wiring) = (input.snapshot, &input.blueprint.wiring);
    let paths: Vec<&Utf8PathBuf> = snapshot.sources.iter().chain(&snapshot.related).collect();
    let texts: Vec<String> = paths.iter().map(|path| current(snapshot, patched, path)).collect();
    let wired = |(path, text): (&&Utf8PathBuf, &String)| wire::line_of_call(text, &calls(input, path)).is_some();
    // What we wired once is the user's to undo.
    if paths.iter().zip(&texts).any(wired) || renamed::was_wired(input) {
        return Vec::new();
    }
    let modules: Vec<String> = paths.iter().map(|path| module(snapshot, path)).collect();
    let files = modules.iter().zip(&texts).map(|(module, text)| File { module, text });
    let mut sites = wire::survey(&files.collect::<Vec<_>>(), &spec(input));
    if let Some(on_top) = wiring.on_top_of(&snapshot.package.crates) {
        return told(input, &parameters(input, on_top, &paths, &texts));
    }
    for site in sites.iter_mut().filter(|site| snapshot.shared_sources.contains(paths[site.file])) {
        site.why = Some("another crate of the package has this file, too, and not the module".to_owned());
        site.spot = None;
    }
    let wanted = input.answers.wire.unwrap_or(false);
    if let ([site], true) = (sites.as_mut_slice(), wanted)
        && let Some(spot) = &site.spot
    {
        let (path, text) = (paths[site.file], &texts[site.file]);
        let line = call(input, path, site.inline);
        let done = wire::wire(text, spot, &line);
        if let Some((text, call)) = done.and_then(|done| wire::laid_out(text, done, line, input.rustfmt)) {
            insert(patched, path, text, Inserted::Call(call));
            return Vec::new();
        }
        site.why = Some("other lines would have to be laid out anew for it".to_owned());
    }
    let step = |site: &Site| {
        let path = paths[site.file];
        let call = call(input, path, site.inline);
        let text = match &site.variable {
            Some(variable) => format!("let {variable} = {variable}{call};"),
            None => call,
        };
        let why = site.why.clone().filter(|_| wanted);
        ManualStep { text, place: Some((path.clone(), site.line)), alternative: site.alternative, why }
    };
    told(input, &sites.iter().map(step).collect::<Vec<_>>())
}

/// The steps, or the line alone where no place is found, with the other members that have one.
fn told(input: &Input, steps: &[ManualStep]) -> Vec<ManualStep> {
    if !steps.is_empty() {
        return steps.to_vec();
    }
    let elsewhere = input.snapshot.routers_in.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
    let package = shown(&input.snapshot.package.name);
    let why = (!elsewhere.is_empty())
        .then(|| format!("there is none in `{package}`, but in {}: was `--package` meant?", elsewhere.join(", ")));
    vec![ManualStep { text: call(input, &input.snapshot.crate_root, false), place: None, alternative: false, why }]
}

/// What takes the line in an application that something on top of the framework builds.
fn parameters(input: &Input, on_top: &OnTop, paths: &[&Utf8PathBuf], texts: &[String]) -> Vec<ManualStep> {
    let Some(of) = &on_top.parameter else { return Vec::new() };
    let found = paths.iter().zip(texts).flat_map(|(path, text)| {
        let step = move |(name, line): (String, usize)| ManualStep {
            text: format!("{name}{};", call(input, path, false)),
            place: Some(((*path).clone(), line)),
            alternative: false,
            why: None,
        };
        wire::parameters(text, of).into_iter().map(step)
    });
    found.collect()
}

/// The name by which other files call what a file has.
fn module(snapshot: &Snapshot, path: &Utf8Path) -> String {
    let root = snapshot.roots.iter().find(|(root, _)| root == path);
    let stem = path.file_stem().filter(|stem| *stem != "mod");
    let folder = || path.parent().and_then(Utf8Path::file_name);
    root.map(|(_, name)| name.clone()).or_else(|| stem.or_else(folder).map(str::to_owned)).unwrap_or_default()
}

/// A remark for each line that was inserted earlier and stays, although it would not be inserted now.
pub(super) fn stays(input: &Input, patched: &[PatchedFile]) -> Vec<String> {
    if input.answers.wire.unwrap_or(false) {
        return Vec::new();
    }
    let recorded = input.snapshot.record.iter().flat_map(|record| &record.patched);
    let all = recorded.flat_map(|file| file.inserted.iter().map(|one| (input.snapshot.dir.join(&file.path), one)));
    let current_ones = all.filter(|(path, one)| !renamed::is_former(input, path, one));
    let wired = current_ones.filter_map(|(path, one)| match one {
        Inserted::Call(made) => Some((path, &made.call)),
        _ => None,
    });
    let found = wired.filter_map(|(path, call)| {
        let at = wire::line_of_call(&current(input.snapshot, patched, &path), slice::from_ref(call))?;
        Some(format!("`{}:{at}`: `{}` stays, as what was wired once is yours to take out", shown(&path), shown(call)))
    });
    found.collect()
}

fn spec<'a>(input: &'a Input) -> ChainSpec<'a> {
    ChainSpec {
        wiring: &input.blueprint.wiring,
        krate: &input.host.krate,
        ident: &input.host.ident,
        roots: input.snapshot.roots.iter().map(|(_, name)| name.as_str()).collect(),
        own_types: input.snapshot.own_types,
    }
}

fn insert(patched: &mut Vec<PatchedFile>, path: &Utf8PathBuf, text: String, inserted: Inserted) {
    match patched.iter_mut().find(|file| file.path == *path) {
        Some(file) => {
            file.text = text;
            file.inserted.push(inserted);
        }
        None => patched.push(PatchedFile { path: path.clone(), text, inserted: vec![inserted] }),
    }
}

fn current(snapshot: &Snapshot, patched: &[PatchedFile], path: &Utf8Path) -> String {
    let edited = patched.iter().find(|file| file.path == path).map(|file| file.text.clone());
    edited.unwrap_or_else(|| snapshot.tree.get(path).unwrap_or("").to_owned())
}
