//! From the command line to everything that a change is made from: blueprints, package, answers, texts.

use camino::{Utf8Path, Utf8PathBuf};

use super::verify::undo_file;
use crate::apply::{self, ApplyError};
use crate::ask::{self, AskError, Prompt};
use crate::blueprint::{self, Blueprint, BlueprintError, Setting};
use crate::cli::{Common, Write};
use crate::error::Error;
use crate::inspect::{self, Asked, Host, Package, Project, Snapshot, Supported, Target, TargetKind};
use crate::merge;
use crate::record::{self, Record};
use crate::settings::{self, Answers};
use crate::terminal::{self, Inquirer, Terminal};

/// What was read and answered.
pub(super) struct Chosen<'a> {
    pub project: &'a Project,
    pub snapshot: Snapshot,
    pub host: Host,
    pub blueprint: &'a Blueprint,
    pub answers: Answers,
    pub parties: Vec<String>,
}

/// What the command line says about the answers.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    /// `--set`, as given.
    pub set: &'a [String],
    /// What has flags of its own.
    pub direct: Answers,
    /// Whether defaults are taken for what is not answered.
    pub yes: bool,
    /// Whether the record cannot be read, which `adopt` is for.
    pub lost_record: bool,
}

/// Where questions are asked: on a terminal, unless the flags say otherwise.
pub(super) fn prompt(write: &Write) -> Option<Inquirer> {
    (terminal::interactive() && !write.yes && !write.no_input).then_some(Inquirer)
}

/// A prompt as the stages take it.
pub(super) fn asking(prompt: &mut Option<Inquirer>) -> Option<&mut dyn Prompt> {
    prompt.as_mut().map(|prompt| prompt as &mut dyn Prompt)
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

/// The project around the current folder, or the one that was named, with what the blueprints support in it.
pub(super) fn project(common: &Common, blueprints: &[Blueprint]) -> Result<Project, Error> {
    answered_for(ask_cargo(common)?, blueprints)
}

/// The project and the blueprints, which are read while cargo works on its answer.
pub(super) fn project_and_blueprints(
    common: &Common,
    folder: Option<&Utf8Path>,
) -> Result<(Project, Vec<Blueprint>), Error> {
    let asked = ask_cargo(common)?;
    let blueprints = blueprints(folder)?;
    Ok((answered_for(asked, &blueprints)?, blueprints))
}

fn ask_cargo(common: &Common) -> Result<Asked, Error> {
    let flags = [("--offline", common.offline), ("--locked", common.locked), ("--frozen", common.frozen)];
    let flags = flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned()).collect();
    Ok(inspect::ask_cargo(common.manifest_path.as_deref(), flags)?)
}

fn answered_for(asked: Asked, blueprints: &[Blueprint]) -> Result<Project, Error> {
    let supported = blueprints.iter().map(|blueprint| Supported {
        name: blueprint.name.clone(),
        krate: blueprint.framework.krate.clone(),
        title: blueprint.framework.title.clone(),
        versions: blueprint.framework.versions.clone(),
    });
    Ok(inspect::project(asked, &supported.collect::<Vec<_>>())?)
}

/// The package that is meant, among those that have a supported framework.
pub(super) fn with_framework(
    project: &Project,
    common: &Common,
    blueprints: &[Blueprint],
    prompt: &mut Option<Inquirer>,
) -> Result<Package, Error> {
    let supported: Vec<_> = blueprints.iter().map(|blueprint| blueprint.framework.krate.clone()).collect();
    Ok(ask::package(project, common.package.as_deref(), &supported, asking(prompt))?.clone())
}

/// The packages that have a record: all of the workspace, or the one that is meant.
pub(super) fn recorded(project: &Project, common: &Common, all: bool) -> Result<Vec<Package>, Error> {
    let has = |package: &&Package| package.dir.join(record::FILE).is_file();
    let found: Vec<Package> = project.packages.iter().filter(has).cloned().collect();
    if all && !found.is_empty() {
        return Ok(found);
    }
    let names = || found.iter().map(|package| package.name.clone()).collect::<Vec<_>>();
    let absent = |package: Option<String>| Error::NoRecord { package, candidates: names() };
    let named = common.package.as_deref();
    if let Some(name) = named {
        let known = project.packages.iter().any(|package| package.name == name);
        let unknown = || Error::from(AskError::NoPackage { name: name.to_owned(), candidates: names() });
        let one = found.iter().find(|package| package.name == name).cloned();
        return one
            .map(|one| vec![one])
            .ok_or_else(|| if known { absent(named.map(str::to_owned)) } else { unknown() });
    }
    let current = project.current.map(|index| &project.packages[index]);
    match (current, found.as_slice()) {
        (Some(current), _) if has(&current) => Ok(vec![current.clone()]),
        (Some(current), _) if !current.is_workspace_root => Err(absent(Some(current.name.clone()))),
        (_, []) => Err(absent(None)),
        (_, [only]) => Ok(vec![only.clone()]),
        _ => Err(AskError::Ambiguous { what: "packages", candidates: names(), flag: "--package", likely: None }.into()),
    }
}

/// The package whose last change can be reverted.
pub(super) fn applied(project: &Project, common: &Common) -> Result<Package, Error> {
    let has = |package: &&Package| undo_file(project, package).is_file();
    let named = common.package.as_deref();
    let found: Vec<&Package> = match named {
        Some(name) => project.packages.iter().filter(|package| package.name == name).collect(),
        None => project.packages.iter().filter(has).collect(),
    };
    let current = project.current.map(|index| &project.packages[index]).filter(|_| named.is_none());
    match (current.filter(has), found.as_slice()) {
        (Some(current), _) => Ok(current.clone()),
        (None, [only]) => Ok((*only).clone()),
        (None, []) => Err(ApplyError::NothingToUndo.into()),
        (None, several) => {
            let candidates = several.iter().map(|package| package.name.clone()).collect();
            Err(AskError::Ambiguous { what: "packages", candidates, flag: "--package", likely: None }.into())
        }
    }
}

/// What the record of a package concerns, without blueprint and answers.
pub(super) fn recorded_snapshot(project: &Project, package: &Package) -> Result<Snapshot, Error> {
    let absent = || Error::NoRecord { package: Some(package.name.clone()), candidates: vec![] };
    let record = inspect::record(&package.dir)?.ok_or_else(absent)?;
    let path = package.dir.join(record.root().unwrap_or(Utf8Path::new("src/main.rs")));
    let known = package.targets.iter().find(|target| target.path == path).cloned();
    let root = known.unwrap_or(Target { name: package.name.clone(), kind: TargetKind::Binary, path });
    let module = record.module_dir().and_then(Utf8Path::file_name).unwrap_or("clerk").to_owned();
    Ok(inspect::snapshot(project, package, &root, &module, &[], Some(record))?)
}

/// Rolls an interrupted run back before anything is read. A dry run writes nothing, so it only says what it met.
pub(super) fn heal(base: &Utf8Path, dry_run: bool, terminal: Terminal) -> Result<(), Error> {
    if dry_run {
        return apply::interrupted(base).map_err(Error::from);
    }
    if let Some(recovered) = apply::recover(base)? {
        terminal.warning(&recovered.to_string());
    }
    Ok(())
}

/// Answers: flags, then the settings file, then questions or defaults.
pub(super) fn choose<'a>(
    given: &Given,
    project: &'a Project,
    package: &Package,
    blueprints: &'a [Blueprint],
    prompt: &mut Option<Inquirer>,
) -> Result<Chosen<'a>, Error> {
    let all_settings = blueprints.first().map_or(&[][..], |blueprint| &blueprint.settings);
    let record = if given.lost_record { None } else { inspect::record(&package.dir)? };
    let file = inspect::settings_text(package)?;
    if record.is_some() && file.is_none() {
        return Err(Error::NoSettings { path: package.dir.join(settings::FILE) });
    }
    let kept = file.as_deref().map(|text| settings::parse(text, all_settings)).transpose()?;
    let mut answers = answered(given, all_settings)?.or(kept.clone().unwrap_or_default());
    let host = ask::framework(package, &answers, blueprints, asking(prompt))?.clone();
    let blueprint = blueprints.iter().find(|one| one.name == host.name).expect("a host has a blueprint");
    record.as_ref().map_or(Ok(()), |record| fits(record, blueprint))?;
    let known_root = record.as_ref().and_then(Record::root).filter(|_| answers.root.is_none());
    let wanted_root =
        Answers { root: known_root.map(Utf8Path::to_string).or(answers.root.clone()), ..Answers::default() };
    let root = ask::root(package, &host, &wanted_root, asking(prompt))?;
    let mut parties = Vec::new();
    match (asking(prompt), &file, &record) {
        (Some(prompt), None, _) => parties = ask::choices(&mut answers, &blueprint.settings, prompt)?,
        (prompt, Some(text), Some(record)) => {
            let new = settings::new_since(&blueprint.settings, record.blueprint.version, text);
            ask::new_questions(&mut answers, &new, prompt, given.yes)?;
        }
        _ => {}
    }
    if answers.profile.is_none() && !given.yes {
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
    let starts = &blueprint.wiring.starts;
    let snapshot = inspect::snapshot(project, package, &root, answers.module(), starts, record)?;
    settled(&snapshot)?;
    Ok(Chosen { project, snapshot, host, blueprint, answers, parties })
}

/// The answers that the flags give.
fn answered(given: &Given, known: &[Setting]) -> Result<Answers, Error> {
    let mut answers = Answers::default();
    for given in given.set {
        let (name, value) = given.split_once('=').ok_or_else(|| Error::Set { given: given.clone() })?;
        answers.put(known, name.trim(), &toml::Value::String(value.trim().to_owned()))?;
    }
    Ok(given.direct.clone().or(answers))
}

/// Whether this blueprint may follow the recorded one.
pub(super) fn fits(record: &Record, blueprint: &Blueprint) -> Result<(), Error> {
    let old = &record.blueprint;
    match (&old.folder, &blueprint.folder) {
        (Some(folder), None) => Err(Error::OtherBlueprints { folder: folder.clone() }),
        (from, to) if from == to && old.name == blueprint.name && old.version > blueprint.version => {
            Err(Error::OlderBlueprint { name: old.name.clone(), recorded: old.version, offered: blueprint.version })
        }
        _ => Ok(()),
    }
}

/// Fails where conflict markers wait to be settled: a merge would take them for the user's text.
fn settled(snapshot: &Snapshot) -> Result<(), Error> {
    let recorded = snapshot.record.iter().flat_map(|record| &record.files);
    let open = recorded.filter_map(|file| {
        let path = snapshot.dir.join(&file.path);
        Some((path.clone(), merge::marker_line(snapshot.tree.get(&path)?)?))
    });
    let files: Vec<(Utf8PathBuf, usize)> = open.collect();
    if files.is_empty() { Ok(()) } else { Err(Error::Unsettled { files }) }
}
