//! What a JWKS server may answer: documents, good and of no use, and the bytes that carry them.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cargo_clerk_sessions::issuer::Issuer;
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

const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A text as gzip keeps it when it does not compress.
pub fn gzip(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let mut bytes = GZIP_HEAD.to_vec();
    bytes.push(1);
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(text);
    bytes.extend(checksum(text).to_le_bytes());
    bytes.extend(u32::from(length).to_le_bytes());
    bytes
}

/// Spaces without end in few bytes: one literal, and then again and again the longest copy of it.
pub fn bomb(copies: usize) -> Vec<u8> {
    let mut bits = vec![true, true, false];
    // The code of a space, of the length 258, and of the distance 1, in the fixed tables of DEFLATE.
    bits.extend([false, true, false, true, false, false, false, false]);
    for _ in 0..copies {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
    }
    bits.extend([false; 7]);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let mut bytes = GZIP_HEAD.to_vec();
    bytes.extend(bits.chunks(8).map(byte));
    bytes.extend([0; 8]);
    bytes
}

/// CRC-32, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}
