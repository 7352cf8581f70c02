//! `init`: inspect, ask, show the diff, confirm, apply.

use std::sync::atomic::Ordering;

use camino::Utf8Path;

use super::{report, request, show, verify};
use crate::apply;
use crate::ask::{self, AskError, Prompt};
use crate::blueprint::{self, Blueprint, BlueprintError};
use crate::change::Outcome;
use crate::cli::{Common, Init, Write};
use crate::error::Error;
use crate::format::formatter;
use crate::guard::{Allowed, guard};
use crate::inspect::{self, Host, Package, Project, Snapshot};
use crate::merge::Conflict;
use crate::propose::{Proposal, propose};
use crate::render::{Formatter, Input};
use crate::settings::{self, Answers};
use crate::terminal::{self, Inquirer, Terminal};

/// What was read and answered.
pub(super) struct Chosen<'a> {
    pub project: &'a Project,
    pub snapshot: Snapshot,
    pub host: Host,
    pub blueprint: Blueprint,
    pub answers: Answers,
    pub parties: Vec<String>,
}

/// Runs `init`.
pub fn run(flags: &Init, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut inquirer = Inquirer;
    let asks = terminal::interactive() && !flags.write.yes && !flags.write.no_input;
    let mut prompt: Option<&mut dyn Prompt> = if asks { Some(&mut inquirer) } else { None };
    let blueprints = blueprints(flags.write.blueprints.as_deref())?;
    let project = inspect::project(&request(common, &blueprints))?;
    let supported: Vec<_> = blueprints.iter().map(|blueprint| blueprint.framework.krate.clone()).collect();
    let package = ask::package(&project, common.package.as_deref(), &supported, again(&mut prompt))?.clone();
    heal(&project, &package, &flags.write, terminal)?;
    let chosen = choose(flags, &project, &package, &blueprints, &mut prompt)?;
    let proposal = proposal(&chosen)?;
    if !flags.write.dry_run {
        guard(&chosen.snapshot, &proposal.changes, allowed(&flags.write))?;
    }
    show::proposal(&chosen, &proposal, flags.write.format, terminal)?;
    if flags.write.dry_run || !proposal.writes() {
        return Ok(done(&proposal, &flags.write, terminal));
    }
    confirm(&flags.write, prompt)?;
    write(&chosen, &proposal, flags, common, terminal)?;
    report::left_to_do(&chosen, &proposal, flags.write.format, terminal);
    Ok(0)
}

/// A prompt for one more question.
fn again<'a>(prompt: &'a mut Option<&mut dyn Prompt>) -> Option<&'a mut dyn Prompt> {
    match prompt {
        Some(prompt) => Some(&mut **prompt),
        None => None,
    }
}

/// The blueprints, built in or from a folder.
pub(super) fn blueprints(folder: Option<&Utf8Path>) -> Result<Vec<Blueprint>, Error> {
    let sources = folder.map_or_else(|| Ok(blueprint::embedded()), inspect::blueprints)?;
    let mut blueprints = blueprint::load_all(&sources)?;
    if let (Some(folder), true) = (folder, blueprints.is_empty()) {
        let cause = "no folder in it has a `blueprint.toml`".to_owned();
        return Err(BlueprintError::Facts { path: folder.to_string(), cause }.into());
    }
    for blueprint in &mut blueprints {
        blueprint.folder = folder.and_then(Utf8Path::file_name).map(str::to_owned);
    }
    Ok(blueprints)
}

/// Rolls an interrupted run back before anything is read. A dry run writes nothing, so it only says what it met.
fn heal(project: &Project, package: &Package, write: &Write, terminal: Terminal) -> Result<(), Error> {
    let base = inspect::base(project, package);
    if write.dry_run {
        return apply::interrupted(&base).map_err(Error::from);
    }
    if let Some(recovered) = apply::recover(&base)? {
        terminal.warning(&recovered.to_string());
    }
    Ok(())
}

/// Answers: flags, then the settings file, then questions or defaults.
fn choose<'a>(
    flags: &Init,
    project: &'a Project,
    package: &Package,
    blueprints: &[Blueprint],
    prompt: &mut Option<&mut dyn Prompt>,
) -> Result<Chosen<'a>, Error> {
    let all_settings = blueprints.first().map(|blueprint| blueprint.settings.clone()).unwrap_or_default();
    let kept = inspect::settings_text(package)?;
    let file = kept.as_deref().map(|text| settings::parse(text, &all_settings)).transpose()?;
    let mut answers = given(flags, &all_settings)?.or(file.clone().unwrap_or_default());
    let host = ask::framework(package, &answers, blueprints, again(prompt))?.clone();
    let root = ask::root(package, &host, &answers, again(prompt))?;
    let blueprint = blueprints.iter().find(|one| one.name == host.name).expect("a host has a blueprint").clone();
    let mut parties = Vec::new();
    if let (Some(prompt), None) = (again(prompt), &file) {
        parties = ask::choices(&mut answers, &blueprint.settings, prompt)?;
    }
    if answers.profile.is_none() && !flags.write.yes {
        return Err(AskError::Unanswered {
            question: "which session profile?".to_owned(),
            flag: "--profile <PROFILE>".to_owned(),
        }
        .into());
    }
    answers.profile.get_or_insert_with(|| "prod".to_owned());
    answers.framework = Some(host.name.clone());
    answers.module.get_or_insert_with(|| "clerk".to_owned());
    answers.wire.get_or_insert(false);
    let snapshot = inspect::snapshot(project, package, &root, answers.module(), &blueprint.wiring.starts)?;
    Ok(Chosen { project, snapshot, host, blueprint, answers, parties })
}

/// The answers that the flags give.
fn given(flags: &Init, known: &[blueprint::Setting]) -> Result<Answers, Error> {
    let mut answers = Answers::default();
    for given in &flags.set {
        let (name, value) = given.split_once('=').ok_or_else(|| Error::Set { given: given.clone() })?;
        answers.put(known, name.trim(), &toml::Value::String(value.trim().to_owned()))?;
    }
    let named = flags.module.as_deref().map(settings::module_name).transpose()?;
    let wire = if flags.wire { Some(true) } else { flags.no_wire.then_some(false) };
    let direct = Answers {
        framework: flags.framework.map(|framework| framework.name().to_owned()),
        module: named,
        root: flags.root.clone(),
        profile: flags.profile.map(|profile| profile.name().to_owned()),
        wire,
        ..Answers::default()
    };
    Ok(direct.or(answers))
}

/// What would change; on a first run whatever is in the way stops it, later the user's own edits do.
fn proposal(chosen: &Chosen) -> Result<Proposal, Error> {
    let snapshot = &chosen.snapshot;
    let folder = snapshot.base.join(&snapshot.crate_root).parent().unwrap_or(&snapshot.base).to_owned();
    let rustfmt = formatter(folder, snapshot.package.edition.clone());
    let format: Option<Formatter> = if snapshot.rustfmt { Some(&rustfmt) } else { None };
    let (blueprint, answers, host, parties) = (&chosen.blueprint, &chosen.answers, &chosen.host, &chosen.parties);
    let proposal = propose(&Input { snapshot, blueprint, answers, host, parties, format }, Conflict::Abort)?;
    let mut files = proposal.with(Outcome::Conflicted);
    // New answers are applied to files that are as we wrote them; an edit is named, even one that could be merged.
    files.extend(proposal.with(Outcome::Merged));
    match (files.is_empty(), &snapshot.record) {
        (true, _) => Ok(proposal),
        (false, None) => Err(Error::InTheWay { files }),
        (false, Some(_)) => Err(Error::Conflicts { files }),
    }
}

fn allowed(write: &Write) -> Allowed {
    Allowed { dirty: write.allow_dirty, staged: write.allow_staged, no_vcs: write.allow_no_vcs }
}

fn confirm(write: &Write, prompt: Option<&mut dyn Prompt>) -> Result<(), Error> {
    let question = "Apply these changes?";
    if write.yes {
        return Ok(());
    }
    match prompt.map(|prompt| prompt.confirm(question)).transpose()? {
        Some(true) => Ok(()),
        Some(false) => Err(Error::Declined),
        None => Err(AskError::Unanswered { question: question.to_owned(), flag: "--yes".to_owned() }.into()),
    }
}

/// Applies, and with `--verify` checks that the project compiles as it did before.
fn write(chosen: &Chosen, proposal: &Proposal, flags: &Init, common: &Common, terminal: Terminal) -> Result<(), Error> {
    let snapshot = &chosen.snapshot;
    let undo = verify::undo_file(chosen.project, &snapshot.package);
    let baseline =
        flags.write.verify.then(|| verify::baseline(snapshot, chosen.project, common, terminal)).transpose()?;
    // From here on an interrupt is a roll-back. A handler that is set already is this one.
    let _ = ctrlc::set_handler(|| apply::STOP.store(true, Ordering::SeqCst));
    apply::apply(&snapshot.base, &undo, &proposal.changes)?;
    show::outcomes(chosen, proposal, terminal);
    match baseline {
        Some(baseline) => verify::verify(&baseline, snapshot, chosen.project, common, terminal),
        None => Ok(()),
    }
}

/// The end of a run that writes nothing.
fn done(proposal: &Proposal, write: &Write, terminal: Terminal) -> u8 {
    if proposal.writes() {
        terminal.note("dry run: nothing was written");
    } else if !write.dry_run || write.format == crate::cli::Format::Unified {
        terminal.status("Unchanged", "everything is as the settings say");
    }
    0
}
