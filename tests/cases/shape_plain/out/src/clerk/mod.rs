// clerk-sessions: module/mod.rs
//! Verified Clerk sessions for this crate's Axum routes.
//!
//! ```ignore
//! use clerk::{Rejection, Session};
//!
//! async fn me(session: Session) -> String {
//!     format!("signed in as {}", session.user_id())
//! }
//!
//! async fn delete(session: Session) -> Result<(), Rejection> {
//!     session.require_permission("org:projects:delete")
//! }
//!
//! let app = Router::new().route("/me", get(me)).layer(clerk::layer());
//! ```
//!
//! A handler that takes a `Session` runs only for signed-in users. Anyone else gets a 401. Call
//! `clerk::Verifier::from_env()?` in `main` to stop the program if the configuration is bad.
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
mod guard;
mod json;
mod jwks;
mod jwks_fetch;
mod jwks_store;
mod key_source;
mod keys;
mod layer;
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
    extract::{MaybeSession, PendingSession},
    guard::{Guard, GuardLayer},
    layer::{Attached, Shared},
    organization::{Actor, Organization},
    public_routes::PublicRoutes,
    rejection::{Reason, Rejection},
    reverification::{Level, Reverification},
    session::{Session, SessionToken},
    verify::Verifier,
};

#[allow(unused_imports, reason = "a program does not use all of the functions")]
pub use self::{
    guard::{
        require_organization, require_permission, require_person, require_role, require_session,
        require_session_except,
    },
    layer::{layer, layer_with},
};
