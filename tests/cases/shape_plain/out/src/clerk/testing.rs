// clerk-sessions: module/testing.rs
//! Tokens for the tests of your own handlers, signed with a key that is made when they run.
//!
//! ```ignore
//! let issuer = TestIssuer::new();
//! let app = router().layer(clerk::layer_with(issuer.verifier()));
//! let token = issuer.token().user("user_1").organization("org_1", "acme").role("admin").bearer();
//! // … send it as the `Authorization` header.
//! ```

use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::signature::RsaKeyPair;

use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use base64::Engine as _;

use serde_json::json;

use super::builder::VerifierBuilder;
use super::clock::Clock;
use super::config::InstanceKeys;
use super::keys;
use super::verify::Verifier;

pub use super::test_token::TestToken;

/// The issuer of test tokens.
pub const ISSUER: &str = "https://clerk.test.example";

/// The page that test tokens are minted for.
pub const PARTY: &str = "https://app.test.example";

/// The `kid` of test tokens.
pub const KEY_ID: &str = "ins_test";

/// Stands in for Clerk in tests: mints tokens, and has the verifier that takes them.
#[derive(Clone)]
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
    /// The issuer of this process. Its key is made once; its clock stands still at the present.
    #[must_use]
    pub fn new() -> Self {
        static KEY: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        let key = KEY.get_or_init(|| Arc::new(new_key()));
        Self {
            key: Arc::clone(key),
            clock: Clock::manual(Clock::system().now().wall / 1000),
        }
    }

    /// An issuer with a key of its own, whose tokens nobody else accepts.
    #[must_use]
    pub fn stranger() -> Self {
        Self {
            key: Arc::new(new_key()),
            ..Self::new()
        }
    }

    /// The clock that tokens and verifier share. `advance` it to let a token expire.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A verifier that accepts the tokens of this issuer, under the generated profile.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        match self.builder().build() {
            Ok(verifier) => verifier,
            Err(cause) => unreachable!("{cause}"),
        }
    }

    /// The same, to change it first.
    #[must_use]
    pub fn builder(&self) -> VerifierBuilder {
        let host = ISSUER.trim_start_matches("https://");
        let key = STANDARD.encode(format!("{host}$"));
        Verifier::builder()
            .settings(|settings| settings.instance_keys = InstanceKeys::Test)
            .publishable_key(format!("pk_test_{key}"))
            .jwt_key(self.pem())
            .authorized_parties([PARTY])
            .clock(self.clock.clone())
    }

    /// The public key as PEM, as the Clerk Dashboard shows it.
    #[must_use]
    pub fn pem(&self) -> String {
        let der: Result<PublicKeyX509Der<'_>, Unspecified> = self.key.public_key().as_der();
        let body = der.map(|der| STANDARD.encode(der.as_ref()));
        let body = body.unwrap_or_default();
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// The public key as the document that Clerk's Frontend API serves.
    #[must_use]
    pub fn jwks(&self) -> String {
        let der = self.key.public_key().as_ref();
        let (modulus, exponent) = keys::rsa_numbers(der).unwrap_or_default();
        let key = json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(exponent),
            "kid": KEY_ID,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "use": "sig",
        });
        json!({ "keys": [key] }).to_string()
    }

    /// A token to fill in: an active session, minted a second ago, valid for a minute.
    #[must_use]
    pub fn token(&self) -> TestToken {
        TestToken::new(self.clone())
    }

    pub(crate) fn sign(&self, signed: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = SystemRandom::new();
        let message = signed.as_bytes();
        let space = &mut signature;
        let result = self.key.sign(&RSA_PKCS1_SHA256, &random, message, space);
        assert!(result.is_ok(), "the test key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn new_key() -> RsaKeyPair {
    match RsaKeyPair::generate(KeySize::Rsa2048) {
        Ok(key) => key,
        Err(cause) => unreachable!("{cause}"),
    }
}
