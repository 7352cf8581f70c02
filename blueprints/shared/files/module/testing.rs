// clerk-sessions: module/testing.rs
//! Tokens for the tests of your own handlers, signed with a key that is generated when they run.
//!
//! ```ignore
//! let issuer = TestIssuer::new();
/*- if framework == "axum" */
//! let app = router().layer(«module»::layer_with(issuer.verifier()));
/*- elif framework == "actix" */
//! let app = App::new().configure(routes).app_data(«module»::data_with(issuer.verifier()));
/*- else */
//! let app = rocket().attach(«module»::fairing_with(issuer.verifier()));
/*- endif */
//! let token = issuer.token().user("user_1").organization("org_1", "acme").role("admin").bearer();
//! // … send it as the `Authorization` header.
//! ```

#![allow(clippy::expect_used, reason = "without an issuer a test has failed")]

use std::sync::{Arc, OnceLock};

use «crates.aws_lc_rs»::encoding::{AsDer as _, PublicKeyX509Der};
use «crates.aws_lc_rs»::rand::SystemRandom;
use «crates.aws_lc_rs»::rsa::KeySize;
use «crates.aws_lc_rs»::signature::{self, KeyPair as _, RsaKeyPair};
use «crates.base64»::prelude::*;
use «crates.serde_json»::json;

use super::builder::VerifierBuilder;
use super::clock::Clock;
use super::keys;
use super::verify::Verifier;

pub use super::test_token::TestToken;

/// The issuer of test tokens.
pub const ISSUER: &str = "https://clerk.test.example";

/// The origin that test tokens are issued to.
pub const PARTY: &str = "https://app.test.example";

/// The `kid` of test tokens.
pub const KEY_ID: &str = "ins_test";

/// Stands in for Clerk in tests: it issues tokens, and has a verifier that accepts them.
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
    /// An issuer with the key of this process. Its clock stands still at the current time.
    #[must_use]
    pub fn new() -> Self {
        static KEY: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        let key = KEY.get_or_init(|| Arc::new(new_key()));
        Self {
            key: Arc::clone(key),
            clock: Clock::manual(Clock::system().now().wall / 1000),
        }
    }

    /// An issuer with a key of its own, whose tokens no other issuer's verifier accepts.
    #[must_use]
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

    /// The builder of that verifier, to change it first. Any profile will do.
    #[must_use]
    pub fn builder(&self) -> VerifierBuilder {
        let host = ISSUER.trim_start_matches("https://");
        let key = BASE64_STANDARD.encode(format!("{host}$"));
        let builder = Verifier::builder()
            .publishable_key(format!("pk_test_{key}"))
            .jwt_key(self.pem())
            .authorized_parties([PARTY])
            .clock(self.clock.clone());
        VerifierBuilder {
            any_instance: true,
            ..builder
        }
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
        let der = self.key.public_key().as_ref();
        let (modulus, exponent) = keys::rsa_numbers(der).expect("an RSA key has two numbers");
        let key = json!({
            "alg": "RS256",
            "e": BASE64_URL_SAFE_NO_PAD.encode(exponent),
            "kid": KEY_ID,
            "kty": "RSA",
            "n": BASE64_URL_SAFE_NO_PAD.encode(modulus),
            "use": "sig",
        });
        json!({ "keys": [key] }).to_string()
    }

    /// A token to fill in. At first it is that of an active session, issued a second ago and valid
    /// for a minute.
    #[must_use]
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
