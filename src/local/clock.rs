//! The instance's clock: the system's, and what tests have moved it by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A time in milliseconds since 1970, as Clerk's objects have it.
pub type Millis = i64;

/// Ten years: nothing that is asked of the clock goes further.
pub const FURTHEST: i64 = 10 * 366 * 24 * 3600;

/// A clock that can be moved forwards and back.
#[derive(Debug, Default)]
pub struct Clock {
    moved: AtomicI64,
}

impl Clock {
    /// A clock that stands so many milliseconds off the system's.
    pub fn moved_by(millis: Millis) -> Self {
        let furthest = FURTHEST * 1000;
        Self { moved: AtomicI64::new(millis.clamp(-furthest, furthest)) }
    }

    /// What it says now.
    pub fn now(&self) -> Millis {
        system().saturating_add(self.moved())
    }

    /// How far it is off the system's clock, in milliseconds.
    pub fn moved(&self) -> Millis {
        self.moved.load(Ordering::SeqCst)
    }

    /// Moves it. It never gets further from the system's than ten years.
    pub fn advance(&self, seconds: i64) {
        let furthest = FURTHEST * 1000;
        let moved = self.moved().saturating_add(seconds.saturating_mul(1000)).clamp(-furthest, furthest);
        self.moved.store(moved, Ordering::SeqCst);
    }

    /// Puts it back to the system's time.
    pub fn reset(&self) {
        self.moved.store(0, Ordering::SeqCst);
    }
}

/// The system's own time.
pub fn system() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
