//! A throw-away Clerk instance: a key that lives as long as the process, and session tokens signed with it.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The host of the made-up Frontend API.
const FRONTEND_API: &str = "demo.clerk.accounts.dev";

/// The header's category of session tokens. Source: @clerk/backend 3.25, tokens/jwtCategories.ts.
const SESSION: &str = "cl_B7d4PD111AAA";

/// An issuer of session tokens. It does not print its key.
pub struct Issuer {
    key: KeyPair,
}

/// The library could not make a key or a signature.
#[derive(Debug, thiserror::Error)]
#[error("the cryptographic library failed")]
pub struct CryptoError;

impl Issuer {
    /// Makes a new RSA key of 2048 bits.
    pub fn new() -> Result<Self, CryptoError> {
        KeyPair::generate(KeySize::Rsa2048).map(|key| Self { key }).map_err(|_| CryptoError)
    }

    /// The public key as `CLERK_JWT_KEY` takes it.
    pub fn pem(&self) -> Result<String, CryptoError> {
        let der: PublicKeyX509Der = self.key.public_key().as_der().map_err(|_| CryptoError)?;
        let text = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n")))
    }

    /// A publishable key that names the made-up Frontend API.
    pub fn publishable_key() -> String {
        format!("pk_test_{}", BASE64_STANDARD_NO_PAD.encode(format!("{FRONTEND_API}$")))
    }

    /// The issuer that the tokens name.
    pub fn url() -> String {
        format!("https://{FRONTEND_API}")
    }

    /// Signs claims as a session token.
    pub fn sign(&self, claims: &Value) -> Result<String, CryptoError> {
        self.sign_with(&json!({ "alg": "RS256", "cat": SESSION, "kid": "ins_demo", "typ": "JWT" }), claims)
    }

    /// Signs any header and claims, always with RS256.
    pub fn sign_with(&self, header: &Value, claims: &Value) -> Result<String, CryptoError> {
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.map_err(|_| CryptoError)?;
        Ok(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}
