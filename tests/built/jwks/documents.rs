//! What a JWKS server may answer: documents, good and of no use, and the bytes that carry them.

use std::io::Write;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cargo_clerk_sessions::issuer::Issuer;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::server::Answer;

/// What stands before the modulus of a 2048-bit key in a `SubjectPublicKeyInfo`, and how long the modulus is.
const BEFORE_MODULUS: usize = 33;
const MODULUS: usize = 256;

/// The public key of an issuer as a JWK.
pub fn jwk(issuer: &Issuer, kid: &str) -> Value {
    let pem = issuer.pem().unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64_STANDARD.decode(body).unwrap();
    let (modulus, rest) = der[BEFORE_MODULUS..].split_at(MODULUS);
    assert_eq!(rest, [2, 3, 1, 0, 1], "the exponent is 65537");
    let n = BASE64_URL_SAFE_NO_PAD.encode(modulus);
    json!({ "alg": "RS256", "e": "AQAB", "kid": kid, "kty": "RSA", "n": n, "use": "sig" })
}

/// An elliptic key, such as other issuers have.
pub fn elliptic(kid: &str) -> Value {
    let coordinate = BASE64_URL_SAFE_NO_PAD.encode([7; 32]);
    json!({ "alg": "ES256", "crv": "P-256", "kid": kid, "kty": "EC", "use": "sig", "x": coordinate, "y": coordinate })
}

pub fn document(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// 200 with a body.
pub fn ok(body: impl AsRef<[u8]>) -> Answer {
    respond("200 OK", "", body.as_ref())
}

/// 200 with a body that gzip made.
pub fn zipped(body: &[u8]) -> Answer {
    respond("200 OK", "content-encoding: gzip\r\n", body)
}

pub fn failure() -> Answer {
    respond("500 Broken", "", b"")
}

pub fn redirect(to: &str) -> Answer {
    respond("302 Found", &format!("location: {to}\r\n"), b"")
}

fn respond(status: &str, headers: &str, body: &[u8]) -> Answer {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    Answer::Bytes([head.as_bytes(), body].concat())
}

/// A text as gzip packs it.
pub fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}
