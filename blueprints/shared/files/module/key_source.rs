// clerk-sessions: module/key_source.rs
//! Where public keys come from, and the check of a signature against them.

/* if keys == "jwks" -*/
use std::slice;
use std::sync::Arc;
/*- else -*/
use std::future::{self, Ready};
use std::slice;
/*- endif */

use super::clock::Moment;
/*- if keys == "jwks" */
use super::jwks::KeySet;
use super::jwks_store::JwksStore;
/*- endif */
use super::keys::PublicKey;
use super::rejection::Reason;
use super::token::{self, Compact};

/// The keys of one Clerk instance.
pub(crate) enum KeySource {
    /// One key, from a PEM. It verifies tokens with any `kid`.
    Pem(PublicKey),
    /*- if keys == "jwks" */
    /// Keys from a document that never changes.
    Fixed(KeySet),
    /// Keys that are fetched, and change when Clerk rotates them.
    Fetched(Arc<JwksStore>),
    /*- endif */
}

impl KeySource {
    /// Whether the keys are still those of this generation. A PEM has only one.
    pub(crate) fn are_of(&self, generation: u64, /* if keys == "pem" */_/* else */now/* endif */: Moment) -> bool {
        match self {
            /*- if keys == "jwks" */
            Self::Pem(_) | Self::Fixed(_) => generation == 0,
            Self::Fetched(store) => store.generation(now) == Some(generation),
            /*- else */
            Self::Pem(_) => generation == 0,
            /*- endif */
        }
    }
/* if keys == "jwks" */
    /// Checks the signature of a token and returns the generation of the keys. `now` is set anew if
    /// keys have to be fetched first.
    pub(crate) async fn verify(
        &self,
        kid: Option<&str>,
        token: Compact<'_>,
        now: &mut Moment,
    ) -> Result<u64, Reason> {
        let kid = || kid.ok_or(Reason::TokenKeyUnknown);
        match self {
            Self::Pem(key) => check(token, slice::from_ref(key)).map(|()| 0),
            Self::Fixed(keys) => check(token, keys.named(kid()?)).map(|()| 0),
            Self::Fetched(store) => {
                let kid = kid()?;
                let loaded = store.named(kid, now).await?;
                let checked = check(token, loaded.keys.named(kid));
                if checked != Err(Reason::TokenSignature) {
                    return checked.map(|()| loaded.generation);
                }
                let newer = store.after(loaded.generation, now).await?;
                check(token, newer.keys.named(kid)).map(|()| newer.generation)
            }
        }
    }
/*- else */
    /// Checks the signature of a token and returns the generation of the keys. It never waits.
    pub(crate) fn verify(
        &self,
        _: Option<&str>,
        token: Compact<'_>,
        _: &mut Moment,
    ) -> Ready<Result<u64, Reason>> {
        match self {
            Self::Pem(key) => future::ready(check(token, slice::from_ref(key)).map(|()| 0)),
        }
    }
/*- endif */
}

/// Checks whether the signature of a token was made with one of the keys.
fn check(token: Compact<'_>, keys: &[PublicKey]) -> Result<(), Reason> {
    if keys.is_empty() {
        return Err(Reason::TokenKeyUnknown);
    }
    let mut space = token::SIGNATURE_SPACE;
    let signature = token.signature(&mut space)?;
    let message = token.signed.as_bytes();
    let verifies = |key: &PublicKey| key.verifies(message, signature);
    if keys.iter().any(verifies) {
        Ok(())
    } else {
        Err(Reason::TokenSignature)
    }
}
