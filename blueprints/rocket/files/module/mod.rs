// clerk-sessions: module/mod.rs
//! Verified Clerk sessions for this crate's Rocket routes.
//!
//! ```ignore
//! use «module»::{Rejection, Session};
//!
//! #[get("/me")]
//! fn me(session: Session) -> String {
//!     format!("signed in as {}", session.user_id())
//! }
//!
//! #[delete("/projects")]
//! fn delete(session: Session) -> Result<(), Rejection> {
//!     session.require_permission("org:projects:delete")
//! }
//!
//! rocket::build().mount("/", routes![me, delete]).attach(«module»::fairing())
//! ```
//!
//! A handler that takes a `Session` runs only for a signed-in user; all others get 401. With
//! the fairing a bad configuration stops the launch. Rocket itself writes whole requests, and so
//! tokens, to its log at the level `debug` (target `rocket::server`): keep that off in production.
//!
//! This code is yours. `cargo clerk-sessions update` merges later versions with your edits.

// A part of this module is for code that you have not written yet, and which part depends on you:
// an `expect` would complain as soon as you use it.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "a toolbox, of which not all is in use"
)]

mod builder;
mod cache;
mod check;
mod claims;
mod clock;
mod config;
mod config_error;
mod cookies;
mod credential;
mod custom;
mod demand;
mod denylist;
mod environment;
mod extract;
mod fairing;
mod guard;
mod json;
/*- if keys == "jwks" */
mod jwks;
mod jwks_fetch;
mod jwks_store;
/*- endif */
mod key_source;
mod keys;
mod organization;
mod origin;
mod outcome;
mod payload;
mod permissions;
mod process;
mod public_routes;
mod publishable;
pub mod refresh;
mod rejection;
mod request;
mod response;
mod reverification;
mod rules;
mod session;
mod texts;
mod token;
mod verify;

#[cfg(test)]
mod test_token;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use builder::VerifierBuilder;
pub use check::Check;
pub use claims::Claims;
pub use clock::Clock;
pub use config::{AzpMissing, Carriers, ClientUatPolicy, InstanceKeys, Profile, Settings};
pub use config_error::ConfigError;
pub use custom::CustomClaims;
pub use extract::{Allowed, MaybeSession, PendingSession, Requirement};
pub use fairing::Attached;
pub use guard::Guard;
pub use organization::{Actor, Organization};
pub use payload::Malformed;
pub use public_routes::PublicRoutes;
pub use rejection::{Reason, Rejection};
pub use reverification::{Level, Reverification};
pub use session::{Session, SessionToken};
pub use verify::Verifier;

pub use fairing::{fairing, fairing_with};
pub use guard::{require_organization, require_permission, require_role};
pub use guard::{require_session, require_session_except};
