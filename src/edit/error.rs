//! The ways in which an edit can be refused.

use crate::escape::shown;

/// An edit that is not possible; the text stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A manifest that is not TOML.
    #[error("{which} is not valid TOML: line {line}, column {column}: {message}")]
    Toml {
        /// Which manifest, in words.
        which: &'static str,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A source file that is not Rust as we know it.
    #[error("the source does not parse: line {line}, column {column}: {message}")]
    Rust {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A dependency that is held below what the generated code needs.
    #[error(
        "`{name}` is held at `{found}`, but the generated code needs `{needed}`, and cargo allows only one of the two"
    )]
    Pinned {
        name: String,
        /// The requirement of the host.
        found: String,
        /// What would do.
        needed: String,
    },
    /// A part of the manifest in a form that cannot be added to.
    #[error("`{table}` is written in a form that cannot be added to", table = shown(table))]
    Form {
        /// The table or key.
        table: String,
    },
    /// The feature that the framework stands behind does not exist.
    #[error("there is no feature `{feature}`", feature = shown(feature))]
    Feature { feature: String },
    /// The proof failed: the edit would change more than it should.
    #[error("the edit of {what} would change more than it should")]
    Unproven {
        /// What was edited.
        what: &'static str,
    },
}

impl EditError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Toml { .. } => "manifest-syntax",
            Self::Rust { .. } => "source-syntax",
            Self::Pinned { .. } => "dependency-pinned",
            Self::Form { .. } => "manifest-form",
            Self::Feature { .. } => "feature-missing",
            Self::Unproven { .. } => "edit-unproven",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Toml { .. } | Self::Rust { .. } => Some("fix that line first; nothing was changed".to_owned()),
            Self::Pinned { name, needed, .. } => Some(format!("raise `{name}` to a version in `{needed}`")),
            Self::Form { table } => Some(format!("write it as a table of its own: `[{table}]`")),
            Self::Feature { feature } => Some(format!("declare `{feature}` under `[features]`")),
            Self::Unproven { .. } => Some("this is a bug; please report the file's shape".to_owned()),
        }
    }
}
