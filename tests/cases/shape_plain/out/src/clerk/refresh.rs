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

/// A duration as people read it, such as `45 s`, `5 min` or `1 h 30 min`.
#[must_use]
pub fn format(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tenth_of_a_minute_is_six_seconds() {
        assert!(!due(0, 60_000, 53_999, 10));
        assert!(due(0, 60_000, 54_000, 10));
        assert!(due(0, 60_000, 99_000, 10));
    }

    #[test]
    fn durations_are_short_to_read() {
        let texts = [45, 60, 90, 3600, 5400].map(|count| format(Duration::from_secs(count)));
        assert_eq!(texts, ["45 s", "1 min", "1 min 30 s", "1 h", "1 h 30 min"]);
    }
}
