//! What is wrong with a blueprint, in words for the one who writes it.

use crate::escape::shown;

/// A fault in a blueprint, with the place where it stands.
#[derive(Debug, thiserror::Error)]
pub enum BlueprintError {
    /// No such folder.
    #[error("there is no blueprint `{name}`", name = shown(name))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// A file that the facts name is absent.
    #[error("`{facts}` names `{path}`, which does not exist", path = shown(path), facts = shown(facts))]
    MissingFile {
        facts: String,
        /// The absent file.
        path: String,
    },
    /// The facts do not have the expected form.
    #[error("failed to read `{path}`\n  caused by: {cause}", path = shown(path))]
    Facts {
        path: String,
        /// What the parser says, with line and column.
        cause: String,
    },
    /// A path leaves its folder.
    #[error("`{facts}` has the path `{path}`, which leaves the package", path = shown(path), facts = shown(facts))]
    Escapes { facts: String, path: String },
    /// A template does not render.
    #[error("failed to render `{path}`\n  caused by: {cause}", path = shown(path))]
    Template {
        /// The template.
        path: String,
        /// What the template engine says, with line and column.
        cause: String,
    },
}

impl BlueprintError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "blueprint-unknown",
            Self::MissingFile { .. } => "blueprint-file-missing",
            Self::Facts { .. } => "blueprint-invalid",
            Self::Escapes { .. } => "blueprint-path-escapes",
            Self::Template { .. } => "blueprint-template",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { known, .. } => Some(format!("choose one of: {}", known.join(", "))),
            _ => Some("fix the blueprint; nothing was changed".to_owned()),
        }
    }
}
