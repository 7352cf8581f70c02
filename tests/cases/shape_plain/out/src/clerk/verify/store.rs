// clerk-sessions: module/verify/store.rs
//! The keys of one Clerk instance, fetched over the network and kept current.
//!
//! While the keys are younger than two hours, a request whose key is known never waits. How long a
//! key is trusted that Clerk has removed:
//!
//! - with requests, until the first fetch after an hour;
//! - without requests, for two hours: the next one then waits for a fetch;
//! - while keys cannot be fetched, for a day, and then for half a minute after they can be again.
//!
//! The time for which a machine is suspended counts. Times are in milliseconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use reqwest::Url;
use tokio::sync::watch;

use super::super::Reason;
use super::clock::{Clock, Moment};
use super::document::KeySet;
use super::fetch;

/// The age at which keys are fetched again, in the background.
const FRESH: i64 = 60 * 60 * 1000;

/// The age from which requests wait for new keys.
const STALE: i64 = 2 * FRESH;

/// The age at which keys are dropped.
const KEPT: i64 = 24 * FRESH;

/// For how long nobody waits for a fetch once one has failed.
const FAILURE: i64 = 30 * 1000;

/// The least time between two fetches in the background. As a fetch takes at most six seconds, the
/// last failure of an outage is always a recent one.
const BACKGROUND_INTERVAL: i64 = 20 * 1000;

/// The least time between two fetches while there are no keys at all.
const EMPTY_INTERVAL: i64 = 1000;

/// The least time between two fetches for tokens that no key fits. Anyone can send such tokens, so it
/// applies to the store as a whole.
const UNFIT_INTERVAL: i64 = 30 * 1000;

/// The keys of one instance. Instances never share a store, because a `kid` is not unique.
pub(crate) struct JwksStore {
    url: Url,
    clock: Clock,
    loaded: ArcSwapOption<Loaded>,
    fetches: Mutex<Fetches>,
    /// Wakes those who wait for a fetch.
    ended: watch::Sender<()>,
}

/// A set of keys as it was fetched.
pub(crate) struct Loaded {
    pub(crate) keys: KeySet,
    /// Grows when the keys change.
    pub(crate) generation: u64,
    fetched: Moment,
}

/// What is known of earlier fetches.
#[derive(Default)]
struct Fetches {
    running: bool,
    /// When the last one began.
    begun: Option<Moment>,
    /// When the last one failed, if it did.
    failed: Option<Moment>,
    /// When the last one began for a token that no key fitted.
    unfit: Option<Moment>,
}

impl JwksStore {
    /// An empty store. It fetches when the first request needs a key.
    pub(crate) fn new(url: Url, clock: Clock) -> Self {
        Self {
            url,
            clock,
            loaded: ArcSwapOption::empty(),
            fetches: Mutex::default(),
            ended: watch::channel(()).0,
        }
    }

    /// The generation of the keys, unless they are too old to use.
    pub(crate) fn generation(self: &Arc<Self>, now: Moment) -> Option<u64> {
        let loaded = self.loaded.load();
        let loaded = loaded.as_ref().filter(|one| self.may_use(one, now))?;
        self.refresh_if_old(loaded, now);
        Some(loaded.generation)
    }

    /// A set of keys in which this `kid` is known. `now` is set anew after a fetch.
    pub(crate) async fn named(
        self: &Arc<Self>,
        kid: &str,
        now: &mut Moment,
    ) -> Result<Arc<Loaded>, Reason> {
        let fits = |loaded: &Loaded| !loaded.keys.named(kid).is_empty();
        self.find(fits, Reason::TokenKeyUnknown, now).await
    }

    /// The keys that have replaced a generation whose key of the right `kid` did not make a
    /// signature: Clerk names keys after the instance, so a new key can have the old `kid`.
    pub(crate) async fn after(
        self: &Arc<Self>,
        generation: u64,
        now: &mut Moment,
    ) -> Result<Arc<Loaded>, Reason> {
        let fits = |loaded: &Loaded| loaded.generation != generation;
        self.find(fits, Reason::TokenSignature, now).await
    }

    /// Keys that fit a token, or why it is refused. While fetches fail that is an outage: there may
    /// be a key that fits.
    async fn find(
        self: &Arc<Self>,
        fits: impl Fn(&Loaded) -> bool,
        unfit: Reason,
        now: &mut Moment,
    ) -> Result<Arc<Loaded>, Reason> {
        if let Some(loaded) = self.usable(*now).filter(|loaded| fits(loaded)) {
            self.refresh_if_old(&loaded, *now);
            return Ok(loaded);
        }
        // Boxed, to keep the space for a fetch out of the future of every request.
        Box::pin(self.fetch_for(&fits)).await;
        *now = self.clock.now();
        match self.usable(*now) {
            Some(loaded) if fits(&loaded) => Ok(loaded),
            Some(_) if self.fetches().failed.is_none() => Err(unfit),
            _ => Err(Reason::KeysUnavailable),
        }
    }

    fn usable(&self, now: Moment) -> Option<Arc<Loaded>> {
        let loaded = self.loaded.load_full();
        loaded.filter(|loaded| self.may_use(loaded, now))
    }

    fn may_use(&self, loaded: &Loaded, now: Moment) -> bool {
        now.since(loaded.fetched) < STALE || self.fetches().let_use(loaded, now)
    }

    fn fetches(&self) -> MutexGuard<'_, Fetches> {
        self.fetches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for keys that fit, if a fetch may bring them: for the one that is running, and for one
    /// that begins then.
    async fn fetch_for(self: &Arc<Self>, fits: &impl Fn(&Loaded) -> bool) {
        for _ in 0..2 {
            // Subscribed first, so that no end is missed.
            let mut ended = self.ended.subscribe();
            if !self.begin_for(fits) {
                return;
            }
            // Cannot fail: the other end is here.
            let _ = ended.changed().await;
            // Who waited for a fetch that failed does not wait for another one.
            if self.fetches().failed.is_some() {
                return;
            }
        }
    }

    /// Whether a fetch is running that may bring keys that fit. If need be it begins now.
    fn begin_for(self: &Arc<Self>, fits: &impl Fn(&Loaded) -> bool) -> bool {
        let now = self.clock.now();
        let mut fetches = self.fetches();
        let loaded = self.loaded.load_full();
        match loaded.filter(|loaded| fetches.let_use(loaded, now)) {
            Some(loaded) if fits(&loaded) => false,
            Some(_) if fetches.running => true,
            Some(_) if !passed(fetches.unfit, now, UNFIT_INTERVAL) => false,
            Some(_) => {
                fetches.unfit = Some(now);
                self.begin(&mut fetches, now)
            }
            None if fetches.fail(now) => {
                if passed(fetches.begun, now, EMPTY_INTERVAL) {
                    self.begin(&mut fetches, now);
                }
                false
            }
            None => self.begin(&mut fetches, now),
        }
    }

    fn refresh_if_old(self: &Arc<Self>, loaded: &Loaded, now: Moment) {
        if now.since(loaded.fetched) < FRESH {
            return;
        }
        let mut fetches = self.fetches();
        if passed(fetches.begun, now, BACKGROUND_INTERVAL) {
            self.begin(&mut fetches, now);
        }
    }

    /// Begins a fetch unless one is running, and says whether one is now. It has a thread of its own,
    /// so that no runtime of the program can starve it or end it.
    fn begin(self: &Arc<Self>, fetches: &mut Fetches, now: Moment) -> bool {
        if fetches.running {
            return true;
        }
        fetches.begun = Some(now);
        let (store, url) = (Arc::clone(self), self.url.clone());
        let begun = fetch::on_a_thread(move || store.end(fetch::fetch(url)));
        fetches.running = begun.is_ok();
        if let Err(cause) = begun {
            fetches.failed = Some(now);
            tracing::error!(%cause, "no thread can be started to fetch the public keys of Clerk");
        }
        fetches.running
    }

    /// Replaces the keys with those that were fetched. If there are none, the old ones stay. They are as
    /// old as the question: the machine may have been suspended before the answer was read.
    fn end(&self, result: Result<KeySet, String>) {
        let now = self.clock.now();
        let cause = match result {
            Ok(keys) => {
                let begun = self.fetches().begun;
                self.replace(keys, begun.unwrap_or(now));
                None
            }
            Err(cause) => Some(cause),
        };
        let mut fetches = self.fetches();
        fetches.running = false;
        fetches.failed = cause.as_ref().map(|_| now);
        drop(fetches);
        self.ended.send_replace(());
        if let Some(cause) = cause {
            tracing::warn!(%cause, "failed to fetch the public keys of Clerk");
        }
    }

    fn replace(&self, keys: KeySet, fetched: Moment) {
        let generation = match self.loaded.load_full() {
            Some(loaded) if loaded.keys == keys => loaded.generation,
            Some(loaded) => loaded.generation + 1,
            None => 0,
        };
        self.loaded.store(Some(Arc::new(Loaded {
            keys,
            generation,
            fetched,
        })));
    }
}

impl Fetches {
    /// Whether keys are young enough to use. A key that the server has dropped must not verify
    /// anything just because nobody asked for hours: only an outage keeps old keys in use.
    fn let_use(&self, loaded: &Loaded, now: Moment) -> bool {
        let age = now.since(loaded.fetched);
        age < STALE || (age < KEPT && self.fail(now))
    }

    /// Whether the last one failed, and not long ago.
    fn fail(&self, now: Moment) -> bool {
        self.failed.is_some() && !passed(self.failed, now, FAILURE)
    }
}

/// Whether something did not happen for this long.
fn passed(last: Option<Moment>, now: Moment, interval: i64) -> bool {
    last.is_none_or(|last| now.since(last) >= interval)
}
