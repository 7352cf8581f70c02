// clerk-sessions: module/verify/cache.rs
//! Tokens whose signature and fixed claims have been checked, so that seeing one again costs only a
//! lookup.
//!
//! The key is the whole token. What is remembered does not depend on how the token arrived: that,
//! and the time, are checked again on every request.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::super::session::Verified;

/// The memory that an ordinary entry may take. A larger one counts as several, so that the number
/// of entries bounds the bytes as well.
const ENTRY_BYTES: usize = 4096;

/// How many bytes of a token are hashed.
const TAIL: usize = 32;

/// Verified tokens, bounded in number and in bytes.
pub(crate) struct TokenCache {
    tokens: Cache<Key<Arc<str>>, Arc<Verified>, Bytes>,
}

/// A token, kept or looked up. All of it is compared, but only its end is hashed: those bytes
/// belong to the signature and are as good as random.
#[derive(PartialEq, Eq)]
struct Key<T>(T);

#[derive(Clone)]
struct Bytes;

impl<T: Deref<Target = str>> Hash for Key<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.0.as_bytes();
        let start = bytes.len().saturating_sub(TAIL);
        bytes.get(start..).hash(state);
    }
}

impl Equivalent<Key<Arc<str>>> for Key<&str> {
    fn equivalent(&self, kept: &Key<Arc<str>>) -> bool {
        *self.0 == *kept.0
    }
}

impl Weighter<Key<Arc<str>>, Arc<Verified>> for Bytes {
    /// The token, its payload, and the claims, which are no larger than the payload.
    fn weight(&self, token: &Key<Arc<str>>, verified: &Arc<Verified>) -> u64 {
        let bytes = token.0.len() + 2 * verified.payload.len();
        bytes.max(ENTRY_BYTES) as u64
    }
}

impl TokenCache {
    /// A cache with room for this many ordinary entries.
    pub(crate) fn new(entries: usize) -> Self {
        let bytes = entries.saturating_mul(ENTRY_BYTES) as u64;
        Self {
            tokens: Cache::with_weighter(entries, bytes, Bytes),
        }
    }

    /// What is known about a token. Whether it still holds is for the caller to check.
    pub(crate) fn get(&self, token: &str) -> Option<Arc<Verified>> {
        self.tokens.get(&Key(token))
    }

    /// Remembers a token that has passed every check.
    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        let key = Key(verified.token.shared());
        self.tokens.insert(key, Arc::clone(verified));
    }

    /// Forgets a token that no longer holds.
    pub(crate) fn remove(&self, token: &str) {
        self.tokens.remove(&Key(token));
    }
}
