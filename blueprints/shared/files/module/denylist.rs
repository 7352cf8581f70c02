// clerk-sessions: module/denylist.rs
//! Revoked sessions, whose tokens may still be valid. In memory, and bounded.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

/// How many sessions are remembered. Beyond that the oldest is forgotten, and a token of it that is
/// still valid is accepted again.
const CAPACITY: usize = 100_000;

/// Revoked session ids.
#[derive(Default)]
pub(crate) struct Denylist {
    in_use: AtomicBool,
    sessions: RwLock<Sessions>,
}

#[derive(Default)]
struct Sessions {
    known: HashSet<String>,
    by_age: VecDeque<String>,
}

impl Denylist {
    /// Adds a session.
    pub(crate) fn insert(&self, session_id: &str) {
        let mut sessions = self
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if sessions.known.insert(session_id.to_owned()) {
            sessions.by_age.push_back(session_id.to_owned());
        }
        while sessions.by_age.len() > CAPACITY {
            let oldest = sessions.by_age.pop_front().unwrap_or_default();
            sessions.known.remove(&oldest);
        }
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
                .contains(session_id)
    }
}
