// clerk-sessions: module/jwks.rs
//! A JWKS document, read into the keys that may verify session tokens.

use std::collections::HashMap;
use std::fmt;

use «crates.serde»::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use «crates.serde»::{Deserialize, Deserializer};

use super::json::{Member, Object};
use super::keys::PublicKey;

/// Keys that share a `kid`, as they do for a while when Clerk rotates them. More would let one
/// token cost many signature checks.
const KEYS_PER_KID: usize = 4;

/// Public keys by their `kid`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct KeySet {
    keys: HashMap<String, Vec<PublicKey>>,
}

impl KeySet {
    /// Reads a document. Entries that are of no use are skipped one by one; a document without a
    /// useful one is refused, so that it never replaces keys that work.
    pub(crate) fn from_json(document: &[u8]) -> Option<Self> {
        let document: Object<Document> = «crates.serde_json»::from_slice(document).ok()?;
        match document {
            Object::Is(Document { keys: Keys(set) }) if !set.keys.is_empty() => Some(set),
            _ => None,
        }
    }

    /// The keys of a `kid`; none where it is not known.
    pub(crate) fn named(&self, kid: &str) -> &[PublicKey] {
        self.keys.get(kid).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, entry: &Entry) {
        if let Some((kid, key)) = entry.eligible() {
            let keys = self.keys.entry(kid.to_owned()).or_default();
            if keys.len() < KEYS_PER_KID && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
}

#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct Document {
    keys: Keys,
}

/// The list of keys, read one by one, so that a document takes no more memory than an entry.
struct Keys(KeySet);

/// The members of an entry that decide anything. Of several with the same name the last counts.
#[derive(Default)]
struct Entry {
    kty: Member,
    usage: Member,
    alg: Member,
    key_ops: Member,
    kid: Member,
    n: Member,
    e: Member,
}

impl Entry {
    /// A key that is RSA, for signatures, and pins no other algorithm than RS256.
    fn eligible(&self) -> Option<(&str, PublicKey)> {
        let absent_or = |member: &Member, value| match member {
            Member::Absent => true,
            found => found.text() == Some(value),
        };
        let may_verify = match &self.key_ops {
            Member::Absent => true,
            Member::List(uses) => uses.iter().any(|one| one.text() == Some("verify")),
            _ => false,
        };
        let fits = self.kty.text() == Some("RSA")
            && absent_or(&self.usage, "sig")
            && absent_or(&self.alg, "RS256");
        let kid = self.kid.text().filter(|kid| !kid.is_empty())?;
        if !fits || !may_verify {
            return None;
        }
        let key = PublicKey::from_jwk(self.n.text()?, self.e.text()?)?;
        Some((kid, key))
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(KeysVisitor).map(Self)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = KeySet;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<KeySet, A::Error> {
        let mut set = KeySet::default();
        while let Some(entry) = list.next_element::<Object<Entry>>()? {
            if let Object::Is(entry) = entry {
                set.add(&entry);
            }
        }
        Ok(set)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let mut entry = Entry::default();
        while let Some(name) = map.next_key::<Name>()? {
            let place = match name {
                Name::Kty => &mut entry.kty,
                Name::Use => &mut entry.usage,
                Name::Alg => &mut entry.alg,
                Name::KeyOps => &mut entry.key_ops,
                Name::Kid => &mut entry.kid,
                Name::N => &mut entry.n,
                Name::E => &mut entry.e,
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = map.next_value()?;
        }
        Ok(entry)
    }
}

/// The name of a member.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
#[serde(field_identifier, rename_all = "snake_case")]
enum Name {
    Kty,
    Use,
    Alg,
    KeyOps,
    Kid,
    N,
    E,
    #[serde(other)]
    Other,
}
