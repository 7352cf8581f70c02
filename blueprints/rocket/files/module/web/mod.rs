// clerk-sessions: module/web/mod.rs
//! What the module needs of Rocket: extractors and guards, wiring, requests and responses.
//!
//! The fairing stops the launch if the configuration is bad.
//!
//! At the level `debug`, Rocket itself logs whole requests, with their tokens (target
//! `rocket::server`). Keep that off in production.

mod extract;
pub(crate) mod guard;
mod request;
mod response;
pub(crate) mod wiring;

#[cfg(test)]
mod tests;

pub use self::extract::{Allowed, MaybeSession, PendingSession, Requirement};
pub use self::guard::Guard;
pub use self::wiring::{Attached, Shared};

pub use self::guard::{
    require_organization, require_permission, require_person, require_role, require_session,
    require_session_except,
};
pub use self::wiring::{fairing, fairing_with};

/// Whether Rocket answers `HEAD` by the route for `GET`.
pub(crate) const GET_ANSWERS_HEAD: bool = true;
