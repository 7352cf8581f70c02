// clerk-sessions: module/verify/cache.rs
//! Tokens whose signature and fixed claims have been checked, so that seeing one again costs only a
//! lookup.
//!
//! The key is the whole token. What is remembered does not depend on how the token arrived: that,
//! and the time, are checked again on every request.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::super::session::Verified;

/// The memory that an ordinary entry may take. A larger one counts as several, so that the number
/// of entries bounds the bytes as well.
const ENTRY_BYTES: usize = 4096;

pub(crate) struct TokenCache(Cache<Arc<str>, Arc<Verified>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl quick_cache::Weighter<Arc<str>, Arc<Verified>> for Bytes {
    /// The token, its payload, and the claims, which are no larger than the payload.
    fn weight(&self, token: &Arc<str>, verified: &Arc<Verified>) -> u64 {
        let bytes = token.len() + 2 * verified.payload.len();
        bytes.max(ENTRY_BYTES) as u64
    }
}

impl TokenCache {
    pub(crate) fn new(entries: usize) -> Self {
        let bytes = entries.saturating_mul(ENTRY_BYTES) as u64;
        Self(Cache::with_weighter(entries, bytes, Bytes))
    }

    /// What is known about a token. Whether it still holds is for the caller to check.
    pub(crate) fn get(&self, token: &str) -> Option<Arc<Verified>> {
        self.0.get(token)
    }

    pub(crate) fn insert(&self, verified: &Arc<Verified>) {
        self.0.insert(verified.token.shared(), Arc::clone(verified));
    }

    pub(crate) fn remove(&self, token: &str) {
        self.0.remove(token);
    }
}
