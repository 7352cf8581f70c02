//! A local Clerk: a stand-in for one instance, on loopback, for development and tests without an account.
//!
//! It stands beside the pipeline and knows nothing of it. [`start::start`] brings it up; `world` holds all that it knows,
//! behind one lock; the other modules are functions over that, and `http` speaks. Nothing here leaves this machine.

pub mod child;
pub mod clock;
pub mod duration;
pub mod environment;
pub mod error;
pub mod http;
pub mod instance;
pub mod keys;
pub mod masks;
pub mod options;
pub mod outgoing;
pub mod persist;
pub mod publishable;
pub mod secrets;
pub mod seed;
pub mod server;
pub mod sessions;
pub mod shortcodes;
pub mod start;
pub mod token;
pub mod tokens;
pub mod world;

mod clients;
mod log;
mod random;
mod webhooks;
