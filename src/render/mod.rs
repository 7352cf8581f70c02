//! Makes this version's texts: templates through Tera, patched files through edits.

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
use crate::edit::manifest::Patched;
use crate::escape::shown;
use crate::inspect::{Host, Snapshot};
use crate::plan::Plan;
use crate::record::Inserted;
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
    /// A patched file.
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
    /// A patched file that is not there.
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
pub struct GeneratedFile {
    /// Its id.
    pub id: String,
    /// Former ids.
    pub was: Vec<String>,
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// This version's text.
    pub text: String,
}

/// A patched file with our insertions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchedFile {
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// The new text.
    pub text: String,
    /// What we inserted now.
    pub inserted: Vec<Inserted>,
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
    /// The generated files.
    pub generated: Vec<GeneratedFile>,
    /// The patched files.
    pub patched: Vec<PatchedFile>,
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
    let manifest = patch_manifest(plan, input)?;
    let mut patched = manifests(plan, input, &manifest);
    patched.push(declare(plan, input, &manifest)?);
    patched.extend(example(plan, input));
    let (steps, remarks) = (wiring::wire_or_tell(input, &mut patched), wiring::stays(input, &patched));
    patched.extend(renamed::only_cleaned(before, &cleaned, &patched));
    let context = context(input, &manifest);
    let generated = templates::all(plan, input, &context)?;
    let settings = match input.snapshot.tree.get(&plan.settings) {
        Some(text) => {
            let all = &input.blueprint.settings;
            let known = input.snapshot.record.as_ref().map_or(u32::MAX, |record| record.blueprint.version);
            settings::edit(text, input.answers, all, &settings::new_since(all, known, text))?
        }
        None => settings::write(input.answers, &input.blueprint.settings),
    };
    Ok(Rendered { generated, patched, settings, steps, remarks, reused: manifest.reused, warnings: manifest.notes })
}

/// The generated files alone.
pub fn generated(plan: &Plan, input: &Input) -> Result<Vec<GeneratedFile>, RenderError> {
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

/// The variables that stand in a text of `.env.example` as we would write them.
pub fn variables_in(input: &Input, text: &str) -> Vec<Inserted> {
    let text = text.replace("\r\n", "\n");
    let block = |(name, value, help): &(&str, &str, &str)| format!("# {help}\n{name}={value}");
    let stands = |block: String| text.contains(&format!("{block}\n")) || text.ends_with(block.as_str());
    variables(input, "").iter().filter(|one| stands(block(one))).map(recorded).collect()
}

/// A variable as the record has it.
fn recorded((name, value, help): &(&str, &str, &str)) -> Inserted {
    Inserted::Variable { name: (*name).to_owned(), value: (*value).to_owned(), help: (*help).to_owned() }
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
    context.insert("title", &blueprint.framework.title);
    let named = |text: &String| named(text, answers.module());
    context.insert("example", &named(&blueprint.docs.example).trim().lines().collect::<Vec<_>>());
    context.insert("test_example", &named(&blueprint.docs.test));
    context.insert("start", &blueprint.wiring.start.as_ref().map(named).unwrap_or_default());
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
fn example(plan: &Plan, input: &Input) -> Option<PatchedFile> {
    let snapshot = input.snapshot;
    let text = snapshot.tree.get(&plan.environment);
    let earlier = snapshot.record.as_ref().and_then(|record| record.patched_at(Utf8Path::new(".env.example")));
    if text.is_none() && (earlier.is_some() || snapshot.ignored.as_ref() == Some(&plan.environment)) {
        return None;
    }
    let parties = input.parties.join(",");
    let variables = variables(input, &parties);
    let is_of = |wanted: &str, one: &Inserted| matches!(one, Inserted::Variable { name, .. } if name == wanted);
    let known = |name: &str| earlier?.inserted.iter().find(|one| is_of(name, one));
    let new: Vec<_> = variables.iter().copied().filter(|(name, _, _)| known(name).is_none()).collect();
    let inserted = variables.iter().map(|one| known(one.0).cloned().unwrap_or_else(|| recorded(one))).collect();
    Some(PatchedFile { path: plan.environment.clone(), text: environment::add(text, &new), inserted })
}
