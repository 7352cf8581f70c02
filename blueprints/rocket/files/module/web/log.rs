// clerk-sessions: module/web/log.rs
//! What the module tells the log, which is Rocket's own. No line has a token in it.

use super::super::{Claims, Reason};

/// The one line of a refusal. What an operator must know is a warning, what a user may not do is
/// information, and a stranger's bad token or none is for whoever looks for it.
pub(crate) fn refused(reason: Reason, wanted: &str, route: Option<&str>, known: Option<&Claims>) {
    let (user_id, sid) = known.map_or(("-", "-"), |claims| (&claims.sub, &claims.sid));
    let line = format!(
        "session refused reason={} rule=\"{}\" wanted=\"{wanted}\" route=\"{}\" user_id={user_id} sid={sid}",
        reason.as_str(),
        reason.rule(),
        route.unwrap_or("-"),
    );
    match reason.status() {
        503 => «crates.rocket»::warn!("{}", line),
        403 => «crates.rocket»::info!("{}", line),
        _ => «crates.rocket»::debug!("{}", line),
    }
}

/// What keeps the module from its work.
pub(crate) fn error(sentence: &str) {
    «crates.rocket»::error!("{}", sentence);
}
/* if keys == "jwks" or loosens */
pub(crate) fn warn(sentence: &str) {
    «crates.rocket»::warn!("{}", sentence);
}
/* endif */