//! What we put into a file of the user's, by what it is.

use serde::{Deserialize, Serialize};

use crate::edit::{manifest, wire};

/// One thing that was inserted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Inserted {
    /// The declaration of the module, in the crate root.
    Module {
        /// The module's name.
        name: String,
        /// Whether it is public.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        public: bool,
        /// The condition of its `cfg`, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
        /// Whether a blank line came with it, below.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        blank_below: bool,
    },
    /// The call that wires the module.
    Call(wire::Call),
    /// A variable in `.env.example`.
    Variable {
        name: String,
        /// The placeholder.
        value: String,
        /// The comment above it.
        help: String,
    },
    /// Something in a manifest.
    #[serde(untagged)]
    Manifest(manifest::Inserted),
}

impl Inserted {
    /// What was put into a manifest.
    pub fn of_manifest(&self) -> Option<&manifest::Inserted> {
        match self {
            Self::Manifest(inserted) => Some(inserted),
            Self::Module { .. } | Self::Call(_) | Self::Variable { .. } => None,
        }
    }
}
