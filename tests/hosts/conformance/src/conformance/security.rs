//! The security corpus: hostile tokens and key documents. No "must" may be decided otherwise, and nothing else without a reason.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use serde_json::Value;

use super::{deviations, loose, oversized, report, vectors, verify, Case, Verdict};
use crate::clerk::{AzpMissing, Clock, Reason, Verifier};

#[tokio::test]
async fn security() {
    let document = vectors("security.json");
    let mut cases = Vec::new();
    for vector in document["cases"].as_array().unwrap() {
        let found = match (verifier(&document, vector), token(vector)) {
            (Some(verifier), Some(token)) => verify(&verifier, &token).await,
            // Bytes that are no text never reach the verifier: the request is refused before.
            (_, None) => Err(Reason::CREDENTIAL_MALFORMED),
            (None, _) => Err(Reason::MISCONFIGURED),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if vector["expect"] == "accept" { Verdict::Accept } else { Verdict::Refuse },
            found,
        });
        let deviates = deviations::reason("security.json", vector["name"].as_str().unwrap()).is_some();
        assert!(!deviates || vector["strength"] != "must", "{} is a must", vector["name"]);
    }
    cases.extend(oversized::cases().await);
    report("security.json", &cases);
}

fn token(vector: &Value) -> Option<String> {
    if let Some(token) = vector["token"].as_str() {
        return Some(token.to_owned());
    }
    let bytes = STANDARD.decode(vector["token_base64"].as_str().unwrap()).unwrap();
    String::from_utf8(bytes).ok()
}

/// A document without a usable key does not start.
fn verifier(document: &Value, vector: &Value) -> Option<Verifier> {
    let config = &vector["config"];
    let parties = config["authorized_parties"].as_array().unwrap().iter().filter_map(Value::as_str);
    let parties = parties.collect::<Vec<_>>().join(",");
    let keys = &document["jwks_sets"][vector["jwks"].as_str().unwrap()];
    let builder = Verifier::builder()
        .settings(|settings| {
            loose(settings);
            settings.cookie = false;
            settings.azp_missing = AzpMissing::Refuse;
        })
        .variable("CLERK_AUTHORIZED_PARTIES", parties)
        .variable("CLERK_ISSUER", config["issuer"].as_str().unwrap())
        .jwks_document(keys.to_string())
        .clock(Clock::manual(vector["now"].as_i64().unwrap()));
    builder.build().ok()
}
