//! How a program stops at start on bad configuration: in a form that its `main` takes, and that prints the message.

use camino::{Utf8Path, Utf8PathBuf};

use crate::edit::main_function::main_function;
use crate::propose::Proposal;
use crate::request::{Request, named};

/// What is to stand first of all in `main`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Where `main` stands, below the snapshot's base, where it was found.
    pub main: Option<(Utf8PathBuf, usize)>,
    /// The lines.
    pub lines: Vec<String>,
}

/// The lines for the `main` that is there. None where the framework stops the program by itself.
pub fn stop(request: &Request, proposal: &Proposal) -> Option<Stop> {
    let snapshot = &request.snapshot;
    let call = named(request.blueprint.wiring.start.as_ref()?, &snapshot.path_from_main(&request.module));
    let own = std::iter::once(&snapshot.crate_root).filter(|_| !snapshot.library);
    let files = own.chain(snapshot.roots.iter().map(|(path, _)| path));
    let written = |path: &Utf8Path| proposal.changes.iter().find(|change| change.path == path)?.after.as_deref();
    let text = |path: &Utf8Path| written(path).or_else(|| snapshot.tree.get(path));
    let mains = files.filter_map(|path| Some((path, main_function(text(path)?)?)));
    let main = mains.into_iter().next();
    let lines = match &main {
        Some((_, main)) if main.takes_any_error => vec![format!("{call}?;")],
        _ => vec![
            format!("if let Err(error) = {call} {{"),
            "    eprintln!(\"error: {error}\");".to_owned(),
            "    std::process::exit(1);".to_owned(),
            "}".to_owned(),
        ],
    };
    Some(Stop { main: main.map(|(path, main)| (path.clone(), main.line)), lines })
}
