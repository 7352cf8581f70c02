//! Which project, which package: what cargo and the records say about what is meant.

use camino::{Utf8Path, Utf8PathBuf};

use super::interrupt;
use super::prompt::asking;
use crate::apply::{self, ApplyError, Checkout, Recovered};
use crate::ask::{self, AskError, Prompt};
use crate::blueprint::{self, Blueprint, BlueprintError};
use crate::change::Change;
use crate::cli::{Common, Write};
use crate::error::Error;
use crate::escape::shown;
use crate::inspect::{self, Asked, InspectError, Package, Project, Snapshot, Sought, Supported, Target, TargetKind};
use crate::record::Record;
use crate::render;
use crate::settings;
use crate::terminal::Terminal;

/// The blueprints, built in or from a folder.
pub(super) fn blueprints(folder: Option<&Utf8Path>) -> Result<Vec<Blueprint>, Error> {
    let sources = folder.map_or_else(|| Ok(blueprint::embedded()), inspect::blueprints)?;
    let mut blueprints = blueprint::load_all(&sources)?;
    if let (Some(folder), true) = (folder, blueprints.is_empty()) {
        let cause = "no folder in it has a `blueprint.toml`".to_owned();
        return Err(BlueprintError::Facts { path: folder.to_string(), cause }.into());
    }
    let name = folder.map(inspect::folder_name).transpose()?;
    for blueprint in &mut blueprints {
        settings::validate(blueprint)?;
        blueprint.folder.clone_from(&name);
    }
    Ok(blueprints)
}

/// The project around the current folder, or the one that was named, with what the blueprints support in it.
pub(super) fn project(common: &Common, blueprints: &[Blueprint]) -> Result<Project, Error> {
    answered_for(ask_cargo(common)?, common, blueprints)
}

/// The project and the blueprints, which are read and parsed while cargo works on its answer.
pub(super) fn project_and_blueprints(
    common: &Common,
    folder: Option<&Utf8Path>,
) -> Result<(Project, Vec<Blueprint>), Error> {
    let asked = ask_cargo(common)?;
    let blueprints = blueprints(folder)?;
    render::parse_ahead(&blueprints);
    Ok((answered_for(asked, common, &blueprints)?, blueprints))
}

fn ask_cargo(common: &Common) -> Result<Asked, Error> {
    let flags = common.cargo_flags().map(str::to_owned).collect();
    Ok(inspect::ask_cargo(common.manifest_path.as_deref(), flags)?)
}

fn answered_for(asked: Asked, common: &Common, blueprints: &[Blueprint]) -> Result<Project, Error> {
    let supported = blueprints.iter().map(|blueprint| Supported {
        name: blueprint.name.clone(),
        krate: blueprint.framework.krate.clone(),
        title: blueprint.framework.title.clone(),
        versions: blueprint.framework.versions.clone(),
    });
    let project = inspect::project(asked, &supported.collect::<Vec<_>>())?;
    let named = |(name, _): &&(String, Utf8PathBuf)| common.package.as_ref().is_none_or(|package| package == name);
    match project.foreign.iter().find(named) {
        // Not another project that happens to be linked in, unless there is one of this repository.
        Some((name, dir)) if common.package.is_some() || project.packages.is_empty() => {
            Err(InspectError::Foreign { name: name.clone(), dir: dir.clone() }.into())
        }
        _ => Ok(project),
    }
}

/// The package that is meant, among those that have a supported framework.
pub(super) fn with_framework(
    project: &Project,
    common: &Common,
    blueprints: &[Blueprint],
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Package, Error> {
    Ok(ask::package(project, common.package.as_deref(), blueprints, asking(prompt))?.clone())
}

/// The packages that have a record: all of the workspace, or the one that is meant.
pub(super) fn recorded(project: &Project, common: &Common, all: bool) -> Result<Vec<Package>, Error> {
    let has = |package: &&Package| inspect::has_record(&package.dir);
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
        _ => Err(several(names())),
    }
}

fn several(candidates: Vec<String>) -> Error {
    AskError::Ambiguous { what: "packages", candidates, flag: "--package", likely: None, unfit: vec![] }.into()
}

/// What the record of a package concerns, without blueprint and answers.
pub(super) fn recorded_snapshot(project: &Project, package: &Package) -> Result<Snapshot, Error> {
    let absent = || Error::NoRecord { package: Some(package.name.clone()), candidates: vec![] };
    let record = inspect::record(&package.dir)?.ok_or_else(absent)?;
    let path = package.dir.join(record.root().unwrap_or(Utf8Path::new("src/main.rs")));
    let known = package.targets.iter().find(|target| target.path == path).cloned();
    let root = known.unwrap_or(Target { name: package.name.clone(), kind: TargetKind::Binary, path });
    let module = record.module_dir().and_then(Utf8Path::file_name).unwrap_or("clerk").to_owned();
    Ok(inspect::snapshot(project, package, &root, &module, Sought::default(), Some(record))?)
}

/// The names of the packages in which files were changed below a folder.
pub(super) fn changed(project: &Project, base: &Utf8Path, changes: &[Change]) -> String {
    let touched = |package: &&Package| changes.iter().any(|change| base.join(&change.path).starts_with(&package.dir));
    let nested = |one: &Package, other: &Package| other.dir != one.dir && other.dir.starts_with(&one.dir);
    let found: Vec<&Package> = project.packages.iter().filter(touched).collect();
    let innermost = found.iter().filter(|one| !found.iter().any(|other| nested(one, other)));
    innermost.map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Asks whether to put back what an interrupted run left, before anything else is read: it may have left no record yet, or
/// none any more. Says what became of it. A dry run writes nothing, so it only says what it met.
pub(super) fn heal(
    project: &Project,
    write: &Write,
    prompt: &mut Option<Box<dyn Prompt>>,
    terminal: Terminal,
) -> Result<Option<Recovered>, Error> {
    if write.dry_run {
        return interrupted(project, terminal).map(|()| None);
    }
    let Some(waiting) = apply::waiting(&Checkout::of(&project.root))? else { return Ok(None) };
    let files = waiting.to_put_back();
    if !files.is_empty() {
        let listed = first_of(files);
        terminal.warning(&format!("an earlier run was interrupted, and left these files changed:{listed}"));
        match asking(prompt).map(|prompt| prompt.confirm("Put them back?")).transpose()? {
            _ if write.yes => {}
            Some(true) => {}
            Some(false) => return Err(Error::Declined),
            None => return Err(ApplyError::Interrupted.into()),
        }
    }
    interrupt::roll_back();
    let healed = waiting.heal();
    interrupt::written();
    let healed = healed?;
    terminal.warning(&healed.to_string());
    Ok(Some(healed))
}

/// The first of some files, a line each, and how many more there are.
fn first_of(files: &[Utf8PathBuf]) -> String {
    /// More than these say nothing new.
    const NAMED: usize = 8;
    let named: String = files.iter().take(NAMED).map(|path| format!("\n  * {}", shown(path))).collect();
    match files.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}\n  * and {more} more"),
    }
}

/// Fails where an interrupted run waits to be healed. What somebody else left is not acted on, by those who only look.
pub(super) fn interrupted(project: &Project, terminal: Terminal) -> Result<(), Error> {
    match apply::interrupted(&Checkout::of(&project.root)) {
        Err(unbound @ ApplyError::Unbound) => {
            terminal.warning(&format!("{unbound}: {}", unbound.hint().unwrap_or_default()));
            Ok(())
        }
        other => Ok(other?),
    }
}

/// The blueprint from which a record's code came, which may follow the recorded version.
pub(super) fn of_record<'a>(record: &Record, blueprints: &'a [Blueprint]) -> Result<&'a Blueprint, Error> {
    let name = &record.blueprint.name;
    let known = || blueprints.iter().map(|blueprint| blueprint.name.clone()).collect();
    let found = blueprints.iter().find(|blueprint| blueprint.name == *name);
    let blueprint = found.ok_or_else(|| BlueprintError::Unknown { name: name.clone(), known: known() })?;
    fits(record, blueprint)?;
    Ok(blueprint)
}

/// Whether this blueprint may follow the recorded one.
pub(super) fn fits(record: &Record, blueprint: &Blueprint) -> Result<(), Error> {
    let old = &record.blueprint;
    match (&old.folder, &blueprint.folder) {
        (Some(folder), None) => Err(Error::OtherBlueprints { folder: folder.clone() }),
        _ if old.name == blueprint.name && old.version > blueprint.version => {
            Err(Error::OlderBlueprint { name: old.name.clone(), recorded: old.version, offered: blueprint.version })
        }
        _ => Ok(()),
    }
}
