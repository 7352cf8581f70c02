//! The person behind the counter.

/// A name.
pub const NAME: &str = "clerk";
