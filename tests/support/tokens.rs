//! Tokens, good and bad, signed with keys that are made when the tests run.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use cargo_clerk_sessions::issuer::Issuer;
use serde_json::{Value, json};

/// The Frontend API that the tests pretend to have.
pub const FRONTEND_API: &str = "clerk.example.com";
/// The authorized party.
pub const PARTY: &str = "https://app.example.com";

static KEY: LazyLock<Issuer> = LazyLock::new(|| Issuer::new().unwrap());
static OTHER: LazyLock<Issuer> = LazyLock::new(|| Issuer::new().unwrap());

/// The public key as `CLERK_JWT_KEY` takes it.
pub fn pem() -> String {
    KEY.pem().unwrap()
}

/// A publishable key for the Frontend API.
pub fn publishable(mode: &str) -> String {
    format!("pk_{mode}_{}", BASE64_STANDARD_NO_PAD.encode(format!("{FRONTEND_API}$")))
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The claims of a good token.
pub fn claims() -> Value {
    let now = now();
    json!({
        "azp": PARTY, "exp": now + 60, "fva": [0, -1], "iat": now, "iss": format!("https://{FRONTEND_API}"),
        "jti": "0123456789abcdef", "nbf": now - 10, "sid": "sess_one", "sub": "user_one", "v": 2,
        "fea": "o:projects", "o": { "id": "org_one", "slg": "acme", "rol": "admin", "per": "read,delete", "fpm": "1" },
    })
}

/// The header of a good token.
pub fn header() -> Value {
    json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_one", "typ": "JWT" })
}

/// Sets members; `null` takes one out.
pub fn with(mut object: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        } else {
            object[name] = value.clone();
        }
    }
    object
}

/// A token with these changes to the good claims.
pub fn token(changes: Value) -> String {
    KEY.sign_with(&header(), &with(claims(), changes)).unwrap()
}

/// A token with these changes to the good header.
pub fn headed(changes: Value) -> String {
    KEY.sign_with(&with(header(), changes), &claims()).unwrap()
}

/// A good token of another key.
pub fn of_another_key() -> String {
    OTHER.sign_with(&header(), &claims()).unwrap()
}

/// A token without a signature.
pub fn unsigned() -> String {
    format!("{}.{}.", encode(&with(header(), json!({ "alg": "none" }))), encode(&claims()))
}

/// A token signed with HS256 by the bytes of the public key, which everybody knows.
pub fn confused() -> String {
    let text = format!("{}.{}", encode(&with(header(), json!({ "alg": "HS256" }))), encode(&claims()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, pem().as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())))
}

fn encode(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}
