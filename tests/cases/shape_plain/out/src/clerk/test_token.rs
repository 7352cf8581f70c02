// clerk-sessions: module/test_token.rs
//! A test token that is being filled in: any user, organization, role, permissions, age.

use std::time::Duration;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use base64::Engine as _;

use serde_json::json;

use serde_json::{Map, Value};

use super::clock::milliseconds;
use super::config::Profile;
use super::testing::TestIssuer;

use super::testing::{ISSUER, KEY_ID, PARTY};

/// A token that is being filled in. It starts as that of an active session that is a second old.
#[derive(Clone)]
pub struct TestToken {
    issuer: TestIssuer,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl TestToken {
    pub(crate) fn new(issuer: TestIssuer) -> Self {
        let header = json!({ "alg": "RS256", "kid": KEY_ID, "typ": "JWT" });
        let claims = json!({
            "azp": PARTY,
            "fva": [0, -1],
            "iss": ISSUER,
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

    /// The user.
    #[must_use]
    pub fn user(self, user_id: &str) -> Self {
        self.claim("sub", user_id)
    }

    /// The session.
    #[must_use]
    pub fn session(self, session_id: &str) -> Self {
        self.claim("sid", session_id)
    }

    /// The active organization, with its slug.
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

    /// The permissions in the organization, such as `org:projects:delete`, and nothing else of its
    /// features.
    #[must_use]
    pub fn permissions(self, permissions: &[&str]) -> Self {
        let (features, names, masks) = masked(permissions);
        self.claim("fea", features)
            .organization_claim("per", &names)
            .organization_claim("fpm", &masks)
    }

    /// How long ago the token was minted; it lives for a minute from then.
    #[must_use]
    pub fn age(self, age: Duration) -> Self {
        let now = self.issuer.clock().now().wall / 1000;
        let issued = now - milliseconds(age) / 1000;
        self.claim("iat", issued)
            .claim("nbf", issued - 10)
            .claim("exp", issued + 60)
    }

    /// How many minutes ago the first and the second factor were checked; -1 for never.
    #[must_use]
    pub fn verified(self, first: i64, second: i64) -> Self {
        self.claim("fva", json!([first, second]))
    }

    /// The page that the token was minted for.
    #[must_use]
    pub fn party(self, origin: &str) -> Self {
        self.claim("azp", origin)
    }

    /// A session with tasks to finish first.
    #[must_use]
    pub fn pending(self) -> Self {
        self.claim("sts", "pending")
    }

    /// Somebody who acts for the user.
    #[must_use]
    pub fn actor(self, user_id: &str) -> Self {
        self.claim("act", json!({ "sub": user_id }))
    }

    /// Any claim, such as one of your own.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// A token that lacks a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Any member of the header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// A token whose header lacks a member.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// The token.
    #[must_use]
    pub fn sign(&self) -> String {
        let header = Value::Object(self.header.clone()).to_string();
        let payload = Value::Object(self.claims.clone()).to_string();
        let header = URL_SAFE_NO_PAD.encode(header);
        let payload = URL_SAFE_NO_PAD.encode(payload);
        self.issuer.sign(&format!("{header}.{payload}"))
    }

    /// The value of the `Authorization` header.
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

/// Permissions as Clerk packs them: features, permission names, and per feature a mask whose bits
/// stand for the names.
fn masked(permissions: &[&str]) -> (String, String, String) {
    let mut features: Vec<(&str, u128)> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for permission in permissions {
        let plain = permission.strip_prefix("org:").unwrap_or(permission);
        let (feature, name) = plain.split_once(':').unwrap_or((plain, ""));
        let bit = names.iter().position(|known| *known == name);
        let bit = bit.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        match features.iter_mut().find(|known| known.0 == feature) {
            Some(known) => known.1 |= 1 << bit,
            None => features.push((feature, 1 << bit)),
        }
    }
    let scoped: Vec<String> = features.iter().map(|one| format!("o:{}", one.0)).collect();
    let masks: Vec<String> = features.iter().map(|one| one.1.to_string()).collect();
    (scoped.join(","), names.join(","), masks.join(","))
}
