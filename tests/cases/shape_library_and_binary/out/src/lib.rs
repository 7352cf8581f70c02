//! Routes.

pub mod api;
pub mod clerk;
pub mod store;
