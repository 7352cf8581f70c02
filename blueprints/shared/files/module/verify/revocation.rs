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
        let sessions = self.sessions.write();
        let mut sessions = sessions.unwrap_or_else(PoisonError::into_inner);
        let place = sessions.next;
        sessions.next += 1;
        if let Some(former) = sessions.known.insert(session_id.to_owned(), place) {
            sessions.by_place.remove(&former);
        }
        sessions.by_place.insert(place, session_id.to_owned());
        if sessions.by_place.len() > CAPACITY {
            let (_, oldest) = sessions.by_place.pop_first().unwrap_or_default();
            sessions.known.remove(&oldest);
        }
        self.in_use.store(true, Ordering::Release);
    }

    pub(crate) fn contains(&self, session_id: &str) -> bool {
        let sessions = || self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        self.in_use.load(Ordering::Acquire) && sessions().known.contains_key(session_id)
    }
}
