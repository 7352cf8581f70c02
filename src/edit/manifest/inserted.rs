//! What was inserted into a manifest, so that it can be taken back.

use serde::{Deserialize, Serialize};

/// The table that has the package's own features.
pub const FEATURES: &str = "features";

/// One thing that was inserted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Inserted {
    Dependency {
        /// The crate that it is for.
        #[serde(rename = "crate")]
        krate: String,
        /// Whether it stands in the workspace's part, shared with other members.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        workspace: bool,
        /// The table, as in its header.
        table: String,
        /// Its key there.
        key: String,
        /// The exact text.
        text: String,
        /// The exact text of the table's header, where that is ours too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
    },
    /// A feature of the package.
    Feature {
        /// The crate that it is for.
        #[serde(rename = "crate")]
        krate: String,
        feature: String,
        /// The exact text.
        text: String,
        /// The exact text of the table's header, where that is ours too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
    },
    /// Features of a dependency that the package has.
    DependencyFeatures {
        /// The crate that they are for.
        #[serde(rename = "crate")]
        krate: String,
        /// The table, as in its header.
        table: String,
        /// The dependency's key there.
        key: String,
        features: Vec<String>,
        /// The exact texts, in order of place.
        pieces: Vec<String>,
    },
    /// What a feature that the package has turns on.
    FeatureItems {
        /// The crate that they are for.
        #[serde(rename = "crate")]
        krate: String,
        /// The feature's name.
        feature: String,
        /// What it turns on, such as `dep:serde`.
        items: Vec<String>,
        /// The exact texts, in order of place.
        pieces: Vec<String>,
    },
}

impl Inserted {
    /// The crate that it is for.
    pub fn krate(&self) -> &str {
        match self {
            Self::Dependency { krate, .. }
            | Self::Feature { krate, .. }
            | Self::DependencyFeatures { krate, .. }
            | Self::FeatureItems { krate, .. } => krate,
        }
    }

    /// The key of a dependency that is shared with other members of the workspace.
    pub fn shared_key(&self) -> Option<&str> {
        match self {
            Self::Dependency { workspace: true, key, .. } => Some(key),
            _ => None,
        }
    }

    /// Whether it is shared with other members of the workspace.
    pub fn in_workspace(&self) -> bool {
        self.shared_key().is_some()
    }

    /// The header of its table, where that is ours too.
    pub(super) fn header(&self) -> Option<&str> {
        match self {
            Self::Dependency { header, .. } | Self::Feature { header, .. } => header.as_deref(),
            Self::DependencyFeatures { .. } | Self::FeatureItems { .. } => None,
        }
    }

    /// Whether it stands in a table.
    pub(super) fn is_in(&self, in_workspace: bool, wanted: &str) -> bool {
        match self {
            Self::Dependency { workspace, table, .. } => *workspace == in_workspace && table == wanted,
            Self::Feature { .. } => !in_workspace && wanted == FEATURES,
            Self::DependencyFeatures { .. } | Self::FeatureItems { .. } => false,
        }
    }

    /// Whether it says the same, whoever made the table.
    pub fn repeats(&self, other: &Self) -> bool {
        let bare = |one: &Self| match one.clone() {
            Self::Dependency { krate, workspace, table, key, text, .. } => {
                Self::Dependency { krate, workspace, table, key, text, header: None }
            }
            Self::Feature { krate, feature, text, .. } => Self::Feature { krate, feature, text, header: None },
            other => other,
        };
        bare(self) == bare(other)
    }
}
