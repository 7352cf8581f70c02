// clerk-sessions: module/clock.rs
//! The one source of time: the wall clock for claims, a monotonic one for deadlines.
//!
//! Nothing else in this module asks the system what time it is, so tests can set it.

/*- if edition == "2018" */
use std::convert::TryFrom;
/*- endif */
use std::sync::atomic::{AtomicI64, Ordering};

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock: the system's, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Instant),
    Manual(Arc<Hands>),
}

#[derive(Debug)]
struct Hands {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

/// One reading of both clocks, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970, as the system's clock says. It can jump.
    pub wall: i64,
    /// Since the clock was made. It never goes back.
    pub monotonic: i64,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands still at this many seconds since 1970 until it is moved.
    /// Clones share their hands.
    #[must_use]
    pub fn manual(seconds: i64) -> Self {
        let wall = AtomicI64::new(seconds.saturating_mul(1000));
        let monotonic = AtomicI64::new(0);
        Self(Source::Manual(Arc::new(Hands { wall, monotonic })))
    }

    /// Lets time pass on a manual clock; the system's clock ignores it.
    pub fn advance(&self, time: Duration) {
        if let Source::Manual(hands) = &self.0 {
            let passed = milliseconds(time);
            hands.wall.fetch_add(passed, Ordering::SeqCst);
            hands.monotonic.fetch_add(passed, Ordering::SeqCst);
        }
    }

    /// Sets the wall of a manual clock, as an administrator would: no time passes.
    pub fn set_wall(&self, seconds: i64) {
        if let Source::Manual(hands) = &self.0 {
            let wall = seconds.saturating_mul(1000);
            hands.wall.store(wall, Ordering::SeqCst);
        }
    }

    /// Reads both clocks.
    #[must_use]
    pub fn now(&self) -> Moment {
        let wall = match &self.0 {
            Source::System(_) => since_1970(),
            Source::Manual(hands) => hands.wall.load(Ordering::SeqCst),
        };
        Moment {
            wall,
            monotonic: self.monotonic(),
        }
    }

    /// Reads the clock that never goes back.
    #[must_use]
    pub fn monotonic(&self) -> i64 {
        match &self.0 {
            Source::System(start) => milliseconds(start.elapsed()),
            Source::Manual(hands) => hands.monotonic.load(Ordering::SeqCst),
        }
    }
}

/// A system clock before 1970 reads as 1970: every token is then not valid yet.
fn since_1970() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, milliseconds)
}

/// A duration as the clocks count.
pub(crate) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}
