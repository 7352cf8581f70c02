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
//! A handler that takes a `Session` runs only for signed-in users. Anyone else gets a 401. The
//! fairing stops the launch if the configuration is bad.
//!
//! At the level `debug`, Rocket itself logs whole requests, with their tokens (target
//! `rocket::server`). Keep that off in production.
//!
//! This code is yours. `cargo clerk-sessions update` merges later versions with your edits.

// `allow` and not `expect`: how much of the module is in use changes with the program.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "a program does not use all of the module"
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

#[allow(unused_imports, reason = "a program does not use all of the types")]
pub use self::{
    builder::VerifierBuilder,
    check::Check,
    claims::Claims,
    clock::Clock,
    config::{AzpMissing, Carriers, ClientUatPolicy, InstanceKeys, Profile, Settings},
    config_error::ConfigError,
    custom::CustomClaims,
    extract::{Allowed, MaybeSession, PendingSession, Requirement},
    fairing::{Attached, Shared},
    guard::Guard,
    organization::{Actor, Organization},
    public_routes::PublicRoutes,
    rejection::{Reason, Rejection},
    reverification::{Level, Reverification},
    session::{Session, SessionToken},
    verify::Verifier,
};

#[allow(unused_imports, reason = "a program does not use all of the functions")]
pub use self::{
    fairing::{fairing, fairing_with},
    guard::{
        require_organization, require_permission, require_person, require_role, require_session,
        require_session_except,
    },
};
