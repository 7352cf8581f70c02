// clerk-sessions: module/web/log.rs
//! What the module tells the log, through `tracing`. No event has a token in it.

use super::super::{Claims, Reason, Session};

/// The one event of a refusal. What an operator must know is a warning, what a user may not do is
/// information, and a stranger's bad token or none is for whoever looks for it.
pub(crate) fn refused(reason: Reason, wanted: &str, route: Option<&str>, known: Option<&Claims>) {
    let (status, rule, reason) = (reason.status(), reason.rule(), reason.as_str());
    let wanted = Some(wanted).filter(|wanted| !wanted.is_empty());
    let user_id = known.map(|claims| claims.sub.as_str());
    let sid = known.map(|claims| claims.sid.as_str());
    match status {
        503 => «crates.tracing»::warn!(reason, rule, wanted, route, user_id, sid, "session refused"),
        403 => «crates.tracing»::info!(reason, rule, wanted, route, user_id, sid, "session refused"),
        _ => «crates.tracing»::debug!(reason, rule, wanted, route, user_id, sid, "session refused"),
    }
}

/// Names the user on the span of the request, if it has such fields.
pub(crate) fn identified(session: &Session) {
    let span = «crates.tracing»::Span::current();
    span.record("user_id", session.user_id());
    span.record("sid", session.session_id());
}

/// What keeps the module from its work.
pub(crate) fn error(sentence: &str) {
    «crates.tracing»::error!("{sentence}");
}
/* if keys == "jwks" or loosens */
pub(crate) fn warn(sentence: &str) {
    «crates.tracing»::warn!("{sentence}");
}
/* endif */