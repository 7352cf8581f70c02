//! Makes this version's texts: templates through Tera, borrowed files through edits.

mod crates;
mod declare;
mod renamed;
mod templates;
mod wiring;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use tera::Context;

use crate::blueprint::{Blueprint, BlueprintError};
use crate::edit::EditError;
use crate::edit::environment;
use crate::edit::manifest::{Inserted, Patched};
use crate::escape::shown;
use crate::inspect::{Host, Snapshot};
use crate::plan::Plan;
use crate::settings::{self, Answers, PROFILES, SettingsError};
use crates::{manifests, patch_manifest};
use declare::declare;
pub use renamed::is_former;
pub use templates::{engine, one, parse_ahead};

/// A text that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template or its facts.
    #[error(transparent)]
    Blueprint(#[from] BlueprintError),
    /// A borrowed file.
    #[error("failed to edit `{path}`\n  caused by: {cause}", path = shown(path))]
    Edit {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        cause: EditError,
    },
    /// The settings file.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A borrowed file that is not there.
    #[error("there is no readable file at `{path}`", path = shown(path))]
    Missing {
        /// The file.
        path: Utf8PathBuf,
    },
    /// The module's name is taken.
    #[error("`{path}` already has {what} named `{name}`", path = shown(path), name = shown(name))]
    Taken {
        /// Where it stands.
        path: Utf8PathBuf,
        /// What has the name.
        what: String,
        /// The name.
        name: String,
    },
}

impl RenderError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Blueprint(cause) => cause.code(),
            Self::Edit { cause, .. } => cause.code(),
            Self::Settings(cause) => cause.code(),
            Self::Missing { .. } => "read",
            Self::Taken { .. } => "name-taken",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Blueprint(cause) => cause.hint(),
            Self::Edit { cause, .. } => cause.hint(),
            Self::Settings(cause) => cause.hint(),
            Self::Missing { .. } => None,
            Self::Taken { .. } => Some("choose another name with `--module`".to_owned()),
        }
    }
}

/// A formatter of Rust text, which answers `None` where it cannot.
pub type Formatter<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A formatter of many files at once, by path.
pub type TreeFormatter<'a> = &'a dyn Fn(&[(&Utf8Path, &str)]) -> Vec<Option<String>>;

/// The user's own rustfmt.
#[derive(Clone, Copy)]
pub struct Rustfmt<'a> {
    /// For one text.
    pub one: Formatter<'a>,
    /// For many files at once.
    pub all: TreeFormatter<'a>,
}

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedText {
    /// Its id.
    pub id: String,
    /// Former ids.
    pub was: Vec<String>,
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// This version's text.
    pub text: String,
}

/// A borrowed file with our insertions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BorrowedText {
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// The new text.
    pub text: String,
    /// The lines that we inserted now.
    pub lines: Vec<String>,
    /// The manifest entries that we inserted now.
    pub entries: Vec<Inserted>,
}

/// A step that is left to the user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct ManualStep {
    /// The file, below the snapshot's base, and the line in it, counted from 1. None where no place was found.
    pub place: Option<(Utf8PathBuf, usize)>,
    /// What to write there.
    pub text: String,
    /// Whether it is there under a condition, so that it goes to each place of that kind.
    pub alternative: bool,
    /// Why it was not inserted, where that was wanted.
    pub why: Option<String>,
}

/// Everything that this version would write.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Files that are ours.
    pub owned: Vec<OwnedText>,
    /// Files that are the user's.
    pub borrowed: Vec<BorrowedText>,
    /// The settings file.
    pub settings: String,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// Remarks on the user's files.
    pub remarks: Vec<String>,
    /// The crates of the host that are reused.
    pub reused: Vec<String>,
    /// Remarks on the manifests.
    pub warnings: Vec<String>,
}

/// What one run renders from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What was read.
    pub snapshot: &'a Snapshot,
    /// What is offered.
    pub blueprint: &'a Blueprint,
    /// What was answered.
    pub answers: &'a Answers,
    /// The framework as the host has it.
    pub host: &'a Host,
    /// Authorized parties for `.env.example`.
    pub parties: &'a [String],
    /// The user's own rustfmt, where a configuration applies: generated files are as it has them.
    pub format: Option<Rustfmt<'a>>,
    /// The user's own rustfmt, which lays out the line that is wired.
    pub rustfmt: Formatter<'a>,
}

/// Renders a plan.
pub fn render(plan: &Plan, input: &Input) -> Result<Rendered, RenderError> {
    let cleaned = renamed::without_former(input)?;
    let before = input.snapshot;
    let input = &Input { snapshot: &cleaned, ..*input };
    let patched = patch_manifest(plan, input)?;
    let mut borrowed = manifests(plan, input, &patched);
    borrowed.push(declare(plan, input, &patched)?);
    borrowed.extend(example(plan, input));
    let (steps, remarks) = (wiring::wire_or_tell(input, &mut borrowed), wiring::stays(input, &borrowed));
    borrowed.extend(renamed::only_cleaned(before, &cleaned, &borrowed));
    let context = context(input, &patched);
    let owned = templates::all(plan, input, &context)?;
    let settings = match input.snapshot.tree.get(&plan.settings) {
        Some(text) => {
            let all = &input.blueprint.settings;
            let known = input.snapshot.record.as_ref().map_or(u32::MAX, |record| record.blueprint.version);
            settings::edit(text, input.answers, all, &settings::new_since(all, known, text))?
        }
        None => settings::write(input.answers, &input.blueprint.settings),
    };
    Ok(Rendered { owned, borrowed, settings, steps, remarks, reused: patched.reused, warnings: patched.notes })
}

/// The generated files alone.
pub fn generated(plan: &Plan, input: &Input) -> Result<Vec<OwnedText>, RenderError> {
    let patched = patch_manifest(plan, input)?;
    templates::all(plan, input, &context(input, &patched))
}

/// The variables that the code reads, with the placeholder that stands for each in `.env.example`.
fn variables<'a>(input: &'a Input, parties: &'a str) -> Vec<(&'a str, &'a str, &'a str)> {
    let wanted = input.blueprint.environment.iter();
    let wanted = wanted.filter(|variable| input.answers.holds(input.blueprint, &variable.when));
    let variables = wanted.map(|variable| {
        let asked = variable.name == "CLERK_AUTHORIZED_PARTIES" && !parties.is_empty();
        let value = if asked { parties } else { variable.placeholder.as_str() };
        (variable.name.as_str(), value, variable.help.as_str())
    });
    variables.collect()
}

/// What stands in a text of `.env.example` as we would write it, as the record has it.
pub fn variables_in(input: &Input, text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let blocks = variables(input, "").into_iter().map(|variable| block(&variable));
    blocks.filter(|block| text.contains(&format!("{block}\n")) || text.ends_with(block.as_str())).collect()
}

/// A variable as the record has it.
fn block((name, value, help): &(&str, &str, &str)) -> String {
    format!("# {help}\n{name}={value}")
}

/// The wiring line as a source file would have it, or an inline module in it.
fn call(input: &Input, path: &Utf8Path, inline: bool) -> String {
    named(&input.blueprint.wiring.call, &input.snapshot.path_to_module(path, inline, input.answers.module()))
}

/// The wiring line in each form that a source file may have.
pub fn calls(input: &Input, path: &Utf8Path) -> [String; 2] {
    [false, true].map(|inline| call(input, path, inline))
}

/// Replaces the module's name in a text of the facts.
pub fn named(text: &str, module: &str) -> String {
    text.replace("«module»", module)
}

fn context(input: &Input, patched: &Patched) -> Context {
    context_of(input.blueprint, input.answers, input.host, &input.snapshot.package.edition, &patched.crates)
}

/// The answers as the templates see them.
pub fn context_of(
    blueprint: &Blueprint,
    answers: &Answers,
    host: &Host,
    edition: &str,
    crates: &BTreeMap<String, String>,
) -> Context {
    let mut context = Context::new();
    let snake = |name: &str| name.replace('-', "_");
    let effective = |profile: &str| -> BTreeMap<String, settings::Value> {
        let values =
            blueprint.settings.iter().map(|setting| (snake(&setting.name), answers.effective(setting, profile)));
        values.collect()
    };
    for (name, value) in effective(answers.profile()) {
        context.insert(name, &value);
    }
    let profiles: BTreeMap<String, _> = PROFILES.iter().map(|profile| (snake(profile), effective(profile))).collect();
    context.insert("profiles", &profiles);
    context.insert("module", answers.module());
    context.insert("framework", &blueprint.name);
    context.insert("framework_version", host.version.as_deref().unwrap_or(""));
    context.insert("edition", edition);
    context.insert("profile", answers.profile());
    let mut crates: BTreeMap<String, String> =
        crates.iter().map(|(name, ident)| (snake(name), ident.clone())).collect();
    crates.insert(snake(&blueprint.framework.krate), host.ident.clone());
    context.insert("crates", &crates);
    context
}

/// `.env.example` with the variables that are new since we wrote it last. Where the user deleted it, it stays deleted.
fn example(plan: &Plan, input: &Input) -> Option<BorrowedText> {
    let snapshot = input.snapshot;
    let text = snapshot.tree.get(&plan.environment);
    let recorded = snapshot.record.as_ref().and_then(|record| record.borrowed(".env.example"));
    if text.is_none() && (recorded.is_some() || snapshot.ignored.as_ref() == Some(&plan.environment)) {
        return None;
    }
    let parties = input.parties.join(",");
    let variables = variables(input, &parties);
    let known = |name: &str| recorded?.lines.iter().find(|line| names(line, name));
    let new: Vec<_> = variables.iter().copied().filter(|(name, _, _)| known(name).is_none()).collect();
    let lines = variables.iter().map(|one| known(one.0).cloned().unwrap_or_else(|| block(one))).collect();
    Some(BorrowedText { path: plan.environment.clone(), text: environment::add(text, &new), lines, entries: vec![] })
}

/// Whether a recorded block of `.env.example` is about a variable.
fn names(block: &str, name: &str) -> bool {
    let assignment = block.lines().next_back().and_then(|line| line.split_once('='));
    assignment.is_some_and(|(own, _)| own == name)
}
