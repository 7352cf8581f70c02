// clerk-sessions: module/cache.rs
//! Tokens whose signature and fixed claims were checked, so that a second look costs a lookup.
//!
//! The key is the whole token, never a part or a hash of it. What is remembered does not depend on
//! how the token came; everything that does, and time, is checked again on every request.

use std::sync::Arc;

use quick_cache::sync::Cache;

use quick_cache::Weighter;

use super::session::Verified;

/// Memory that a usual entry may take. Larger ones count as several, so that the number of entries
/// bounds the bytes as well.
const ENTRY_BYTES: usize = 4096;

/// Verified tokens, bounded in number and in bytes.
pub(crate) struct TokenCache {
    tokens: Cache<Arc<str>, Arc<Verified>, Bytes>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Arc<str>, Arc<Verified>> for Bytes {
    /// The token, its payload, and the claims, which are no larger than the payload.
    fn weight(&self, token: &Arc<str>, verified: &Arc<Verified>) -> u64 {
        let bytes = token.len() + 2 * verified.payload_length();
        bytes.max(ENTRY_BYTES) as u64
    }
}

impl TokenCache {
    /// A cache of so many usual entries.
    pub(crate) fn new(entries: usize) -> Self {
        let bytes = entries.saturating_mul(ENTRY_BYTES) as u64;
        Self {
            tokens: Cache::with_weighter(entries, bytes, Bytes),
        }
    }

    /// What is known of a token. The caller checks whether it still holds.
    pub(crate) fn get(&self, token: &str) -> Option<Arc<Verified>> {
        self.tokens.get(token)
    }

    /// Remembers a token that passed every check.
    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        self.tokens
            .insert(verified.shared_token(), Arc::clone(verified));
    }

    /// Forgets a token that no longer holds.
    pub(crate) fn remove(&self, token: &str) {
        self.tokens.remove(token);
    }
}
