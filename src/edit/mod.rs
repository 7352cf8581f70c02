//! Changes text that belongs to the user: every edit inserts, and says no where it cannot be sure.
//!
//! Text in, text out. A parser finds the place, text insertion edits, and a second parse proves that nothing else changed.
//! Nothing here knows a path or a framework.

pub mod crate_root;
pub mod environment;
mod depth;
mod error;
pub mod main_function;
pub mod manifest;
mod outline;
pub mod rust;
pub mod text;
pub mod wire;

pub use error::EditError;
pub use text::is_subsequence;
