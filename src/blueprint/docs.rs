//! What the documentation of the module, and the guide, show of a framework.

use serde::Deserialize;

/// What the documentation of the module shows. `«module»` stands for the module's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Docs {
    /// A few lines of an app.
    pub example: String,
    /// How a test wires an app.
    pub test: String,
    /// What the guide shows.
    pub guide: GuideDocs,
}

/// What the guide shows of a framework: files that compile by themselves. `«path»` stands for the module, `«krate»` for the
/// framework's crate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GuideDocs {
    /// Handlers that take a session.
    pub handler: String,
    /// How a group is guarded, in words.
    pub grouping: String,
    /// A group that is guarded.
    pub group: String,
    /// A test of a handler.
    pub test: String,
}
