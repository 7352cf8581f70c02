//! The vectors, and what counts as agreement with them.

mod app;
mod authenticate_request;
mod deviations;
mod has;
mod org_claims;
mod oversized;
mod publishable_keys;
mod security;
mod served;
mod verify_token;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::clerk::testing::TestIssuer;
use crate::clerk::{AzpMissing, ClientUatPolicy, Reason, Session, Settings, Verifier};

/// What the official SDK, or the corpus, decides of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accept,
    Refuse,
}

/// One vector and what came of it.
struct Case {
    name: String,
    expected: Verdict,
    found: Result<(), Reason>,
}

fn vectors(file: &str) -> Value {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");
    let folder = std::env::var_os("CLERK_VECTORS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Settings as loose as the official SDK without options; each case tightens what it needs.
fn loose(settings: &mut Settings) {
    settings.azp_missing = AzpMissing::Allow;
    settings.parties_required = false;
    settings.client_uat = ClientUatPolicy::IfPresent;
    settings.leeway = Duration::from_secs(5);
    settings.audience = Vec::new();
    settings.maximum_token_age = None;
    settings.cache_entries = 100;
}

/// Verifies twice, as what a cache remembers must not change the verdict, and over HTTP, where the framework must not.
async fn verify(verifier: &Verifier, token: &str) -> Result<(), Reason> {
    let first = verifier.verify(token).await.map(drop).map_err(|rejection| rejection.reason());
    let second = verifier.verify(token).await.map(drop).map_err(|rejection| rejection.reason());
    assert_eq!(first, second);
    let status = first.map_or_else(Reason::status, |()| 200);
    assert_eq!(served::status_of_bearer(verifier, token).unwrap_or(status), status);
    first
}

/// The session of a token with these claims instead of the usual ones of the same name.
async fn minted(claims: &Value) -> Result<Session, Reason> {
    let issuer = TestIssuer::new();
    let mut token = issuer.token().without("v");
    for (name, value) in claims.as_object().unwrap() {
        token = token.claim(name, value.clone());
    }
    let verifier = issuer.builder().settings(loose).build().unwrap();
    verifier.verify(&token.sign()).await.map_err(|rejection| rejection.reason())
}

/// Prints one line a case, and fails where one deviates that is not in the table, or is there for nothing.
fn report(file: &str, cases: &[Case]) {
    let mut faults = Vec::new();
    for case in cases {
        let found = if case.found.is_ok() { Verdict::Accept } else { Verdict::Refuse };
        let known = deviations::reason(file, &case.name);
        let word = match (found == case.expected, known) {
            (true, None) => "agrees",
            (false, Some(_)) => "deviates",
            _ => {
                faults.push(format!("{}: expected {:?}, found {:?}", case.name, case.expected, case.found));
                "FAULT"
            }
        };
        println!("{word:8} {file} {}: {:?} {}", case.name, case.found, known.unwrap_or_default());
    }
    for name in deviations::names(file) {
        if !cases.iter().any(|case| case.name == name) {
            faults.push(format!("{name}: in the table of deviations, but there is no such case"));
        }
    }
    assert!(!cases.is_empty() && faults.is_empty(), "{file}:\n{}", faults.join("\n"));
}
