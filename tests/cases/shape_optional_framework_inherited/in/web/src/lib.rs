pub mod app;

#[cfg(feature = "hydrate")]
pub fn hydrate() {}
