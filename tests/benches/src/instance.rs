//! A Clerk instance on this machine: it signs session tokens and serves its public key.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::{Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::clerk::{Verifier, VerifierBuilder};

/// The page that tokens are minted for.
pub const PARTY: &str = "https://app.example.com";

/// The Frontend API's host.
const HOST: &str = "clerk.example.com";

/// The key's name.
const KEY_ID: &str = "ins_2mK3WpD1RRvK0XnYc7tQvJrT9aB";

/// The instance.
pub struct Instance {
    key: RsaKeyPair,
    origin: String,
}

impl Instance {
    /// Starts an instance with a new key, which serves its JWKS at a port of its own.
    pub async fn start() -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let document = jwks(&key);
        let app = Router::new().route("/jwks", get(async move || ([("content-type", "application/json")], document)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { key, origin }
    }

    /// Our verifier, with every rule of the profile `prod`, and keys that are fetched.
    pub fn verifier(&self, change: impl FnOnce(VerifierBuilder) -> VerifierBuilder) -> Verifier {
        let publishable = format!("pk_live_{}", STANDARD.encode(format!("{HOST}$")));
        let builder = Verifier::builder()
            .variable("CLERK_PUBLISHABLE_KEY", publishable)
            .variable("CLERK_JWKS_URL", format!("{}/jwks", self.origin))
            .variable("CLERK_AUTHORIZED_PARTIES", PARTY);
        change(builder).build().expect("a verifier")
    }

    /// Where `clerk-rs` finds the Backend API.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key, parsed.
    pub fn public_key(&self) -> ParsedPublicKey {
        let der = self.key.public_key().as_der().expect("a key");
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_ref()).expect("a key")
    }

    /// The numbers of the key as a JWK has them.
    pub fn numbers(&self) -> (String, String) {
        numbers(&self.key)
    }

    /// A session token of version 2 with an organization, as Clerk writes it, that lives for 50 minutes.
    pub fn token(&self, number: usize) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let header = json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": KEY_ID, "typ": "JWT" });
        let claims = json!({
            "azp": PARTY,
            "exp": now + 3000,
            "fea": "o:dashboard,o:reports,u:export",
            "fva": [3, -1],
            "iat": now,
            "iss": format!("https://{HOST}"),
            "jti": format!("{number:020x}"),
            "nbf": now - 10,
            "o": { "fpm": "3,1", "id": "org_2mK4XYZabcDEFghiJKLmnoPQRst", "per": "read,manage", "rol": "admin", "slg": "acme" },
            "pla": "o:pro",
            "sid": format!("sess_2mK5abcDEFghiJKLmn{number:06}"),
            "sts": "active",
            "sub": format!("user_2mK6abcDEFghiJKLmn{number:06}"),
            "v": 2,
        });
        let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn jwks(key: &RsaKeyPair) -> String {
    let (modulus, exponent) = numbers(key);
    let key = json!({ "alg": "RS256", "e": exponent, "kid": KEY_ID, "kty": "RSA", "n": modulus, "use": "sig" });
    json!({ "keys": [key] }).to_string()
}

fn numbers(key: &RsaKeyPair) -> (String, String) {
    let public = key.public_key();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    (
        encode(public.modulus().big_endian_without_leading_zero()),
        encode(public.exponent().big_endian_without_leading_zero()),
    )
}
