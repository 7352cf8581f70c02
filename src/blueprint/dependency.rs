//! The crates that generated code needs, as a `blueprint.toml` has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Condition;

/// A crate that the generated code needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Dependency {
    /// Its name on the registry.
    #[serde(rename = "crate")]
    pub krate: String,
    /// The requirement that is written where the host has none.
    pub requirement: String,
    /// The host's versions that do as well, as a range.
    pub accepts: String,
    /// Whether its default features are on where we add it. Where the host has switched them off they stay so: `features` and
    /// `implied-by` say what is needed of them.
    #[serde(default)]
    pub default_features: bool,
    /// Features that the code needs.
    #[serde(default)]
    pub features: Vec<String>,
    /// Features of which any one makes `features` unnecessary.
    #[serde(default)]
    pub satisfied_by: Vec<String>,
    /// Whether the host chooses among those of `satisfied-by`, in whichever table or feature of its own it does so.
    #[serde(default)]
    pub choice: bool,
    /// Features of the host's code with which it sees to what those of `satisfied-by` bring itself.
    #[serde(default)]
    pub left_to_host: Vec<String>,
    /// What is said where it does so.
    pub left_note: Option<String>,
    /// For a feature that is needed: those that turn it on.
    #[serde(default)]
    pub implied_by: BTreeMap<String, Vec<String>>,
    /// Features that go by other names in other versions.
    #[serde(default)]
    pub features_by_version: Vec<VersionFeatures>,
    /// What its features build in one of several ways.
    pub backend: Option<Backend>,
    /// Whether only tests need it.
    #[serde(default)]
    pub dev: bool,
    /// When it is wanted.
    #[serde(default)]
    pub when: Condition,
    /// Why it is worth its place.
    pub why: String,
}

/// Features of one range of versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VersionFeatures {
    /// The range.
    pub version: String,
    /// The features of the host's code of which one must be on, where there are some.
    #[serde(default)]
    pub beside: Vec<String>,
    /// The features there.
    pub features: Vec<String>,
    /// The requirement that is written where this version is added for the sake of its backend.
    pub requirement: Option<String>,
    /// The backend that these features bring.
    pub backend: Option<String>,
}

/// A crate further down that is built with one of several others, and with two of them no longer works by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Backend {
    pub of: String,
    /// The range of its versions of which this is true.
    pub version: String,
    /// What happens with two, as the end of a sentence.
    pub why: String,
    /// What shows the backend in a manifest, before any lock file does.
    pub signs: Vec<Sign>,
}

/// A dependency whose features show a backend.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sign {
    /// The dependency.
    #[serde(rename = "crate")]
    pub krate: String,
    /// The range of its versions.
    pub version: String,
    /// Its features, any one of them.
    pub features: Vec<String>,
    /// The crate that is the backend.
    pub backend: String,
}
