//! `verifyToken` of the official SDK: a token and options, accepted or refused.

use std::time::Duration;

use serde_json::Value;

use super::{loose, report, vectors, verify, Case, Verdict};
use crate::clerk::{AzpMissing, Clock, Reason, Verifier};

#[tokio::test]
async fn verify_token() {
    let keys = vectors("keys.json");
    let mut cases = Vec::new();
    for vector in vectors("verify_token.json").as_array().unwrap() {
        let accepted = vector["expect"]["ok"] == true;
        let found = match verifier(vector, keys["a"]["pem"].as_str().unwrap()) {
            Ok(verifier) => verify(&verifier, vector["token"].as_str().unwrap()).await,
            Err(reason) => Err(reason),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if accepted { Verdict::Accept } else { Verdict::Refuse },
            found,
        });
    }
    report("verify_token.json", &cases);
}

/// A configuration that does not start verifies nothing.
fn verifier(vector: &Value, pem: &str) -> Result<Verifier, Reason> {
    let options = &vector["options"];
    let pem = options["jwtKey"].as_str().filter(|key| *key != "keys.a.pub").unwrap_or(pem);
    let parties = words(&options["authorizedParties"]);
    let builder = Verifier::builder()
        .settings(|settings| {
            loose(settings);
            settings.cookie = false;
            settings.audience = words(&options["audience"]);
            if !parties.is_empty() {
                settings.azp_missing = AzpMissing::Refuse;
            }
            if let Some(skew) = options["clockSkewInMs"].as_u64() {
                settings.leeway = Duration::from_millis(skew);
            }
        })
        .variable("CLERK_AUTHORIZED_PARTIES", parties.join(","))
        .variable("CLERK_JWT_KEY", pem)
        .clock(Clock::manual(vector["now"].as_i64().unwrap()));
    let builder = match options["issuer"].as_str() {
        Some(issuer) => builder.variable("CLERK_ISSUER", issuer),
        None => builder,
    };
    builder.build().map_err(|_| Reason::MISCONFIGURED)
}

/// An option that is a string, a list of strings, or absent.
fn words(option: &Value) -> Vec<String> {
    match option {
        Value::String(word) => vec![word.clone()],
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
