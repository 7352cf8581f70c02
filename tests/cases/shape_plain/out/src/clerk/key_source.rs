// clerk-sessions: module/key_source.rs
//! Where public keys come from, and the check of a signature with those that apply.

use std::sync::Arc;

use super::clock::Moment;
use super::jwks::KeySet;
use super::jwks_store::JwksStore;
use super::keys::PublicKey;
use super::rejection::Reason;
use super::token::Compact;

use super::token::SIGNATURE_SPACE;

/// The keys of one Clerk instance.
pub(crate) enum KeySource {
    /// One key, from a PEM. It belongs to the instance whatever the `kid` of a token.
    Pem(PublicKey),
    /// A document that never changes.
    Fixed(KeySet),
    /// Keys that are fetched and rotate.
    Fetched(Arc<JwksStore>),
}

/// A token whose signature is to be checked, and which key its header names.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) kid: Option<&'a str>,
    pub(crate) parts: Compact<'a>,
}

impl KeySource {
    /// Whether the keys are still those of this generation. With a PEM they always are.
    pub(crate) fn are_of(&self, generation: u64, now: Moment) -> bool {
        match self {
            Self::Pem(_) | Self::Fixed(_) => generation == 0,
            Self::Fetched(store) => store.generation(now.monotonic) == Some(generation),
        }
    }

    /// Checks a signature, and returns the generation of the keys that it holds for.
    pub(crate) async fn verify(&self, signed: Signed<'_>) -> Result<u64, Reason> {
        let kid = || signed.kid.ok_or(Reason::TokenKeyUnknown);
        match self {
            Self::Pem(key) => signed.holds(std::slice::from_ref(key), 0),
            Self::Fixed(keys) => signed.holds(keys.named(kid()?), 0),
            Self::Fetched(store) => {
                let loaded = store.find(kid()?).await?;
                signed.holds(loaded.keys.named(kid()?), loaded.generation)
            }
        }
    }
}

impl Signed<'_> {
    fn holds(self, keys: &[PublicKey], generation: u64) -> Result<u64, Reason> {
        if keys.is_empty() {
            return Err(Reason::TokenKeyUnknown);
        }
        let mut space = SIGNATURE_SPACE;
        let signature = self.parts.signature(&mut space)?;
        let message = self.parts.signed.as_bytes();
        let verifies = |key: &PublicKey| key.verifies(message, signature);
        if keys.iter().any(verifies) {
            Ok(generation)
        } else {
            Err(Reason::TokenSignature)
        }
    }
}
