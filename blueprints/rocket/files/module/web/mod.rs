// clerk-sessions: module/web/mod.rs
//! What the module needs of Rocket: extractors and guards, wiring, requests, responses and the log.

mod extract;
pub(crate) mod guard;
mod http;
pub(crate) mod log;
pub(crate) mod wiring;

pub use self::extract::{MaybeSession, PendingSession};
pub use self::guard::Guard;
pub use self::wiring::SessionFairing;

pub use self::guard::{require_organization, require_permission, require_person};
pub use self::guard::{require_role, require_session, require_session_except};
pub use self::wiring::{fairing, fairing_with};

/// Whether Rocket answers `HEAD` by the route for `GET`.
pub(crate) const GET_ANSWERS_HEAD: bool = true;
