//! A JWKS document: whatever the bytes, our token is accepted only by a document that holds our key. `@` stands for its modulus.
#![no_main]

use std::sync::LazyLock;

use fuzz::{TEST_ISSUER, TOKEN, filled, ready, without_keys};
use libfuzzer_sys::fuzz_target;

static MODULUS: LazyLock<String> = LazyLock::new(|| {
    let document: serde_json::Value = serde_json::from_str(&TEST_ISSUER.jwks()).unwrap();
    document["keys"][0]["n"].as_str().unwrap().to_owned()
});

fuzz_target!(|input: &[u8]| {
    let document = String::from_utf8_lossy(&filled(input, &MODULUS)).into_owned();
    if let Ok(verifier) = without_keys().jwks_document(document.as_str()).build() {
        let accepted = ready(verifier.verify(&TOKEN)).is_ok();
        assert!(!accepted || document.contains(&*MODULUS), "{document}");
    }
});
