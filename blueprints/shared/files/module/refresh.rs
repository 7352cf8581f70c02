// clerk-sessions: module/refresh.rs
//! When a client should fetch a new token. Only clients can: a backend has nothing to refresh with.

use std::time::Duration;

/// Whether a token is in the last part of its life. Times are in milliseconds since 1970.
pub(crate) fn due(issued: i64, expires: i64, now: i64, percent: u8) -> bool {
    let last_part = remaining(expires, issued) * u32::from(percent.min(100)) / 100;
    remaining(expires, now) <= last_part
}

/// What is left of a token's life.
pub(crate) fn remaining(expires: i64, now: i64) -> Duration {
    Duration::from_millis(expires.saturating_sub(now).max(0).unsigned_abs())
}
