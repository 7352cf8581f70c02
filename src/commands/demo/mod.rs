//! `demo`: a small app in a temporary folder, patched by `init`, built, started and asked.

mod app;
mod questions;

use std::sync::atomic::Ordering;

use camino::{Utf8Path, Utf8PathBuf};

use super::{init, interrupt, packages};
use crate::apply::{self, Checkout, Site};
use crate::ask::AskError;
use crate::blueprint::{self, Demo as App};
use crate::change::Change;
use crate::cli::{Common, Demo, Init, Profile, Write};
use crate::diff;
use crate::error::Error;
use crate::issuer::Issuer;
use crate::terminal::Terminal;

/// The one origin from which the app takes tokens.
const PARTY: &str = "http://localhost:3000";

/// Runs `demo`.
pub fn run(flags: &Demo, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let held = [("--locked", common.locked), ("--frozen", common.frozen)];
    if let Some((flag, _)) = held.into_iter().find(|(_, given)| *given) {
        return Err(Error::NoLockFile { flag });
    }
    interrupt::roll_back();
    let shown = demo(flags, common, terminal);
    // An interrupt ends cargo and the app as well, and whatever they complain of then is no fault.
    if apply::STOP.load(Ordering::SeqCst) { Err(AskError::Cancelled.into()) } else { shown }
}

fn demo(flags: &Demo, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let blueprint = blueprint::load(&blueprint::embedded(), &flags.framework)?;
    let demo = blueprint.demo.expect("every built-in blueprint has a demo");
    let folder = tempfile::Builder::new()
        .prefix("clerk-sessions-demo-")
        .tempdir()
        .map_err(|cause| outside("failed to make a temporary folder", &cause))?;
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned())
        .map_err(|path| outside("failed to make a temporary folder", &path.display()))?;
    if flags.keep {
        let _ = folder.keep();
        terminal.status("Keeping", path.as_str());
    }
    terminal.status("Writing", &format!("a small {} app", blueprint.framework.title));
    let main = demo.main.clone();
    write(&path, &[("Cargo.toml", None, &demo.manifest), ("src/main.rs", None, &main)])?;
    patch(&path, flags, common, terminal)?;
    take_session(&path, &demo, terminal)?;
    if flags.dry_run {
        terminal.note("dry run: the app was not built");
        return Ok(0);
    }
    let program = app::build(&path, common, terminal)?;
    let issuer = Issuer::new().map_err(|cause| outside("failed to make a throw-away key", &cause))?;
    let server = app::start(&program, &issuer)?;
    let good = questions::ask(&server, &issuer, terminal)?;
    Ok(u8::from(!good))
}

/// What `cargo clerk-sessions init --profile dev --wire --yes` does to the app.
fn patch(path: &Utf8Path, flags: &Demo, common: &Common, terminal: Terminal) -> Result<(), Error> {
    terminal.status("Running", "cargo clerk-sessions init --profile dev --wire --yes");
    let write = Write { yes: true, allow_no_vcs: true, ..Write::default() };
    let init = Init {
        framework: Some(flags.framework.clone()),
        profile: Some(Profile::Dev),
        wire: true,
        write,
        ..Init::default()
    };
    let common = Common { manifest_path: Some(path.join("Cargo.toml")), package: None, ..common.clone() };
    let (project, blueprints) = packages::project_and_blueprints(&common, None)?;
    let patched = init::init(&init, &common, &project, &blueprints, Terminal { quiet: true, ..terminal });
    if !flags.keep {
        // The app goes, and what is kept for `undo` with it.
        Checkout::of(&project.root).forget();
    }
    patched.map(|_| ())
}

/// The edit that is left to the user: a handler takes the session.
fn take_session(path: &Utf8Path, demo: &App, terminal: Terminal) -> Result<(), Error> {
    let patched = crate::inspect::text(&path.join("src/main.rs"))?;
    let edited = patched.replace(&demo.before, &demo.after);
    terminal.status("Editing", "the handler, as you would");
    terminal.patch(&diff::unified(
        &Change::new("src/main.rs", Some(patched.clone()), Some(edited.clone())),
        Utf8Path::new(""),
    ))?;
    write(path, &[("src/main.rs", Some(&patched), &edited)])
}

fn write(path: &Utf8Path, files: &[(&str, Option<&str>, &str)]) -> Result<(), Error> {
    let change = |(name, before, after): &(&str, Option<&str>, &str)| {
        Change::new(*name, before.map(str::to_owned), Some((*after).to_owned()))
    };
    let changes: Vec<Change> = files.iter().map(change).collect();
    Ok(apply::write(&Site::alone(path), &changes)?)
}

fn outside(what: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::Outside { what: what.to_owned(), cause: cause.to_string() }
}
