// clerk-sessions: module/verify/document.rs
//! Reads a JWKS document into the keys that may verify session tokens.
//!
//! Entries are read one at a time, and only the members that matter are kept, so a document takes
//! little more memory than its text.

use std::collections::BTreeMap;
use std::fmt;

use base64::prelude::*;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::json::{Member, Members, Object};
use super::keys::PublicKey;

/// How many keys may share a `kid`, as an old and a new key may while Clerk rotates them. Each costs
/// a signature check.
const KEYS_PER_KID: usize = 4;

/// Public keys by their `kid`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct KeySet {
    keys: BTreeMap<String, Vec<PublicKey>>,
}

#[derive(Deserialize)]
struct Document {
    keys: KeySet,
}

/// The members of an entry that matter.
#[derive(Default)]
struct Entry<'a> {
    kid: Member<'a>,
    kty: Member<'a>,
    alg: Member<'a>,
    usage: Member<'a>,
    operations: Member<'a>,
    n: Member<'a>,
    e: Member<'a>,
    /// Only private keys have it.
    d: Member<'a>,
}

impl KeySet {
    /// Reads a document and skips unusable entries. A document without a usable key is `None`, so
    /// that it never replaces keys that work.
    pub(crate) fn from_json(document: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(document).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Serde would also read a struct from a list.
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let document: Document = serde_json::from_str(text).ok()?;
        Some(document.keys).filter(|set| !set.keys.is_empty())
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

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = KeySet;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<KeySet, A::Error> {
        let mut set = KeySet::default();
        while let Some(entry) = list.next_element::<Object<Entry<'_>>>()? {
            let Object::Is(entry) = entry else { continue };
            if let Some((kid, key)) = entry.eligible() {
                set.add(kid, key);
            }
        }
        Ok(set)
    }
}

impl<'a> Members for Entry<'a> {
    type Member = Member<'a>;

    fn place(&mut self, name: &str) -> Option<&mut Member<'a>> {
        match name {
            "kid" => Some(&mut self.kid),
            "kty" => Some(&mut self.kty),
            "alg" => Some(&mut self.alg),
            "use" => Some(&mut self.usage),
            "key_ops" => Some(&mut self.operations),
            "n" => Some(&mut self.n),
            "e" => Some(&mut self.e),
            "d" => Some(&mut self.d),
            _ => None,
        }
    }
}

impl Entry<'_> {
    /// The key, if it is a public RSA key for signatures that is not meant for another algorithm.
    fn eligible(self) -> Option<(String, PublicKey)> {
        let absent_or = |member: &Member<'_>, value: &str| match member {
            Member::Absent => true,
            found => found.text() == Some(value),
        };
        let may_verify = match &self.operations {
            Member::Absent => true,
            Member::Texts(uses) => uses.iter().any(|one| one == "verify"),
            _ => false,
        };
        let fits = self.kty.text() == Some("RSA")
            && absent_or(&self.usage, "sig")
            && absent_or(&self.alg, "RS256")
            && self.d == Member::Absent;
        let kid = self.kid.text().filter(|kid| !kid.is_empty())?;
        if !fits || !may_verify {
            return None;
        }
        let key = PublicKey::from_numbers(&number(&self.n)?, &number(&self.e)?)?;
        Some((kid.to_owned(), key))
    }
}

/// The bytes of a number. RFC 7518 writes no padding, but the official SDK reads it.
fn number(member: &Member<'_>) -> Option<Vec<u8>> {
    let digits = member.text()?.trim_end_matches('=');
    BASE64_URL_SAFE_NO_PAD.decode(digits).ok()
}
