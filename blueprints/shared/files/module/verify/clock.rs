// clerk-sessions: module/verify/clock.rs
//! The only source of time: a wall clock for claims, and a monotonic clock for deadlines.
//!
//! Claims are judged by the wall clock as it is, so that one that is wrong can be put right. If it is
//! set back, a token that had expired is good again; but nothing that is remembered gets younger.
//! While a machine is suspended the wall clock goes on, even if the monotonic one stands still: what
//! is remembered grows old by whichever clock counted more.

/* if edition == "2018" -*/
use std::convert::TryFrom;
/* endif -*/
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use «crates.tokio»::sync::watch;

/// The system's clock, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
    changes: Arc<watch::Sender<()>>,
}

#[derive(Debug, Clone)]
enum Source {
    /// The system's, with the time at which the clock was made.
    System(Instant),
    Manual(Arc<Mutex<Moment>>),
}

/// A reading of both clocks, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Since 1970, by the system's clock. It can jump.
    pub(crate) wall: i64,
    /// Since the clock was made. It never goes back.
    pub(crate) monotonic: i64,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::new(Source::System(Instant::now()))
    }

    /// A clock that stands still, this many seconds after 1970, until it is moved. Clones move
    /// together.
    pub fn manual(seconds: i64) -> Self {
        let start = Moment {
            wall: seconds.saturating_mul(1000),
            monotonic: 0,
        };
        Self::new(Source::Manual(Arc::new(Mutex::new(start))))
    }

    fn new(source: Source) -> Self {
        let changes = Arc::new(watch::channel(()).0);
        Self { source, changes }
    }

    /// Lets time pass on a manual clock. It does nothing to the system's clock.
    pub fn advance(&self, time: Duration) {
        let passed = milliseconds(time);
        self.change(|moment| {
            moment.wall = moment.wall.saturating_add(passed);
            moment.monotonic = moment.monotonic.saturating_add(passed);
        });
    }

    /// Sets the wall clock of a manual clock, as an administrator would: no time passes.
    pub fn set_wall(&self, seconds: i64) {
        self.change(|moment| moment.wall = seconds.saturating_mul(1000));
    }

    /// The time by the wall clock, in seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.now().wall.div_euclid(1000)
    }

    pub(crate) fn now(&self) -> Moment {
        match &self.source {
            Source::System(start) => Moment {
                // A system clock before 1970 reads as 1970, when no token is valid yet.
                wall: UNIX_EPOCH.elapsed().map_or(0, milliseconds),
                monotonic: milliseconds(start.elapsed()),
            },
            Source::Manual(moment) => *moment.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Moment)) {
        if let Source::Manual(moment) = &self.source {
            change(&mut moment.lock().unwrap_or_else(PoisonError::into_inner));
            self.wake();
        }
    }

    /// Makes whoever waits for a time look again.
    pub(crate) fn wake(&self) {
        self.changes.send_replace(());
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

impl Moment {
    /// The time to a later moment, by the clock that is nearer to it.
    pub(crate) fn until(self, later: Self) -> Duration {
        let wall = later.wall.saturating_sub(self.wall);
        let left = wall.min(later.monotonic.saturating_sub(self.monotonic));
        Duration::from_millis(left.max(0).unsigned_abs())
    }
/* if keys == "jwks" */
    /// The time since an earlier one, by the clock that counted more of it: the monotonic clock of
    /// Linux stands still while a machine is suspended, and the wall clock can be set back.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        let monotonic = self.monotonic.saturating_sub(earlier.monotonic);
        monotonic.max(self.wall.saturating_sub(earlier.wall))
    }
/* endif */}

pub(crate) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}
