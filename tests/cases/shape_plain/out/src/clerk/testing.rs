// clerk-sessions: module/testing.rs
//! Tokens for the tests of your own handlers, signed with a key that is generated when they run.
//!
//! ```ignore
//! let issuer = TestIssuer::new();
//! let app = router().layer(clerk::layer_with(issuer.verifier()));
//! let token = issuer.token().user("user_1").organization("org_1", "acme").role("admin").bearer();
//! // … send it as the `Authorization` header.
//! ```
//!
//! This file uses public items of the module only. So the tests in `tests/` of a library can have it:
//!
//! ```ignore
//! use my_library::clerk::*;
//!
//! #[path = "../src/clerk/testing.rs"]
//! mod testing;
//! ```

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "without an issuer a test has failed"
)]
#![allow(dead_code, unreachable_pub, reason = "no test uses all of it")]

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, KeyPair as _, RsaKeyPair};
use base64::prelude::*;
use serde_json::json;
use serde_json::{Map, Value};

use super::{Clock, InstanceKeys, Profile, Verifier, VerifierBuilder};

/// The issuer of test tokens.
pub const ISSUER: &str = "https://clerk.test.example";

/// The origin that test tokens are issued to.
pub const PARTY: &str = "https://app.test.example";

/// The `kid` of test tokens.
pub const KEY_ID: &str = "ins_test";

/// Stands in for Clerk in tests: it issues tokens, and has a verifier that accepts them.
#[derive(Clone)]
#[must_use]
pub struct TestIssuer {
    key: Arc<RsaKeyPair>,
    clock: Clock,
}

impl Default for TestIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl TestIssuer {
    /// An issuer with the key of this process. Its clock stands still at the current time.
    pub fn new() -> Self {
        static KEY: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        let key = KEY.get_or_init(|| Arc::new(new_key()));
        Self {
            key: Arc::clone(key),
            clock: Clock::manual(Clock::system().seconds()),
        }
    }

    /// An issuer with a key of its own, whose tokens no other issuer's verifier accepts.
    pub fn stranger() -> Self {
        Self {
            key: Arc::new(new_key()),
            ..Self::new()
        }
    }

    /// The clock of the tokens and of the verifier. `advance` it to let a token expire.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A verifier that accepts the tokens of this issuer, with the generated settings.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        let built = self.builder().build();
        built.expect("the generated settings suit a test issuer")
    }

    /// The builder of that verifier, to change it first.
    pub fn builder(&self) -> VerifierBuilder {
        self.builder_for(Profile::GENERATED)
    }

    /// The builder of a verifier with the settings of another profile.
    pub fn builder_for(&self, profile: Profile) -> VerifierBuilder {
        let kind = match profile.settings().instance_keys {
            InstanceKeys::Test => "test",
            InstanceKeys::Live => "live",
        };
        let host = ISSUER.trim_start_matches("https://");
        let key = BASE64_STANDARD.encode(format!("{host}$"));
        Verifier::builder()
            .profile(profile)
            .variable("CLERK_PUBLISHABLE_KEY", format!("pk_{kind}_{key}"))
            .variable("CLERK_JWT_KEY", self.pem())
            .variable("CLERK_AUTHORIZED_PARTIES", PARTY)
            .clock(self.clock.clone())
    }

    /// The public key as a PEM, like the one in the Clerk Dashboard.
    #[must_use]
    pub fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.key.public_key().as_der().expect("a key has DER");
        let body = BASE64_STANDARD.encode(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// The public key as a JWKS document, like the one that Clerk's Frontend API serves.
    #[must_use]
    pub fn jwks(&self) -> String {
        // In the DER of a key of 2048 bits, the 256 bytes of the modulus follow nine others.
        let der = self.key.public_key().as_ref();
        let modulus = der.get(9..265).expect("a key has a modulus");
        let key = json!({
            "alg": "RS256",
            "e": "AQAB",
            "kid": KEY_ID,
            "kty": "RSA",
            "n": BASE64_URL_SAFE_NO_PAD.encode(modulus),
            "use": "sig",
        });
        json!({ "keys": [key] }).to_string()
    }

    /// A token to fill in. At first it is that of an active session, issued a second ago and valid
    /// for a minute.
    pub fn token(&self) -> TestToken {
        TestToken::new(self.clone())
    }

    /// Appends the signature of an encoded header and payload.
    pub(crate) fn sign(&self, signed: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let (padding, random) = (&signature::RSA_PKCS1_SHA256, SystemRandom::new());
        self.key
            .sign(padding, &random, signed.as_bytes(), &mut signature)
            .expect("a test key signs");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

fn new_key() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be generated")
}

/// A token to fill in and sign. At first it is that of an active session, issued a second ago.
#[derive(Clone)]
#[must_use]
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

    /// The user's id.
    pub fn user(self, user_id: &str) -> Self {
        self.claim("sub", user_id)
    }

    /// The session's id.
    pub fn session(self, session_id: &str) -> Self {
        self.claim("sid", session_id)
    }

    /// The id and the slug of the active organization.
    pub fn organization(self, id: &str, slug: &str) -> Self {
        self.organization_claim("id", id)
            .organization_claim("slg", slug)
    }

    /// The role in the organization, such as `org:admin`.
    pub fn role(self, role: &str) -> Self {
        let name = role.strip_prefix("org:").unwrap_or(role);
        self.organization_claim("rol", name)
    }

    /// The permissions in the organization, such as `org:projects:delete`. The token then has the
    /// features that they name, and no others.
    pub fn permissions(self, permissions: &[&str]) -> Self {
        let (features, names, masks) = masked(permissions);
        self.claim("fea", features)
            .organization_claim("per", &names)
            .organization_claim("fpm", &masks)
    }

    /// How long ago the token was issued. It expires a minute after that.
    pub fn age(self, age: Duration) -> Self {
        let now = self.issuer.clock().seconds();
        let issued = now.saturating_sub_unsigned(age.as_secs());
        self.claim("iat", issued)
            .claim("nbf", issued - 10)
            .claim("exp", issued + 60)
    }

    /// How many minutes ago the first and the second factor were verified; -1 for never.
    pub fn verified(self, first: i64, second: i64) -> Self {
        self.claim("fva", json!([first, second]))
    }

    /// The origin that the token was issued to.
    pub fn party(self, origin: &str) -> Self {
        self.claim("azp", origin)
    }

    /// Makes the session one whose user has tasks to finish first.
    pub fn pending(self) -> Self {
        self.claim("sts", "pending")
    }

    /// The id of another user, who acts on this user's behalf.
    pub fn actor(self, user_id: &str) -> Self {
        self.claim("act", json!({ "sub": user_id }))
    }

    /// The id of an agent, who acts on this user's behalf.
    pub fn agent(self, agent_id: &str) -> Self {
        self.claim("act", json!({ "sub": agent_id, "type": "agent" }))
    }

    /// Sets a claim, such as one of your own.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a claim.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a member of the header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a member of the header.
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
/// mask that selects among the names, of which there may be 128.
fn masked(permissions: &[&str]) -> (String, String, String) {
    let mut names: Vec<&str> = Vec::new();
    let mut features: Vec<(&str, u128)> = Vec::new();
    for permission in permissions {
        let plain = permission.strip_prefix("org:").unwrap_or(permission);
        let (feature, name) = plain.split_once(':').unwrap_or((plain, ""));
        if !names.contains(&name) {
            names.push(name);
        }
        if !features.iter().any(|(known, _)| *known == feature) {
            features.push((feature, 0));
        }
        let place = names.iter().position(|known| *known == name);
        let own = features.iter_mut().find(|(known, _)| *known == feature);
        if let (Some(place), Some((_, mask))) = (place, own) {
            *mask |= 1 << place;
        }
    }
    let scoped = features.iter().map(|(name, _)| format!("o:{name}"));
    let masks = features.iter().map(|(_, mask)| mask.to_string());
    let list = |entries: Vec<String>| entries.join(",");
    (
        list(scoped.collect()),
        names.join(","),
        list(masks.collect()),
    )
}
