// clerk-sessions: module/jwks_store.rs
//! The keys of one Clerk instance, fetched over the network and kept current.
//!
//! A request whose key is known never waits. Only one fetch runs at a time, however many requests
//! wait for it, and it continues when they give up. Times are in milliseconds.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::{future::Future, sync::Arc};

use arc_swap::ArcSwapOption;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::clock::{Clock, Moment};
use super::jwks::KeySet;
use super::jwks_fetch::Source;
use super::rejection::Reason;

/// The age at which keys are fetched again, in the background.
const FRESH: i64 = 60 * 60 * 1000;

/// The age from which keys are used only while they cannot be fetched again.
const STALE: i64 = 2 * FRESH;

/// The age at which keys are dropped even then.
const KEPT: i64 = 24 * FRESH;

/// The least time between two fetches for a token whose key is not known. Anyone can send such
/// tokens, so it applies to the store as a whole.
const UNKNOWN_KEY_INTERVAL: i64 = 30 * 1000;

/// The least time between two fetches in the background.
const BACKGROUND_INTERVAL: i64 = 30 * 1000;

/// The least time between two fetches while there are no keys at all.
const EMPTY_INTERVAL: i64 = 1000;

/// The time of what has not happened yet: long ago.
const NEVER: i64 = i64::MIN / 2;

/// The keys of one instance. Instances never share a store, because a `kid` is not unique.
pub(crate) struct JwksStore {
    source: Source,
    clock: Clock,
    loaded: ArcSwapOption<Loaded>,
    flight: Arc<Mutex<()>>,
    last_attempt: AtomicI64,
    last_unknown_key: AtomicI64,
    /// Whether the last fetch failed.
    failing: AtomicBool,
    /// How many fetches have failed.
    failures: AtomicU64,
}

/// A set of keys as it was fetched.
pub(crate) struct Loaded {
    pub(crate) keys: KeySet,
    /// Grows when the keys change.
    pub(crate) generation: u64,
    fetched: i64,
}

impl JwksStore {
    /// An empty store. It fetches when the first request needs a key.
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

    /// The generation of the keys, unless they are too old to use.
    pub(crate) fn generation(self: &Arc<Self>, now: i64) -> Option<u64> {
        let loaded = self.loaded.load();
        let usable = |loaded: &&Arc<Loaded>| self.is_usable(loaded, now);
        let loaded = loaded.as_ref().filter(usable)?;
        self.refresh_if_old(loaded, now);
        Some(loaded.generation)
    }

    /// A set of keys in which this `kid` is known. `now` is set anew after a fetch.
    pub(crate) async fn find(
        self: &Arc<Self>,
        kid: &str,
        now: &mut Moment,
    ) -> Result<Arc<Loaded>, Reason> {
        let known = self.usable(now.monotonic);
        if let Some(loaded) = known.filter(|loaded| loaded.has(kid)) {
            self.refresh_if_old(&loaded, now.monotonic);
            return Ok(loaded);
        }
        // Boxed, to keep the space for a fetch out of the future of every request.
        Box::pin(self.fetch_unless(|loaded| loaded.has(kid))).await;
        *now = self.clock.now();
        match self.usable(now.monotonic) {
            Some(loaded) if loaded.has(kid) => Ok(loaded),
            Some(_) if !self.failing() => Err(Reason::TokenKeyUnknown),
            _ => Err(Reason::KeysUnavailable),
        }
    }

    /// The keys that have replaced a generation whose key of the right `kid` did not make a
    /// signature: Clerk names keys after the instance, so a new key can have the old `kid`.
    pub(crate) async fn after(
        self: &Arc<Self>,
        generation: u64,
        now: &mut Moment,
    ) -> Option<Arc<Loaded>> {
        Box::pin(self.fetch_unless(|loaded| loaded.generation != generation)).await;
        *now = self.clock.now();
        let loaded = self.usable(now.monotonic);
        loaded.filter(|loaded| loaded.generation != generation)
    }

    fn usable(&self, now: i64) -> Option<Arc<Loaded>> {
        let loaded = self.loaded.load_full();
        loaded.filter(|loaded| self.is_usable(loaded, now))
    }

    /// A key that the server has dropped must not verify anything just because nobody asked for
    /// hours. Only an outage keeps old keys in use.
    fn is_usable(&self, loaded: &Loaded, now: i64) -> bool {
        let age = now.saturating_sub(loaded.fetched);
        age < STALE || (age < KEPT && self.failing())
    }

    fn failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// Waits for the fetch that is running, or else starts one if it is due, unless the keys will do.
    async fn fetch_unless(self: &Arc<Self>, will_do: impl Fn(&Loaded) -> bool) {
        let failures = self.failures.load(Ordering::SeqCst);
        let flight = Arc::clone(&self.flight).lock_owned().await;
        // A fetch that failed while we waited has failed for us too. Otherwise all those waiting
        // would retry, one after the other.
        if self.failures.load(Ordering::SeqCst) != failures {
            return;
        }
        let now = self.clock.now().monotonic;
        let due = match self.usable(now) {
            Some(loaded) if will_do(&loaded) => false,
            Some(_) => passed(&self.last_unknown_key, now, UNKNOWN_KEY_INTERVAL),
            None => passed(&self.last_attempt, now, EMPTY_INTERVAL),
        };
        if !due {
            return;
        }
        // Set before the fetch: if this caller goes away, the next one must not fetch again.
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

    /// Starts a fetch in a task of its own, which holds the lock until it is done. The caller need
    /// not wait for it.
    fn fetch_in_task(self: &Arc<Self>, flight: OwnedMutexGuard<()>) -> impl Future<Output = ()> {
        let store = Arc::clone(self);
        let now = self.clock.now().monotonic;
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
                tracing::error!("keys can be fetched only on a tokio runtime");
            }
        }
    }

    /// Replaces the keys with those of the server. If it has none, the old ones stay.
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
                    fetched: self.clock.now().monotonic,
                })));
                self.failing.store(false, Ordering::SeqCst);
            }
            Err(cause) => {
                self.failing.store(true, Ordering::SeqCst);
                self.failures.fetch_add(1, Ordering::SeqCst);
                tracing::warn!(%cause, "failed to fetch the public keys of Clerk");
            }
        }
    }
}

impl Loaded {
    fn has(&self, kid: &str) -> bool {
        !self.keys.named(kid).is_empty()
    }
}

fn passed(since: &AtomicI64, now: i64, interval: i64) -> bool {
    now.saturating_sub(since.load(Ordering::SeqCst)) >= interval
}
