// clerk-sessions: module/verify/revocation.rs
//! Revoked sessions, whose tokens may still be valid. In memory, and bounded.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

/// How many sessions are remembered. Beyond that the oldest is forgotten, and a token of it that is
/// still valid is accepted again.
const CAPACITY: usize = 100_000;

/// Revoked session ids.
#[derive(Default)]
pub(crate) struct Revoked {
    in_use: AtomicBool,
    sessions: RwLock<Sessions>,
}

#[derive(Default)]
struct Sessions {
    /// Each with its place among all that were ever added.
    known: HashMap<String, u64>,
    by_place: BTreeMap<u64, String>,
    next: u64,
}

impl Revoked {
    /// Adds a session. One that is known becomes the newest.
    pub(crate) fn insert(&self, session_id: &str) {
        let mut sessions = self
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        sessions.add(session_id);
        self.in_use.store(true, Ordering::Release);
    }

    /// Whether a session is known to be revoked.
    pub(crate) fn contains(&self, session_id: &str) -> bool {
        self.in_use.load(Ordering::Acquire)
            && self
                .sessions
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .known
                .contains_key(session_id)
    }
}

impl Sessions {
    fn add(&mut self, session_id: &str) {
        let place = self.next;
        self.next += 1;
        if let Some(former) = self.known.insert(session_id.to_owned(), place) {
            self.by_place.remove(&former);
        }
        self.by_place.insert(place, session_id.to_owned());
        while self.by_place.len() > CAPACITY {
            let (_, oldest) = self.by_place.pop_first().unwrap_or_default();
            self.known.remove(&oldest);
        }
    }
}
