// clerk-sessions: module/refresh.rs
//! When a client should fetch a new token. Only clients can: a backend has nothing to refresh with.

use std::time::Duration;

/// Whether a token is in the last part of its life. Times are in milliseconds since 1970.
pub(crate) fn due(issued: i64, expires: i64, now: i64, percent: u8) -> bool {
    remaining(expires, now) <= window(issued, expires, percent)
}

/// The last part of a token's life.
fn window(issued: i64, expires: i64, percent: u8) -> Duration {
    remaining(expires, issued) * u32::from(percent.min(100)) / 100
}

/// What is left of a token's life.
pub(crate) fn remaining(expires: i64, now: i64) -> Duration {
    Duration::from_millis(expires.saturating_sub(now).max(0).unsigned_abs())
}
