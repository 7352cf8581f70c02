//! From the command line to a request: reads what a change concerns, and asks what is open.

use camino::{Utf8Path, Utf8PathBuf};

use super::interrupt;
use super::packages::fits;
use super::prompt::asking;
use crate::ask::{self, AskError, Prompt};
use crate::blueprint::{self, Blueprint, Setting};
use crate::error::Error;
use crate::id;
use crate::inspect::{self, Package, Project, Snapshot, Sought};
use crate::merge;
use crate::plan::module_dir;
use crate::record::Record;
use crate::request::Request;
use crate::settings::{self, Answers, Resolved};
use crate::whereabouts;

/// What the command line says about the answers.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Flags {
    /// Answers, in the words of `--set`; of two for one setting the later counts.
    pub set: Vec<String>,
    /// Whether it is `init`, which has flags of its own for some answers.
    pub first: bool,
    /// Whether defaults are taken for what is not answered.
    pub yes: bool,
    /// Whether the changes are to be confirmed.
    pub confirms: bool,
    /// Whether the record cannot be read, which `adopt` is for.
    pub lost_record: bool,
}

impl Flags {
    /// Those of a command that asks nothing and takes defaults.
    pub(super) fn defaults() -> Self {
        Self { yes: true, ..Self::default() }
    }
}

/// What a run is asked for in each of some packages.
pub(super) fn requests<'a>(
    flags: &Flags,
    project: &Project,
    packages: &[Package],
    blueprints: &'a [Blueprint],
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Vec<Request<'a>>, Error> {
    packages.iter().map(|package| request(flags, project, package, blueprints, prompt)).collect()
}

/// Answers: flags, then the settings file, then questions or defaults.
pub(super) fn request<'a>(
    flags: &Flags,
    project: &Project,
    package: &Package,
    blueprints: &'a [Blueprint],
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Request<'a>, Error> {
    let known = blueprint::settings(blueprints);
    let record = if flags.lost_record { None } else { inspect::record(&package.dir)? };
    let file = inspect::settings_text(package)?;
    if record.is_some() && file.is_none() {
        return Err(Error::NoSettings { path: package.dir.join(settings::FILE) });
    }
    let path = inspect::prefix(&package.dir).join(settings::FILE);
    let kept = file.as_deref().map(|text| settings::parse(text, &known, &path)).transpose()?;
    let answers = answered(flags, &known)?.or(kept.clone().unwrap_or_default());
    let host = ask::framework(package, &answers, blueprints, asking(prompt))?.clone();
    let blueprint = blueprints.iter().find(|one| one.name == host.name).expect("a host has a blueprint");
    answers.fit(&blueprint.settings)?;
    record.as_ref().map_or(Ok(()), |record| fits(record, blueprint))?;
    let known = answers.root.clone().or_else(|| recorded_root(package, record.as_ref()));
    let roots = inspect::crate_roots(package, &host, &blueprint.wiring.all_starts());
    let root = ask::root(package, &host, blueprint, known.as_deref(), &roots, asking(prompt))?;
    let earlier = file.as_deref().zip(record.as_ref());
    let answers = complete(flags, answers, &blueprint.settings, earlier, prompt)?;
    let answers = Answers { framework: Some(host.name.clone()), ..answers }.resolved();
    let starts = blueprint.wiring.starts_among(&package.crates);
    let sought = Sought { starts: &starts, files: &blueprint.files, page: answers.guide.as_deref() };
    let previous = kept.filter(|_| record.is_some()).map(Answers::resolved);
    let snapshot = inspect::snapshot(project, package, &root, &answers.module, sought, record)?;
    settled(&snapshot)?;
    if flags.first {
        recorded_if_there(&snapshot, &answers)?;
    }
    if snapshot.rustfmt.configured {
        interrupt::leave_nothing();
    }
    let module = whereabouts::module(&snapshot, &answers.module);
    Ok(Request { snapshot, blueprint, host, answers, module, only: Vec::new(), previous })
}

/// The recorded crate root, while it is one.
fn recorded_root(package: &Package, record: Option<&Record>) -> Option<String> {
    let is_root = |root: &&Utf8Path| package.targets.iter().any(|target| target.path == package.dir.join(root));
    record.and_then(Record::root).filter(is_root).map(Utf8Path::to_string)
}

/// Asks what is still open, of a person where there is one.
fn complete(
    flags: &Flags,
    mut answers: Answers,
    settings: &[Setting],
    earlier: Option<(&str, &Record)>,
    prompt: &mut Option<Box<dyn Prompt>>,
) -> Result<Answers, Error> {
    match (asking(prompt), earlier) {
        (Some(prompt), None) => ask::choices(&mut answers, settings, prompt)?,
        (Some(prompt), Some(_)) => ask::profile(&mut answers, prompt)?,
        (None, _) if answers.profile.is_none() && !flags.yes => {
            let profile = if flags.first { "--profile <PROFILE>" } else { "--set profile=<PROFILE>" };
            // Whoever is told of one flag must not be told of the next one afterwards.
            let flags = std::iter::once(profile).chain(flags.confirms.then_some("--yes")).map(str::to_owned).collect();
            return Err(AskError::Unanswered { question: "which session profile?".to_owned(), flags }.into());
        }
        (None, _) => {}
    }
    answers.profile.get_or_insert_with(|| "prod".to_owned());
    if let Some((text, record)) = earlier {
        let new = settings::new_since(settings, record.blueprint.version, text);
        ask::new_questions(&mut answers, &new, asking(prompt), flags.yes)?;
    }
    Ok(answers)
}

/// The answers that the flags give.
fn answered(flags: &Flags, known: &[Setting]) -> Result<Answers, Error> {
    let mut answers = Answers::default();
    for given in &flags.set {
        let (name, value) = given.split_once('=').ok_or_else(|| Error::Set { given: given.clone() })?;
        answers.put(known, name.trim(), &toml::Value::String(value.trim().to_owned()))?;
    }
    Ok(answers)
}

/// Fails where the module is there without a record, so that nobody is told to make a second one.
fn recorded_if_there(snapshot: &Snapshot, answers: &Resolved) -> Result<(), Error> {
    let module = module_dir(snapshot, &answers.module);
    let ours = |(path, text): &(&Utf8Path, &str)| path.starts_with(&module) && id::of(text).is_some();
    let files: Vec<Utf8PathBuf> = snapshot.tree.iter().filter(ours).map(|(path, _)| path.to_owned()).collect();
    let lost = snapshot.record.is_none() && !files.is_empty();
    if lost { Err(Error::Unrecorded { module, files }) } else { Ok(()) }
}

/// Fails where conflict markers wait to be settled: a merge would take them for the user's text.
fn settled(snapshot: &Snapshot) -> Result<(), Error> {
    let open = whereabouts::recorded(snapshot).iter().filter_map(|file| {
        let path = whereabouts::in_snapshot(snapshot, file)?;
        let line = merge::marker_line(snapshot.tree.get(&path)?)?;
        Some((path, line))
    });
    let files: Vec<(Utf8PathBuf, usize)> = open.collect();
    if files.is_empty() { Ok(()) } else { Err(Error::Unsettled { files }) }
}
