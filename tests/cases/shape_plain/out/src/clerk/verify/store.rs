// clerk-sessions: module/verify/store.rs
//! The keys of one Clerk instance, fetched over the network and kept current.
//!
//! A request whose key is known does not wait while the keys are younger than two hours, or can no
//! longer be fetched. Times are in milliseconds, and that for which a machine is suspended counts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use reqwest::Url;
use tokio::sync::watch;

use super::super::rejection::Reason;
use super::super::web::log;
use super::clock::{Clock, Moment};
use super::jwks::{self, KeySet};

/// The age at which keys are fetched again, in the background.
const FRESH: i64 = 60 * 60 * 1000;

/// The age from which requests wait for new keys.
const STALE: i64 = 2 * FRESH;

const KEPT: i64 = 24 * FRESH;

/// For how long nobody waits for a fetch once one has failed.
const FAILURE: i64 = 30 * 1000;

/// The least time between two fetches in the background: so an outage has always failed lately.
const BACKGROUND_INTERVAL: i64 = 20 * 1000;

/// The least time between two fetches while there are no keys at all.
const EMPTY_INTERVAL: i64 = 1000;

/// The least time between two fetches for tokens that no key fits, which anyone can send.
const UNFIT_INTERVAL: i64 = 30 * 1000;

/// Instances never share a store, because a `kid` is not unique.
pub(crate) struct JwksStore {
    url: Url,
    clock: Clock,
    loaded: ArcSwapOption<Loaded>,
    fetches: Mutex<Fetches>,
    /// Wakes those who wait for a fetch.
    ended: watch::Sender<()>,
}

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
        let loaded = self.usable(now)?;
        self.refresh_if_old(&loaded, now);
        Some(loaded.generation)
    }

    /// Keys that fit a token, or why it is refused. While fetches fail that is an outage: there may
    /// be a key that fits. `now` is set anew after a fetch.
    pub(crate) async fn find(
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
            _ => Err(Reason::KEYS_UNAVAILABLE),
        }
    }

    fn usable(&self, now: Moment) -> Option<Arc<Loaded>> {
        let loaded = self.loaded.load_full()?;
        let young = now.since(loaded.fetched) < STALE;
        (young || self.fetches().let_use(&loaded, now)).then_some(loaded)
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

    /// Begins a fetch unless one is running, and says whether one is now.
    fn begin(self: &Arc<Self>, fetches: &mut Fetches, now: Moment) -> bool {
        if fetches.running {
            return true;
        }
        fetches.begun = Some(now);
        let store = Arc::clone(self);
        let begun = jwks::fetch_on_a_thread(self.url.clone(), move |result| store.end(result));
        fetches.running = begun.is_ok();
        if let Err(cause) = begun {
            fetches.failed = Some(now);
            log::error(&format!("no thread can be started to fetch keys: {cause}"));
        }
        fetches.running
    }

    /// Replaces the keys with those that were fetched. If there are none, the old ones stay. They are as
    /// old as the question: the machine may have been suspended before the answer was read.
    fn end(&self, result: Result<KeySet, String>) {
        let now = self.clock.now();
        let mut fetches = self.fetches();
        fetches.running = false;
        fetches.failed = Some(now).filter(|_| result.is_err());
        let asked = fetches.begun.unwrap_or(now);
        let failure = result.map(|keys| self.replace(keys, asked)).err();
        drop(fetches);
        if let Some(cause) = failure {
            let host = self.url.host_str().unwrap_or_default();
            log::warn(&format!("no keys could be fetched from {host}: {cause}"));
        }
        self.ended.send_replace(());
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
    /// Whether keys are young enough to use. A key that Clerk has removed must not verify anything
    /// just because nobody asked for hours: only an outage keeps old keys in use.
    fn let_use(&self, loaded: &Loaded, now: Moment) -> bool {
        let age = now.since(loaded.fetched);
        age < STALE || (age < KEPT && self.fail(now))
    }

    fn fail(&self, now: Moment) -> bool {
        self.failed.is_some() && !passed(self.failed, now, FAILURE)
    }
}

fn passed(last: Option<Moment>, now: Moment, interval: i64) -> bool {
    last.is_none_or(|last| now.since(last) >= interval)
}
