// clerk-sessions: module/jwks.rs
//! A JWKS document, read into the keys that may verify session tokens.

use std::collections::HashMap;

use serde_json::Value;

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
        let document: Value = serde_json::from_slice(document).ok()?;
        let mut set = Self::default();
        for entry in document.get("keys")?.as_array()? {
            if let Some((kid, key)) = eligible(entry) {
                let keys = set.keys.entry(kid.to_owned()).or_default();
                if keys.len() < KEYS_PER_KID && !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        Some(set).filter(|set| !set.keys.is_empty())
    }

    /// The keys of a `kid`; none where it is not known.
    pub(crate) fn named(&self, kid: &str) -> &[PublicKey] {
        self.keys.get(kid).map_or(&[], Vec::as_slice)
    }
}

/// A key that is RSA, for signatures, and pins no other algorithm than RS256.
fn eligible(entry: &Value) -> Option<(&str, PublicKey)> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let absent_or = |name: &str, value: &str| match entry.get(name) {
        None => true,
        Some(found) => found.as_str() == Some(value),
    };
    let may_verify = match entry.get("key_ops") {
        None => true,
        Some(Value::Array(uses)) => uses.iter().any(|one| one.as_str() == Some("verify")),
        Some(_) => false,
    };
    let fits = text("kty") == Some("RSA") && absent_or("use", "sig") && absent_or("alg", "RS256");
    let kid = text("kid").filter(|kid| !kid.is_empty())?;
    if !fits || !may_verify {
        return None;
    }
    Some((kid, PublicKey::from_jwk(text("n")?, text("e")?)?))
}
