//! Blueprints: the facts and templates from which code is generated, as data. Facts stand in `blueprint.toml`, never in Rust.
//!
//! A blueprint is a framework's folder together with `shared`. Both are embedded in the binary; `--blueprints` reads them
//! from a folder instead. Both ways end in [`load()`], which takes texts by path.

mod dependency;
mod docs;
mod error;
mod load;
mod wiring;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tera::Tera;

pub use dependency::{Backend, Dependency, Sign, VersionFeatures};
pub use docs::{Docs, GuideDocs};
pub use error::BlueprintError;
pub use load::{Sources, embedded, embedded_names, load, load_all};
pub use wiring::{OnTop, Wiring};

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
