// clerk-sessions: module/verify/document.rs
//! Reads a JWKS document into the keys that may verify session tokens.
//!
//! Entries are read one at a time, so that a bad one does no harm to the others.

use std::collections::BTreeMap;

use «crates.base64»::prelude::*;
use «crates.serde»::Deserialize;
use «crates.serde_json»::value::RawValue;

use super::json;
use super::keys::PublicKey;

/// How many keys may share a `kid`, as an old and a new key may while Clerk rotates them. Each costs
/// a signature check.
const KEYS_PER_KID: usize = 4;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Public keys by their `kid`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct KeySet {
    keys: BTreeMap<String, Vec<PublicKey>>,
}

#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members of an entry that matter.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct Entry {
    kid: String,
    kty: String,
    #[serde(default, deserialize_with = "json::present")]
    alg: Option<String>,
    #[serde(rename = "use", default, deserialize_with = "json::present")]
    usage: Option<String>,
    #[serde(rename = "key_ops", default, deserialize_with = "json::present")]
    operations: Option<Vec<String>>,
    n: String,
    e: String,
    /// Only private keys have it.
    #[serde(default, deserialize_with = "json::present")]
    d: Option<«crates.serde»::de::IgnoredAny>,
}

impl KeySet {
    /// Reads a document and skips unusable entries. A document without a usable key is `None`, so
    /// that it never replaces keys that work.
    pub(crate) fn from_json(document: &[u8]) -> Option<Self> {
        let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
        let document: Document<'_> = json::read(document)?;
        let mut set = Self::default();
        for (kid, key) in document.keys.into_iter().filter_map(eligible) {
            set.add(kid, key);
        }
        Some(set).filter(|set| !set.keys.is_empty())
    }

    /// The keys with this `kid`, if any.
    pub(crate) fn named(&self, kid: &str) -> &[PublicKey] {
        self.keys.get(kid).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, kid: String, key: PublicKey) {
        let keys = self.keys.entry(kid).or_default();
        if keys.len() < KEYS_PER_KID && !keys.contains(&key) {
            keys.push(key);
        }
    }
}

/// The key of an entry, if it is a public RSA key for signatures that is not meant for another
/// algorithm. An entry in which something that matters occurs twice is of no use.
fn eligible(entry: &RawValue) -> Option<(String, PublicKey)> {
    let entry: Entry = json::read(entry.get().as_bytes())?;
    let verifies = |uses: Vec<String>| uses.iter().any(|one| one == "verify");
    let fits = entry.kty == "RSA"
        && entry.usage.is_none_or(|usage| usage == "sig")
        && entry.alg.is_none_or(|algorithm| algorithm == "RS256")
        && entry.operations.is_none_or(verifies)
        && entry.d.is_none();
    if !fits || entry.kid.is_empty() {
        return None;
    }
    let key = PublicKey::from_numbers(&number(&entry.n)?, &number(&entry.e)?)?;
    Some((entry.kid, key))
}

/// The bytes of a number. RFC 7518 writes no padding, but the official SDK reads it.
fn number(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim_end_matches('=');
    BASE64_URL_SAFE_NO_PAD.decode(digits).ok()
}
