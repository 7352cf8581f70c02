//! From the command line to everything that a change is made from: answers, texts, and what is offered.

use camino::{Utf8Path, Utf8PathBuf};

use super::interrupt;
use super::packages::fits;
use crate::ask::{self, AskError, Prompt};
use crate::blueprint::{self, Blueprint, Setting};
use crate::cli::Write;
use crate::error::Error;
use crate::id;
use crate::inspect::{self, Host, Package, Project, Snapshot, Sought};
use crate::merge;
use crate::plan::module_dir;
use crate::propose::whereabouts;
use crate::record::Record;
use crate::settings::{self, Answers};
use crate::terminal;

/// What was read and answered.
pub(super) struct Chosen<'a> {
    pub project: &'a Project,
    pub snapshot: Snapshot,
    pub host: Host,
    pub blueprint: &'a Blueprint,
    pub answers: Answers,
    /// The answers of the last run, where there was one.
    pub previous: Option<Answers>,
    pub parties: Vec<String>,
}

/// What the command line says about the answers.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    /// `--set`, as given.
    pub set: &'a [String],
    /// What has flags of its own.
    pub direct: Answers,
    /// Whether it is `init`, which has flags of its own for some answers.
    pub first: bool,
    /// Whether defaults are taken for what is not answered.
    pub yes: bool,
    /// Whether the record cannot be read, which `adopt` is for.
    pub lost_record: bool,
}

impl Given<'_> {
    /// All of it in the words of `--set`.
    pub(super) fn words(&self) -> Vec<String> {
        let Answers { framework, module, root, profile, wire, .. } = &self.direct;
        let named = [("framework", framework), ("module", module), ("root", root), ("profile", profile)];
        let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        named.chain(wire.map(|wire| format!("wire={wire}"))).chain(self.set.iter().cloned()).collect()
    }
}

/// Where questions are asked: on a terminal, unless the flags say otherwise.
pub(super) fn prompt(write: &Write) -> Option<Box<dyn Prompt>> {
    (terminal::interactive() && !write.yes && !write.no_input).then(|| {
        interrupt::leave_nothing();
        terminal::person()
    })
}

/// A prompt as the stages take it.
pub(super) fn asking(prompt: &mut Option<Box<dyn Prompt>>) -> Option<&mut dyn Prompt> {
    prompt.as_mut().map(|prompt| prompt.as_mut() as &mut dyn Prompt)
}

/// Answers: flags, then the settings file, then questions or defaults.
pub(super) fn choose<'a>(
    given: &Given,
    project: &'a Project,
    package: &Package,
    blueprints: &'a [Blueprint],
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Chosen<'a>, Error> {
    let known = blueprint::settings(blueprints);
    let record = if given.lost_record { None } else { inspect::record(&package.dir)? };
    let file = inspect::settings_text(package)?;
    if record.is_some() && file.is_none() {
        return Err(Error::NoSettings { path: package.dir.join(settings::FILE) });
    }
    let path = inspect::prefix(&package.dir).join(settings::FILE);
    let kept = file.as_deref().map(|text| settings::parse(text, &known, &path)).transpose()?;
    let mut answers = answered(given, &known)?.or(kept.clone().unwrap_or_default());
    let host = ask::framework(package, &answers, blueprints, asking(prompt))?.clone();
    let blueprint = blueprints.iter().find(|one| one.name == host.name).expect("a host has a blueprint");
    answers.fit(&blueprint.settings)?;
    record.as_ref().map_or(Ok(()), |record| fits(record, blueprint))?;
    let starts = blueprint.wiring.starts_among(&package.crates);
    let root = ask::root(package, &host, blueprint, &known_root(&answers, package, record.as_ref()), asking(prompt))?;
    let parties = complete(given, &mut answers, &blueprint.settings, file.as_deref().zip(record.as_ref()), prompt)?;
    answers.framework = Some(host.name.clone());
    answers.module.get_or_insert_with(|| "clerk".to_owned());
    answers.wire.get_or_insert(false);
    let sought = Sought { starts: &starts, files: &blueprint.files };
    let previous = kept.filter(|_| record.is_some());
    let snapshot = inspect::snapshot(project, package, &root, answers.module(), sought, record)?;
    settled(&snapshot)?;
    if given.first {
        recorded_if_there(&snapshot, &module_dir(&snapshot, &answers))?;
    }
    Ok(Chosen { project, snapshot, host, blueprint, answers, previous, parties })
}

/// The crate root as answered, else the recorded one, while it is one.
fn known_root(answers: &Answers, package: &Package, record: Option<&Record>) -> Answers {
    let is_root = |root: &&Utf8Path| package.targets.iter().any(|target| target.path == package.dir.join(root));
    let recorded = || record.and_then(Record::root).filter(is_root).map(Utf8Path::to_string);
    Answers { root: answers.root.clone().or_else(recorded), ..Answers::default() }
}

/// Asks what is still open, of a person where there is one; returns the authorized parties.
fn complete(
    given: &Given,
    answers: &mut Answers,
    settings: &[Setting],
    earlier: Option<(&str, &Record)>,
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Vec<String>, Error> {
    let mut parties = Vec::new();
    match (asking(prompt), earlier) {
        (Some(prompt), None) => parties = ask::choices(answers, settings, prompt)?,
        (Some(prompt), Some(_)) => ask::profile(answers, prompt)?,
        (None, _) if answers.profile.is_none() && !given.yes => {
            let flag = if given.first { "--profile <PROFILE>" } else { "--set profile=<PROFILE>" }.to_owned();
            return Err(AskError::Unanswered { question: "which session profile?".to_owned(), flag }.into());
        }
        (None, _) => {}
    }
    answers.profile.get_or_insert_with(|| "prod".to_owned());
    if let Some((text, record)) = earlier {
        let new = settings::new_since(settings, record.blueprint.version, text);
        ask::new_questions(answers, &new, asking(prompt), given.yes)?;
    }
    Ok(parties)
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

/// Fails where the module is there without a record, so that nobody is told to make a second one.
fn recorded_if_there(snapshot: &Snapshot, module: &Utf8Path) -> Result<(), Error> {
    let ours = |(path, text): (&Utf8Path, &str)| path.starts_with(module) && id::of(text).is_some();
    let lost = snapshot.record.is_none() && snapshot.tree.iter().any(ours);
    if lost { Err(Error::Unrecorded { module: module.to_owned() }) } else { Ok(()) }
}

/// Fails where conflict markers wait to be settled: a merge would take them for the user's text.
fn settled(snapshot: &Snapshot) -> Result<(), Error> {
    let recorded = snapshot.record.as_ref().map_or(&[][..], |record| &record.generated);
    let open = recorded.iter().filter_map(|file| {
        let path = whereabouts(&snapshot.dir, &snapshot.tree, recorded, file)?;
        let line = merge::marker_line(snapshot.tree.get(&path)?)?;
        Some((path, line))
    });
    let files: Vec<(Utf8PathBuf, usize)> = open.collect();
    if files.is_empty() { Ok(()) } else { Err(Error::Unsettled { files }) }
}
