// clerk-sessions: module/mod.rs
//! Verified Clerk sessions for this crate's Axum routes.
//!
//! ```ignore
//! use clerk::{Rejection, Session};
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
//! A handler that takes a `Session` runs only for signed-in users. Anyone else gets a 401.
//! Call `clerk::Verifier::from_env()` in `main` to stop the program if the configuration is bad.
//!
//! What stands where:
//!
//! - `session.rs`: what a handler may ask of a session; `claims.rs`: what its token says
//! - `custom.rs`: your own claims, **yours to edit**
//! - `config.rs`: settings, profiles and environment variables
//! - `authorization/`: roles, permissions, reverification, public routes
//! - `rejection.rs`: why a session is refused, and the response to that
//! - `testing.rs`: sessions for the tests of your own handlers
//! - `web/`: extractors, guards and wiring for Axum
//! - `verify/`: the engine, rarely opened; `tests/`: the module's own tests
//!
//! This code is yours. `cargo clerk-sessions update` merges later versions with your edits.

// `allow` and not `expect`: how much of the module is in use changes with the program, and what fails
// is in the first sentence about each function.
#![allow(dead_code, unreachable_pub, unused_imports)]
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc)]
#![allow(clippy::must_use_candidate)]

mod authorization;
mod claims;
mod config;
mod custom;
mod rejection;
mod session;
mod verify;
mod web;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use self::authorization::{Check, Level, PublicRoutes, Reverification};
pub use self::claims::{Actor, Claims, Organization};
pub use self::config::{AzpMissing, ClientUatPolicy, ConfigError, InstanceKeys};
pub use self::config::{Profile, Settings};
pub use self::custom::CustomClaims;
pub use self::rejection::{Reason, Rejection};
pub use self::session::{Session, SessionToken};
pub use self::verify::{Clock, Verifier, VerifierBuilder};
pub use self::web::*;

use self::verify::authentication::Authentication;
