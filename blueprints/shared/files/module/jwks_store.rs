// clerk-sessions: module/jwks_store.rs
//! The keys of one Clerk instance, fetched over the network and kept current.
//!
//! A request whose key is known never waits. One fetch runs at a time, however many requests wait
//! for it, and it goes on when they give up.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use std::sync::Arc;

use «crates.arc_swap»::ArcSwapOption;

use «crates.tokio»::runtime::Handle;
use «crates.tokio»::sync::{Mutex, OwnedMutexGuard};

use super::clock::Clock;
use super::jwks::KeySet;
use super::jwks_fetch::Source;
use super::rejection::Reason;

/// Keys older than this are fetched again, in the background.
const FRESH: i64 = 60 * 60 * 1000;

/// Keys are kept so long when they cannot be fetched.
const KEPT: i64 = 24 * FRESH;

/// The whole store asks for an unknown `kid` once in this time, whoever sends how many.
const UNKNOWN_KEY_INTERVAL: i64 = 30 * 1000;

/// A background fetch that failed is tried again after this time.
const BACKGROUND_INTERVAL: i64 = 30 * 1000;

/// While there are no keys at all, a fetch is tried again after this time.
const EMPTY_INTERVAL: i64 = 1000;

/// Long ago, for times of what never happened.
const NEVER: i64 = i64::MIN / 2;

/// The keys of one instance. Never shared between instances, because `kid`s are not unique.
pub(crate) struct JwksStore {
    source: Source,
    clock: Clock,
    loaded: ArcSwapOption<Loaded>,
    flight: Arc<Mutex<()>>,
    last_attempt: AtomicI64,
    last_unknown_key: AtomicI64,
    failing: AtomicBool,
    /// How many fetches failed so far.
    failures: AtomicU64,
}

/// One fetched set of keys.
pub(crate) struct Loaded {
    /// The keys.
    pub(crate) keys: KeySet,
    /// Raised when the keys change.
    pub(crate) generation: u64,
    fetched: i64,
}

impl JwksStore {
    /// A store that has fetched nothing yet.
    pub(crate) fn new(source: Source, clock: Clock) -> Self {
        Self {
            source,
            clock,
            loaded: ArcSwapOption::empty(),
            flight: Arc::default(),
            last_attempt: AtomicI64::new(NEVER),
            last_unknown_key: AtomicI64::new(NEVER),
            failing: AtomicBool::new(false),
            failures: AtomicU64::new(0),
        }
    }

    /// The generation of the keys, while they may be used.
    pub(crate) fn generation(self: &Arc<Self>, now: i64) -> Option<u64> {
        let loaded = self.loaded.load();
        let loaded = loaded.as_ref().filter(|loaded| loaded.usable(now))?;
        self.refresh_if_old(loaded, now);
        Some(loaded.generation)
    }

    /// The keys that have this `kid` among them.
    pub(crate) async fn find(self: &Arc<Self>, kid: &str) -> Result<Arc<Loaded>, Reason> {
        let now = self.clock.monotonic();
        if let Some(loaded) = self.usable(now).filter(|loaded| loaded.has(kid)) {
            self.refresh_if_old(&loaded, now);
            return Ok(loaded);
        }
        // On the heap, so that a request whose key is known does not carry the room for a fetch.
        Box::pin(self.fetch_for(kid)).await;
        match self.usable(self.clock.monotonic()) {
            Some(loaded) if loaded.has(kid) => Ok(loaded),
            Some(_) if !self.failing.load(Ordering::SeqCst) => Err(Reason::TokenKeyUnknown),
            _ => Err(Reason::KeysUnavailable),
        }
    }

    fn usable(&self, now: i64) -> Option<Arc<Loaded>> {
        let loaded = self.loaded.load_full();
        loaded.filter(|loaded| loaded.usable(now))
    }

    /// Waits for the fetch that is under way, or for one of our own where one is due.
    async fn fetch_for(self: &Arc<Self>, kid: &str) {
        let failures = self.failures.load(Ordering::SeqCst);
        let flight = Arc::clone(&self.flight).lock_owned().await;
        // A fetch that failed while we waited for it failed for us too: else all who wait would
        // try again, one after the other.
        if self.failures.load(Ordering::SeqCst) != failures {
            return;
        }
        let now = self.clock.monotonic();
        let due = match self.usable(now) {
            Some(loaded) if loaded.has(kid) => false,
            Some(_) => passed(&self.last_unknown_key, now, UNKNOWN_KEY_INTERVAL),
            None => passed(&self.last_attempt, now, EMPTY_INTERVAL),
        };
        if !due {
            return;
        }
        // Whether or not it finds the key: the limit is for the store, not for a key. And before
        // the fetch: a caller that goes away must not make the next one fetch again.
        if self.usable(now).is_some() {
            self.last_unknown_key.store(now, Ordering::SeqCst);
        }
        self.fetch_in_task(flight).await;
    }

    fn refresh_if_old(self: &Arc<Self>, loaded: &Loaded, now: i64) {
        let old = now.saturating_sub(loaded.fetched) >= FRESH;
        if !old || !passed(&self.last_attempt, now, BACKGROUND_INTERVAL) {
            return;
        }
        if let Ok(flight) = Arc::clone(&self.flight).try_lock_owned() {
            drop(self.fetch_in_task(flight));
        }
    }

    /// Fetches in a task of its own, which keeps the flight to itself until it is done. The caller
    /// may wait for it or not.
    fn fetch_in_task(self: &Arc<Self>, flight: OwnedMutexGuard<()>) -> impl Future<Output = ()> {
        let store = Arc::clone(self);
        let now = self.clock.monotonic();
        self.last_attempt.store(now, Ordering::SeqCst);
        let task = Handle::try_current().map(|runtime| {
            runtime.spawn(async move {
                store.fetch().await;
                drop(flight);
            })
        });
        async move {
            if let Ok(task) = task {
                drop(task.await);
            } else {
                «crates.tracing»::error!("keys can only be fetched on a tokio runtime");
            }
        }
    }

    /// Replaces the keys by what the server has; keeps them where it has nothing of use.
    async fn fetch(&self) {
        match self.source.fetch().await {
            Ok(keys) => {
                let previous = self.loaded.load_full();
                let generation = match previous {
                    Some(loaded) if loaded.keys == keys => loaded.generation,
                    Some(loaded) => loaded.generation + 1,
                    None => 0,
                };
                self.loaded.store(Some(Arc::new(Loaded {
                    keys,
                    generation,
                    fetched: self.clock.monotonic(),
                })));
                self.failing.store(false, Ordering::SeqCst);
            }
            Err(cause) => {
                self.failing.store(true, Ordering::SeqCst);
                self.failures.fetch_add(1, Ordering::SeqCst);
                «crates.tracing»::warn!(%cause, "failed to fetch the public keys of Clerk");
            }
        }
    }
}

impl Loaded {
    fn usable(&self, now: i64) -> bool {
        now.saturating_sub(self.fetched) < KEPT
    }

    fn has(&self, kid: &str) -> bool {
        !self.keys.named(kid).is_empty()
    }
}

fn passed(since: &AtomicI64, now: i64, interval: i64) -> bool {
    now.saturating_sub(since.load(Ordering::SeqCst)) >= interval
}
