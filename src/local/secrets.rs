//! What only this instance's own callers know.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::random;

/// What stands before a webhook's secret.
pub const WEBHOOK: &str = "whsec_";

/// Random, and of use nowhere else.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// `CLERK_SECRET_KEY`.
    pub key: String,
    /// `CLERK_WEBHOOK_SIGNING_SECRET`.
    pub webhook: String,
}

impl Secrets {
    /// New ones.
    pub fn new(live: bool) -> Self {
        let kind = if live { "live" } else { "test" };
        let key = format!("sk_{kind}_{}", random::letters(40));
        Self { key, webhook: format!("{WEBHOOK}{}", BASE64_STANDARD.encode(random::bytes::<24>())) }
    }
}
