// clerk-sessions: module/test_token.rs
//! A test token, with any user, organization, role, permissions and age.

use std::time::Duration;

use base64::prelude::*;
use serde_json::json;
use serde_json::{Map, Value};

use super::clock;
use super::config::Profile;
use super::testing::{self, TestIssuer};

/// A token to fill in and sign. At first it is that of an active session, issued a second ago.
#[derive(Clone)]
pub struct TestToken {
    issuer: TestIssuer,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl TestToken {
    pub(crate) fn new(issuer: TestIssuer) -> Self {
        let header = json!({ "alg": "RS256", "kid": testing::KEY_ID, "typ": "JWT" });
        let claims = json!({
            "azp": testing::PARTY,
            "fva": [0, -1],
            "iss": testing::ISSUER,
            "jti": "0123456789abcdef",
            "sid": "sess_test",
            "sub": "user_test",
            "v": 2,
        });
        let token = Self {
            issuer,
            header: object(header),
            claims: object(claims),
        };
        let audience = Profile::GENERATED.settings().audience;
        let token = match audience.first() {
            Some(audience) => token.claim("aud", audience.as_str()),
            None => token,
        };
        token.age(Duration::from_secs(1))
    }

    /// The user's id.
    #[must_use]
    pub fn user(self, user_id: &str) -> Self {
        self.claim("sub", user_id)
    }

    /// The session's id.
    #[must_use]
    pub fn session(self, session_id: &str) -> Self {
        self.claim("sid", session_id)
    }

    /// The id and the slug of the active organization.
    #[must_use]
    pub fn organization(self, id: &str, slug: &str) -> Self {
        self.organization_claim("id", id)
            .organization_claim("slg", slug)
    }

    /// The role in the organization, such as `org:admin`.
    #[must_use]
    pub fn role(self, role: &str) -> Self {
        let name = role.strip_prefix("org:").unwrap_or(role);
        self.organization_claim("rol", name)
    }

    /// The permissions in the organization, such as `org:projects:delete`. The token then has the
    /// features that they name, and no others.
    #[must_use]
    pub fn permissions(self, permissions: &[&str]) -> Self {
        let (features, names, masks) = masked(permissions);
        self.claim("fea", features)
            .organization_claim("per", &names)
            .organization_claim("fpm", &masks)
    }

    /// How long ago the token was issued. It expires a minute after that.
    #[must_use]
    pub fn age(self, age: Duration) -> Self {
        let now = self.issuer.clock().now().wall / 1000;
        let issued = now - clock::milliseconds(age) / 1000;
        self.claim("iat", issued)
            .claim("nbf", issued - 10)
            .claim("exp", issued + 60)
    }

    /// How many minutes ago the first and the second factor were verified; -1 for never.
    #[must_use]
    pub fn verified(self, first: i64, second: i64) -> Self {
        self.claim("fva", json!([first, second]))
    }

    /// The origin that the token was issued to.
    #[must_use]
    pub fn party(self, origin: &str) -> Self {
        self.claim("azp", origin)
    }

    /// Makes the session one whose user has tasks to finish first.
    #[must_use]
    pub fn pending(self) -> Self {
        self.claim("sts", "pending")
    }

    /// The id of another user, who acts on this user's behalf.
    #[must_use]
    pub fn actor(self, user_id: &str) -> Self {
        self.claim("act", json!({ "sub": user_id }))
    }

    /// The id of an agent, who acts on this user's behalf.
    #[must_use]
    pub fn agent(self, agent_id: &str) -> Self {
        self.claim("act", json!({ "sub": agent_id, "type": "agent" }))
    }

    /// Sets a claim, such as one of your own.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a member of the header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a member of the header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Signs the token.
    #[must_use]
    pub fn sign(&self) -> String {
        let header = Value::Object(self.header.clone()).to_string();
        let payload = Value::Object(self.claims.clone()).to_string();
        let header = BASE64_URL_SAFE_NO_PAD.encode(header);
        let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
        self.issuer.sign(&format!("{header}.{payload}"))
    }

    /// Signs the token, as the value of the `Authorization` header.
    #[must_use]
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.sign())
    }

    fn organization_claim(mut self, name: &str, value: &str) -> Self {
        let entry = self.claims.entry("o").or_insert_with(|| json!({}));
        if let Some(organization) = entry.as_object_mut() {
            organization.insert(name.to_owned(), value.into());
        }
        self
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Permissions as Clerk packs them: the features, the names of permissions, and for each feature a
/// mask that selects among the names.
fn masked(permissions: &[&str]) -> (String, String, String) {
    let mut features: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut granted: Vec<(&str, &str)> = Vec::new();
    for permission in permissions {
        let plain = permission.strip_prefix("org:").unwrap_or(permission);
        let (feature, name) = plain.split_once(':').unwrap_or((plain, ""));
        if !features.contains(&feature) {
            features.push(feature);
        }
        if !names.contains(&name) {
            names.push(name);
        }
        granted.push((feature, name));
    }
    let mask = |feature: &&str| {
        let bit = |name: &&str| granted.contains(&(*feature, *name));
        decimal(names.iter().rev().map(bit))
    };
    let masks: Vec<String> = features.iter().map(mask).collect();
    let scoped: Vec<String> = features.iter().map(|name| format!("o:{name}")).collect();
    (scoped.join(","), names.join(","), masks.join(","))
}

/// A binary number of any length, highest bit first, in decimal.
fn decimal(bits: impl Iterator<Item = bool>) -> String {
    let mut digits = vec![0];
    for bit in bits {
        let mut carry = u8::from(bit);
        for digit in &mut digits {
            carry += *digit * 2;
            *digit = carry % 10;
            carry /= 10;
        }
        digits.extend(Some(carry).filter(|carry| *carry > 0));
    }
    let digits = digits.iter().rev();
    digits.map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_a_bit_for_each_name() {
        let (features, names, masks) = masked(&["org:a:read", "org:b:edit", "b:read"]);
        assert_eq!(features, "o:a,o:b");
        assert_eq!(names, "read,edit");
        assert_eq!(masks, "1,3");
        let power = (0..=128).map(|bit| bit == 0);
        assert_eq!(decimal(power), "340282366920938463463374607431768211456");
    }
}
