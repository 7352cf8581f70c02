// clerk-sessions: module/clock.rs
//! The only source of time: a wall clock for claims, and a monotonic clock for deadlines.
//!
//! Nothing else in this module asks the system for the time, so tests can set it.

/* if edition == "2018" -*/
use std::convert::TryFrom;
/* endif -*/
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The system's clock, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

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
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands still, this many seconds after 1970, until it is moved. Clones move
    /// together.
    #[must_use]
    pub fn manual(seconds: i64) -> Self {
        let start = Moment {
            wall: seconds.saturating_mul(1000),
            monotonic: 0,
        };
        Self(Source::Manual(Arc::new(Mutex::new(start))))
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

    /// Reads both clocks.
    pub(crate) fn now(&self) -> Moment {
        match &self.0 {
            Source::System(start) => Moment {
                wall: since_1970(),
                monotonic: milliseconds(start.elapsed()),
            },
            Source::Manual(moment) => *moment.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Moment)) {
        if let Source::Manual(moment) = &self.0 {
            change(&mut moment.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// A system clock before 1970 reads as 1970, when no token is valid yet.
fn since_1970() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, milliseconds)
}

/// A duration in the unit of the clocks.
pub(crate) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}
