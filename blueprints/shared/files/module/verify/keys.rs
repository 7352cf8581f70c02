// clerk-sessions: module/verify/keys.rs
//! RSA public keys, from a PEM or from the numbers of a JWK, and the check of a signature with them.

/* if keys == "pem" -*/
use std::future::{self, Ready};
/* endif -*/
use std::ops::RangeInclusive;
use std::slice;
/*- if keys == "jwks" */
use std::sync::Arc;
/*- endif */

use «crates.aws_lc_rs»::rsa::PublicEncryptingKey;
use «crates.aws_lc_rs»::signature::{self, ParsedPublicKey};
use «crates.base64»::prelude::*;

use super::super::Reason;
use super::clock::Moment;
/*- if keys == "jwks" */
use super::jwks::KeySet;
use super::store::{JwksStore, Loaded};
/*- endif */
use super::token::{self, Compact};

/// RFC 7518 requires at least 2048 bits. Above 4096 a check costs too much.
const MODULUS_BITS: RangeInclusive<usize> = 2048..=4096;

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

/* if keys == "jwks" -*/
impl KeySource {
    /// Whether the keys are still those of this generation.
    pub(crate) fn are_of(&self, generation: u64, now: Moment) -> bool {
        match self {
            Self::Pem(_) | Self::Fixed(_) => generation == 0,
            Self::Fetched(store) => store.generation(now) == Some(generation),
        }
    }

    /// Checks the signature of a token and returns the generation of the keys. `now` is set anew if
    /// keys have to be fetched first.
    pub(crate) async fn verify(
        &self,
        kid: Option<&str>,
        token: Compact<'_>,
        now: &mut Moment,
    ) -> Result<u64, Reason> {
        let kid = || kid.ok_or(Reason::TOKEN_KEY_UNKNOWN);
        match self {
            Self::Pem(key) => verify(token, slice::from_ref(key)).map(|()| 0),
            Self::Fixed(keys) => verify(token, keys.named(kid()?)).map(|()| 0),
            Self::Fetched(store) => {
                let kid = kid()?;
                let known = |loaded: &Loaded| !loaded.keys.named(kid).is_empty();
                let loaded = store.find(known, Reason::TOKEN_KEY_UNKNOWN, now).await?;
                let verified = verify(token, loaded.keys.named(kid));
                if verified != Err(Reason::TOKEN_SIGNATURE) {
                    return verified.map(|()| loaded.generation);
                }
                // Clerk names keys after the instance, so a new key can have the old `kid`.
                let newer = |other: &Loaded| other.generation != loaded.generation;
                let newer = store.find(newer, Reason::TOKEN_SIGNATURE, now).await?;
                verify(token, newer.keys.named(kid)).map(|()| newer.generation)
            }
        }
    }
}
/*- else -*/
impl KeySource {
    /// Whether the keys are still those of this generation. A PEM has only one.
    pub(crate) fn are_of(&self, generation: u64, _: Moment) -> bool {
        match self {
            Self::Pem(_) => generation == 0,
        }
    }

    /// Checks the signature of a token and returns the generation of the keys. It never waits.
    pub(crate) fn verify(
        &self,
        _: Option<&str>,
        token: Compact<'_>,
        _: &mut Moment,
    ) -> Ready<Result<u64, Reason>> {
        match self {
            Self::Pem(key) => future::ready(verify(token, slice::from_ref(key)).map(|()| 0)),
        }
    }
}
/*- endif */

fn verify(token: Compact<'_>, keys: &[PublicKey]) -> Result<(), Reason> {
    Reason::TOKEN_KEY_UNKNOWN.unless(!keys.is_empty())?;
    let (message, signature) = (token.signed.as_bytes(), token::decode(token.signature)?);
    let verifies = |key: &PublicKey| key.parsed.verify_sig(message, &signature).is_ok();
    Reason::TOKEN_SIGNATURE.unless(keys.iter().any(verifies))
}

/// A public key that may verify RS256 signatures.
pub(crate) struct PublicKey {
    /// As it was given: its DER, or its two numbers. Equal keys have equal ones.
    encoded: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl PublicKey {
    /// Reads a PEM in any form that variables tend to hold: with or without its `BEGIN` and `END`
    /// lines, on one line or many, with `\n` as two characters, in quotes or white space. Inside is
    /// the `SubjectPublicKeyInfo` that Clerk's Dashboard shows.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        let pem = pem.replace("\\r", "").replace("\\n", "\n");
        let pem = pem.trim().trim_matches(|c| c == '"' || c == '\'').trim();
        let body = match pem.strip_prefix("-----BEGIN PUBLIC KEY-----") {
            Some(armoured) => armoured.strip_suffix("-----END PUBLIC KEY-----")?,
            None => pem,
        };
        let base64: String = body.split_whitespace().collect();
        let encoded = BASE64_STANDARD.decode(base64).ok()?;
        let key = PublicEncryptingKey::from_der(&encoded).ok()?;
        let parsed = ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &encoded).ok()?;
        let fits = MODULUS_BITS.contains(&key.key_size_bits());
        fits.then_some(Self { encoded, parsed })
    }
/* if keys == "jwks" */
    /// Takes big-endian numbers without leading zeros. The exponent must be odd and at least 3.
    pub(crate) fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        let odd = exponent.last()? % 2 == 1;
        if !MODULUS_BITS.contains(&bits) || !odd || exponent == [1] {
            return None;
        }
        let components = signature::RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        let parsed = components.to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256);
        Some(Self {
            encoded: [modulus, exponent].concat(),
            parsed: parsed.ok()?,
        })
    }
/* endif */}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.encoded == other.encoded
    }
}
