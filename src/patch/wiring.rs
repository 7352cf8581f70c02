//! The line that wires the module: inserted where that is wanted and the place is sure, otherwise told with its place.

use std::slice;

use camino::{Utf8Path, Utf8PathBuf};

use super::former::is_former;
use super::{ManualStep, PatchedFile};
use crate::blueprint::OnTop;
use crate::edit::wire::{self, ChainSpec, File, Site};
use crate::escape::shown;
use crate::inspect::Snapshot;
use crate::record::Inserted;
use crate::remark::Remark;
use crate::request::{Request, named};
use crate::tree::Tree;

/// The file with the wiring line in it, where that is wanted and it is sure where it goes; otherwise the places for it.
pub(super) fn wire_or_tell(request: &Request, texts: &Tree) -> (Option<PatchedFile>, Vec<ManualStep>) {
    let snapshot = &request.snapshot;
    let sources: Vec<(&Utf8PathBuf, &str)> = snapshot
        .chains
        .sources
        .iter()
        .chain(&snapshot.chains.related)
        .map(|path| (path, texts.get(path).unwrap_or("")))
        .collect();
    let wired = |(path, text): &(&Utf8PathBuf, &str)| wire::line_of_call(text, &request.calls(path)).is_some();
    // What we wired once is the user's to undo.
    if sources.iter().any(wired) || was_wired(request) {
        return (None, Vec::new());
    }
    if let Some(on_top) = request.blueprint.wiring.on_top_of(&snapshot.package.crates) {
        return (None, told(request, parameters(request, on_top, &sources)));
    }
    let sites = sites(request, &sources);
    match sites.as_slice() {
        [site] if request.answers.wire && site.spot.is_some() => {
            let (path, text) = sources[site.file];
            if let Some(file) = inserted(request, site, path, text) {
                return (Some(file), Vec::new());
            }
            let why = Some("other lines would have to be laid out anew for it".to_owned());
            (None, vec![ManualStep { why, ..step(request, site, path) }])
        }
        sites => (None, told(request, sites.iter().map(|site| step(request, site, sources[site.file].0)).collect())),
    }
}

/// The places where the call belongs. None is sure in a file that another crate has, too.
fn sites(request: &Request, sources: &[(&Utf8PathBuf, &str)]) -> Vec<Site> {
    let snapshot = &request.snapshot;
    let modules: Vec<String> = sources.iter().map(|(path, _)| module(snapshot, path)).collect();
    let files = modules.iter().zip(sources).map(|(module, (_, text))| File { module, text });
    let shared = |site: &Site| snapshot.chains.shared.contains(sources[site.file].0);
    let why = || Some("another crate of the package has this file, too, and not the module".to_owned());
    let sites = wire::survey(&files.collect::<Vec<_>>(), &spec(request)).into_iter();
    sites.map(|site| if shared(&site) { Site { why: why(), spot: None, ..site } } else { site }).collect()
}

/// The file with the call in it. `None` where other lines would have to change for it.
fn inserted(request: &Request, site: &Site, path: &Utf8PathBuf, text: &str) -> Option<PatchedFile> {
    let call = request.call(path, site.inline);
    let done = wire::wire(text, site.spot.as_ref()?, &call)?;
    let (text, call) = wire::laid_out(text, done, call, |text| request.snapshot.rustfmt.one(text))?;
    Some(PatchedFile { path: path.clone(), text, inserted: vec![Inserted::Call(call)] })
}

/// The line at one place, for a person to write.
fn step(request: &Request, site: &Site, path: &Utf8PathBuf) -> ManualStep {
    let call = request.call(path, site.inline);
    let text = match &site.variable {
        Some(variable) => format!("let {variable} = {variable}{call};"),
        None => call,
    };
    let why = site.why.clone().filter(|_| request.answers.wire || site.part);
    ManualStep { text, place: Some((path.clone(), site.line)), alternative: site.alternative, why }
}

/// The steps, or the line alone where no place is found, with the other members that have one.
fn told(request: &Request, steps: Vec<ManualStep>) -> Vec<ManualStep> {
    if !steps.is_empty() {
        return steps;
    }
    let snapshot = &request.snapshot;
    let elsewhere = snapshot.routers_in.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
    let package = shown(&snapshot.package.name);
    let why = (!elsewhere.is_empty())
        .then(|| format!("there is none in `{package}`, but in {}: was `--package` meant?", elsewhere.join(", ")));
    // What is on top of the framework is given its hooks in a module, where names of the root are out of reach.
    let inside = request.blueprint.wiring.on_top_of(&snapshot.package.crates).is_some();
    let text = match why {
        Some(_) if !inside => named(&request.blueprint.wiring.call, &snapshot.path_from_main(&request.module)),
        _ => request.call(&snapshot.crate_root, inside),
    };
    vec![ManualStep { text, place: None, alternative: false, why }]
}

/// Whether the line was inserted earlier and is not about to be inserted anew under another name.
fn was_wired(request: &Request) -> bool {
    let snapshot = &request.snapshot;
    let is_current =
        |path: &Utf8Path, one: &Inserted| matches!(one, Inserted::Call(_)) && !is_former(request, path, one);
    let mut patched = snapshot.record.iter().flat_map(|record| &record.patched);
    patched.any(|file| file.inserted.iter().any(|one| is_current(&file.path.below(&snapshot.dir), one)))
}

/// What takes the line in an application that something on top of the framework builds.
fn parameters(request: &Request, on_top: &OnTop, sources: &[(&Utf8PathBuf, &str)]) -> Vec<ManualStep> {
    let Some(of) = &on_top.parameter else { return Vec::new() };
    let found = sources.iter().flat_map(|(path, text)| {
        let step = move |(name, line): (String, usize)| ManualStep {
            text: format!("{name}{};", request.call(path, false)),
            place: Some(((*path).clone(), line)),
            alternative: false,
            why: None,
        };
        wire::parameters(text, of).into_iter().map(step)
    });
    found.collect()
}

/// The path by which other files call what a file has, such as `routes::users`.
fn module(snapshot: &Snapshot, path: &Utf8Path) -> String {
    let root = snapshot.roots.iter().find(|(root, _)| root == path);
    let within = || {
        let folder = snapshot.crate_root.parent().unwrap_or(Utf8Path::new(""));
        let path = path.strip_prefix(folder).unwrap_or(path).with_extension("");
        path.iter().filter(|part| *part != "mod").collect::<Vec<_>>().join("::")
    };
    root.map_or_else(within, |(_, name)| name.clone())
}

/// A remark for each line that was inserted earlier and stays, although it would not be inserted now.
pub(super) fn stays(request: &Request, texts: &Tree) -> Vec<Remark> {
    let snapshot = &request.snapshot;
    if request.answers.wire {
        return Vec::new();
    }
    let recorded = snapshot.record.iter().flat_map(|record| &record.patched);
    let all = recorded.flat_map(|file| file.inserted.iter().map(|one| (file.path.below(&snapshot.dir), one)));
    let current_ones = all.filter(|(path, one)| !is_former(request, path, one));
    let wired = current_ones.filter_map(|(path, one)| match one {
        Inserted::Call(made) => Some((path, &made.call)),
        _ => None,
    });
    let found = wired.filter_map(|(path, call)| {
        let line = wire::line_of_call(texts.get(&path).unwrap_or(""), slice::from_ref(call))?;
        Some(Remark::StaysWired { path, line, call: call.clone() })
    });
    found.collect()
}

fn spec<'a>(request: &'a Request) -> ChainSpec<'a> {
    ChainSpec {
        wiring: &request.blueprint.wiring,
        krate: &request.host.krate,
        ident: &request.host.ident,
        roots: request.snapshot.roots.iter().map(|(_, name)| name.as_str()).collect(),
        own_types: request.snapshot.chains.own_types,
    }
}
