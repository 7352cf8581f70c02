//! The shop.
#![deny(missing_docs, unused, unused_qualifications)]
#![warn(clippy::unwrap_used)]

#[macro_use]
mod macros;

/// What is in the basket.
pub mod basket;
#[cfg(feature = "orders")]
pub mod orders;

pub use basket::Basket;
