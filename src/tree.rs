//! Text files in memory, by path.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

/// Texts by path, relative to the folder that the snapshot names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<Utf8PathBuf, String>);

impl Tree {
    /// The text at a path.
    pub fn get(&self, path: &Utf8Path) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Whether there is a text at a path.
    pub fn contains(&self, path: &Utf8Path) -> bool {
        self.0.contains_key(path)
    }

    /// Puts a text at a path.
    pub fn insert(&mut self, path: Utf8PathBuf, text: String) {
        self.0.insert(path, text);
    }

    /// The same texts, but for this one.
    #[must_use]
    pub fn with(mut self, path: Utf8PathBuf, text: String) -> Self {
        self.insert(path, text);
        self
    }

    /// All texts in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&Utf8Path, &str)> {
        self.0.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }
}

impl FromIterator<(Utf8PathBuf, String)> for Tree {
    fn from_iter<I: IntoIterator<Item = (Utf8PathBuf, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}
