//! The last requests, without anything that could be a token: a path, never a query, a header or a body.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::clock::Millis;

/// So many are kept.
const KEPT: usize = 1000;

/// A segment of a path that is longer may be a token, and is not shown.
const LONGEST: usize = 64;

/// A request that was answered, or a delivery that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Counts from 1.
    pub number: u64,
    /// The instance's time.
    pub at: Millis,
    /// Such as `GET`; what `_method` says counts.
    pub method: String,
    /// Without its query.
    pub path: String,
    /// The answer's status; 0 where there was none.
    pub status: u16,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The `Origin`.
    pub origin: Option<String>,
    /// The event of a webhook.
    pub event: Option<String>,
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Log {
    entries: Mutex<VecDeque<Entry>>,
}

impl Log {
    /// Adds one; its number is given here.
    pub fn add(&self, mut entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entry.number = entries.back().map_or(1, |last| last.number + 1);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// Those after a number, the oldest first.
    pub fn after(&self, number: u64) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().filter(|entry| entry.number > number).cloned().collect()
    }
}

/// A path as it is kept.
pub fn path(path: &str) -> String {
    let shown = |segment: &str| if segment.len() > LONGEST { "…".to_owned() } else { segment.to_owned() };
    path.split('/').take(16).map(shown).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_token_is_not_shown() {
        assert_eq!(path("/v1/client/sessions/sess_1/tokens"), "/v1/client/sessions/sess_1/tokens");
        assert_eq!(path(&format!("/v1/{}", "e".repeat(65))), "/v1/…");
    }
}
