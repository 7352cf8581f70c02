// clerk-sessions: module/verify/keys.rs
//! RSA public keys, from a PEM or from the numbers of a JWK, and the check of a signature with them.

use std::fmt;
use std::ops::RangeInclusive;
use std::slice;
use std::sync::Arc;

use aws_lc_rs::signature::{self, ParsedPublicKey, RsaPublicKeyComponents};
use base64::prelude::*;

use super::super::Reason;
use super::clock::Moment;
use super::document::KeySet;
use super::store::JwksStore;
use super::token::{self, Compact};

/// RFC 7518 requires at least 2048 bits. Above 4096 a check costs too much.
const MODULUS_BITS: RangeInclusive<usize> = 2048..=4096;

/// The DER encoding of the object identifier `rsaEncryption`.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;

/// The keys of one Clerk instance.
pub(crate) enum KeySource {
    /// One key, from a PEM. It verifies tokens with any `kid`.
    Pem(PublicKey),
    /// Keys from a document that never changes.
    Fixed(KeySet),
    /// Keys that are fetched, and change when Clerk rotates them.
    Fetched(Arc<JwksStore>),
}

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

/// A public key that may verify RS256 signatures.
pub(crate) struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl PublicKey {
    /// Reads a PEM in any form that variables tend to hold: with or without its `BEGIN` and `END`
    /// lines, on one line or many, with `\n` as two characters, in quotes or white space.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        let pem = pem.replace("\\r", "").replace("\\n", "\n");
        let pem = pem.trim().trim_matches(|c| c == '"' || c == '\'');
        let body = match pem.trim().strip_prefix("-----BEGIN ") {
            Some(armoured) => unarmoured(armoured)?,
            None => pem,
        };
        let base64: String = body.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(base64).ok()?;
        let (modulus, exponent) = rsa_numbers(&der)?;
        Self::from_numbers(modulus, exponent)
    }

    /// Takes big-endian numbers without leading zeros. The exponent must be odd and at least 3.
    pub(crate) fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        let odd = exponent.last()? % 2 == 1;
        if !MODULUS_BITS.contains(&bits) || !odd || exponent == [1] {
            return None;
        }
        let components = RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        let parsed = components
            .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)
            .ok()?;
        Some(Self {
            modulus: modulus.to_vec(),
            exponent: exponent.to_vec(),
            parsed,
        })
    }

    /// Whether the signature of the message was made with this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.modulus == other.modulus && self.exponent == other.exponent
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({} bits)", self.modulus.len() * 8)
    }
}

/// The text between the `BEGIN` and `END` lines, which must both name a public key.
fn unarmoured(after_begin: &str) -> Option<&str> {
    let (label, rest) = after_begin.split_once("-----")?;
    let (body, end) = rest.split_once("-----END ")?;
    let known = label == "PUBLIC KEY" || label == "RSA PUBLIC KEY";
    let closed = end.trim_end().strip_suffix("-----") == Some(label);
    Some(body).filter(|_| known && closed)
}

/// The modulus and exponent in a `SubjectPublicKeyInfo`, which Clerk's Dashboard shows, or in a bare
/// `RSAPublicKey`.
pub(crate) fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = whole(der, SEQUENCE)?;
    if body.first() == Some(&INTEGER) {
        return two_integers(body);
    }
    let (algorithm, rest) = element(body, SEQUENCE)?;
    let (identifier, _) = element(algorithm, OBJECT_IDENTIFIER)?;
    let key = whole(rest, BIT_STRING)?.strip_prefix(&[0])?;
    if identifier != RSA_ENCRYPTION {
        return None;
    }
    two_integers(whole(key, SEQUENCE)?)
}

fn two_integers(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (modulus, rest) = element(body, INTEGER)?;
    let exponent = whole(rest, INTEGER)?;
    Some((unsigned(modulus), unsigned(exponent)))
}

/// DER puts a zero in front of a positive number whose first bit is set.
fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

/// The content of a DER element with this tag that takes up all the bytes.
fn whole(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (content, rest) = element(bytes, tag)?;
    Some(content).filter(|_| rest.is_empty())
}

/// The content of a DER element with this tag, and the bytes that follow it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match *short {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let length = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
            (usize::from(length), rest.get(2..)?)
        }
        _ => return None,
    };
    Some((rest.get(..length)?, rest.get(length..)?))
}
