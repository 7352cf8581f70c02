//! What the API and its clients speak of.

use serde::{Deserialize, Serialize};

/// A project as the single-page app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    pub id: u32,
    pub name: String,
}
