//! Blueprints: the facts and templates from which code is generated, as data. Facts stand in `blueprint.toml`, never in Rust.
//!
//! A blueprint is a framework's folder together with `shared`. Both are embedded in the binary; `--blueprints` reads them
//! from a folder instead. Both ways end in [`load`], which takes texts by path.

mod dependency;
mod docs;
mod error;
mod wiring;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use tera::Tera;

pub use dependency::{Backend, Dependency, Sign, VersionFeatures};
pub use docs::{Docs, GuideDocs};
pub use error::BlueprintError;
pub use wiring::{OnTop, Wiring};

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// Blueprint sources by path, such as `axum/blueprint.toml`.
pub type Sources = BTreeMap<String, Cow<'static, str>>;

/// `blueprint.toml`, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Facts {
    name: String,
    #[serde(default)]
    version: u32,
    framework: Option<Framework>,
    #[serde(default)]
    settings: Vec<Setting>,
    #[serde(default)]
    files: Vec<FileFacts>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    environment: Vec<Variable>,
    wiring: Option<Wiring>,
    docs: Option<Docs>,
    demo: Option<DemoFacts>,
    #[serde(default)]
    changes: Vec<Note>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DemoFacts {
    manifest: String,
    main: String,
    before: String,
    after: String,
}

/// The framework that a blueprint is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Framework {
    /// Its crate.
    #[serde(rename = "crate")]
    pub krate: String,
    /// As people call it.
    pub title: String,
    /// Supported release lines, newest first, such as `0.8`.
    pub versions: Vec<String>,
    /// The lowest `rust-version` that the generated code compiles with.
    pub rust_version: String,
    /// Crates with which what takes a session is in the library, whether or not that names the framework.
    #[serde(default)]
    pub library_with: Vec<String>,
    /// Crates whose programs run where the generated code cannot, such as in WebAssembly.
    #[serde(default)]
    pub not_with: Vec<String>,
}

/// One key of `clerk-sessions.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setting {
    /// Kebab-case key.
    pub name: String,
    /// What values it takes.
    pub kind: Kind,
    /// The allowed words of a choice or list; empty for a free list.
    #[serde(default)]
    pub values: Vec<String>,
    /// Bounds of a number or duration (seconds), inclusive.
    pub minimum: Option<i64>,
    /// See `minimum`.
    pub maximum: Option<i64>,
    /// The default under each profile.
    pub default: PerProfile,
    /// Whether the profile decides and it cannot be set.
    #[serde(default)]
    pub fixed: bool,
    /// Where its values are less strict; nothing where none is.
    pub looser: Option<Looser>,
    /// The blueprint version that brought it.
    #[serde(default = "first_version")]
    pub since: u32,
    /// What `update` asks where the setting is new to the project; without it the default is taken.
    pub question: Option<String>,
    /// One line for the settings file and the prompt.
    pub help: String,
}

fn first_version() -> u32 {
    1
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One of `values`.
    Choice,
    /// Some of `values`, or any words where there are none.
    List,
    /// Bare origins, such as `https://app.example.com`.
    Origins,
    /// A whole number.
    Number,
    /// Seconds, `30s`, `5m`, `1h`, `2d` or `none`.
    Duration,
    /// `true` or `false`.
    Flag,
}

/// In which direction the values of a setting are less strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looser {
    /// Later words of a choice, more words of a list, higher numbers; `none` is the longest duration.
    Upwards,
    /// The other way round.
    Downwards,
}

/// A default for each of the three profiles.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PerProfile {
    /// Local development with test keys.
    pub dev: toml::Value,
    pub prod: toml::Value,
    /// Production, stricter.
    pub high_security: toml::Value,
}

/// What there is to say about a file. Most need nothing said: those in `files/` are generated.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileFacts {
    /// Below `files/`: `module/…` or `package/…`; also the file's id.
    path: String,
    /// Former ids, so that the user's edits follow a rename.
    #[serde(default)]
    was: Vec<String>,
    #[serde(default)]
    when: Condition,
}

/// Settings and their values that must all hold; none means always.
pub type Condition = BTreeMap<String, String>;

/// A file that is generated.
#[derive(Debug, Clone)]
pub struct Template {
    /// Path below `files/`, which identifies the file for good.
    pub id: String,
    /// Former ids.
    pub was: Vec<String>,
    /// Where the template stands in the blueprints, for messages.
    pub source: String,
    /// The template itself.
    pub text: Cow<'static, str>,
    /// When it is wanted.
    pub when: Condition,
    /// What the template engine made of the text, once it was asked; frameworks share it.
    pub parsed: Arc<OnceLock<Tera>>,
}

/// An environment variable that the generated code reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variable {
    pub name: String,
    /// A value for `.env.example`, never a real one.
    pub placeholder: String,
    /// One line.
    pub help: String,
    /// Whether the program needs it to start.
    #[serde(default)]
    pub required: bool,
    /// When the code reads it.
    #[serde(default)]
    pub when: Condition,
}

/// The small app of `demo`.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Its `Cargo.toml`.
    pub manifest: String,
    /// Its `src/main.rs`.
    pub main: String,
    /// A part of `main`.
    pub before: String,
    /// What the user would write instead.
    pub after: String,
}

/// What changed in one version, in one sentence for the user.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Note {
    /// The version that brought it.
    pub version: u32,
    /// Whether it matters to security.
    pub security: bool,
    /// The sentence.
    pub summary: String,
    /// The ids of the files that it is about, where it matters to security.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// A framework's blueprint with the shared one in it.
#[derive(Debug, Clone)]
pub struct Blueprint {
    /// Such as `axum`.
    pub name: String,
    /// A whole number, raised when a rendered byte changes.
    pub version: u32,
    /// The name of the folder it was read from, where that is not the built-in one.
    pub folder: Option<String>,
    /// What it is for.
    pub framework: Framework,
    /// The keys of the settings file, in its order.
    pub settings: Vec<Setting>,
    /// The files, in the order of their ids.
    pub files: Vec<Template>,
    /// The page about a project, which goes where the team wants it.
    pub guide: Template,
    /// What the code needs.
    pub dependencies: Vec<Dependency>,
    /// What the program reads.
    pub environment: Vec<Variable>,
    /// The line to wire.
    pub wiring: Wiring,
    /// What the documentation shows.
    pub docs: Docs,
    /// A small app, where the blueprint has one.
    pub demo: Option<Demo>,
    /// History, newest last.
    pub changes: Vec<Note>,
}

/// The settings of all blueprints; those of the same name are one.
pub fn settings(blueprints: &[Blueprint]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for setting in blueprints.iter().flat_map(|blueprint| &blueprint.settings) {
        if settings.iter().all(|known| known.name != setting.name) {
            settings.push(setting.clone());
        }
    }
    settings
}

/// The sources that are built in.
pub fn embedded() -> Sources {
    fn collect(dir: &Dir<'static>, into: &mut Sources) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                into.insert(path.replace('\\', "/"), text.into());
            }
        }
        dir.dirs().for_each(|below| collect(below, into));
    }
    let mut sources = Sources::new();
    collect(&EMBEDDED, &mut sources);
    sources
}

/// The names of the framework blueprints that are built in: each has a folder beside `shared`.
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.dirs().filter_map(|dir| dir.path().to_str()).filter(|name| *name != "shared")
}

/// The names of the framework blueprints among the sources.
pub fn names(sources: &Sources) -> Vec<String> {
    let facts = sources.keys().filter_map(|path| path.strip_suffix("/blueprint.toml"));
    facts.filter(|name| *name != "shared" && !name.contains('/')).map(str::to_owned).collect()
}

/// Reads every framework blueprint.
pub fn load_all(sources: &Sources) -> Result<Vec<Blueprint>, BlueprintError> {
    let names = names(sources);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let shared = shared(sources)?;
    names.iter().map(|name| joined(sources, &shared, name)).collect()
}

/// Reads one blueprint with `shared` in it.
pub fn load(sources: &Sources, name: &str) -> Result<Blueprint, BlueprintError> {
    joined(sources, &shared(sources)?, name)
}

/// What all frameworks have in common.
fn shared(sources: &Sources) -> Result<(Facts, Vec<Template>), BlueprintError> {
    let facts = facts(sources, "shared")?;
    let files = templates(sources, "shared", &facts.files)?;
    Ok((facts, files))
}

fn joined(
    sources: &Sources,
    (shared, files): &(Facts, Vec<Template>),
    name: &str,
) -> Result<Blueprint, BlueprintError> {
    let own = facts(sources, name)?;
    let missing = |what: &str| BlueprintError::Facts {
        path: format!("{name}/blueprint.toml"),
        cause: format!("`{what}` is missing"),
    };
    let mut files = files.clone();
    files.extend(templates(sources, name, &own.files)?);
    files.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Blueprint {
        version: own.version,
        folder: None,
        framework: own.framework.ok_or_else(|| missing("framework"))?,
        settings: [shared.settings.clone(), own.settings].concat(),
        files,
        guide: guide(sources)?,
        dependencies: [shared.dependencies.clone(), own.dependencies].concat(),
        environment: [shared.environment.clone(), own.environment].concat(),
        wiring: own.wiring.ok_or_else(|| missing("wiring"))?,
        docs: own.docs.ok_or_else(|| missing("docs"))?,
        demo: own.demo.map(|facts| demo(sources, name, facts)).transpose()?,
        changes: own.changes,
        name: own.name,
    })
}

fn facts(sources: &Sources, folder: &str) -> Result<Facts, BlueprintError> {
    let path = format!("{folder}/blueprint.toml");
    let text =
        sources.get(&path).ok_or_else(|| BlueprintError::Unknown { name: folder.to_owned(), known: names(sources) })?;
    let facts: Facts = toml::from_str(text).map_err(|cause| BlueprintError::Facts {
        path: path.clone(),
        cause: cause.to_string().trim_end().to_owned(),
    })?;
    let fault = |cause: String| BlueprintError::Facts { path: path.clone(), cause };
    if facts.name != folder {
        return Err(fault(format!("`name` is `{}`, but the folder is `{folder}`", facts.name)));
    }
    for setting in &facts.settings {
        if setting.name.chars().any(|c| !(c.is_ascii_lowercase() || c == '-')) {
            return Err(fault(format!("the setting `{}` is not in kebab-case", setting.name)));
        }
    }
    Ok(facts)
}

fn demo(sources: &Sources, folder: &str, facts: DemoFacts) -> Result<Demo, BlueprintError> {
    let text = |path: &str| {
        let path = format!("{folder}/{path}");
        let facts = format!("{folder}/blueprint.toml");
        sources.get(&path).map(ToString::to_string).ok_or(BlueprintError::MissingFile { facts, path })
    };
    Ok(Demo { manifest: text(&facts.manifest)?, main: text(&facts.main)?, before: facts.before, after: facts.after })
}

/// The id of the guide, wherever a team keeps it.
pub const GUIDE: &str = "package/guide.md";

fn guide(sources: &Sources) -> Result<Template, BlueprintError> {
    let (facts, path) = ("shared/blueprint.toml".to_owned(), "shared/guide.md".to_owned());
    let text = sources.get(&path).ok_or(BlueprintError::MissingFile { facts, path: path.clone() })?;
    Ok(template(GUIDE, path, text.clone(), FileFacts::default()))
}

/// A template with the line endings of templates.
fn template(id: &str, source: String, text: Cow<'static, str>, said: FileFacts) -> Template {
    Template {
        id: id.to_owned(),
        was: said.was,
        source,
        text: if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text },
        when: said.when,
        parsed: Arc::default(),
    }
}

/// A character that some platform takes for more than a part of a name.
fn foreign(character: char) -> bool {
    matches!(character, '\\' | ':') || character.is_control()
}

/// The files that lie in `files/`, with what the facts say about some of them.
fn templates(sources: &Sources, folder: &str, known: &[FileFacts]) -> Result<Vec<Template>, BlueprintError> {
    let facts = format!("{folder}/blueprint.toml");
    let files = format!("{folder}/files/");
    let found = sources.iter().filter_map(|(source, text)| Some((source.strip_prefix(&files)?, text)));
    let found: Vec<_> = found.collect();
    let mut paths = known.iter().map(|file| file.path.as_str()).chain(found.iter().map(|(path, _)| *path));
    if let Some(outside) = paths.find(|path| !is_inside(path)) {
        return Err(BlueprintError::Escapes { facts, path: outside.to_owned() });
    }
    if let Some(absent) = known.iter().find(|file| !found.iter().any(|(path, _)| *path == file.path)) {
        return Err(BlueprintError::MissingFile { facts, path: format!("{files}{}", absent.path) });
    }
    let said = |path: &str| known.iter().find(|file| file.path == path).cloned().unwrap_or_default();
    let templates =
        found.into_iter().map(|(path, text)| template(path, format!("{files}{path}"), text.clone(), said(path)));
    Ok(templates.collect())
}

/// Whether a path leads to one of the places where files are generated.
fn is_inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | ".." | ".git") && !part.contains(foreign);
    path.split('/').all(plain) && (path.starts_with("module/") || path.starts_with("package/"))
}
