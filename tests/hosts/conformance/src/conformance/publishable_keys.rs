//! Publishable keys: which are valid, which issuer and which cookie names they stand for.

use super::served::{served, status};
use super::{loose, report, vectors, Case, Verdict};
use crate::clerk::testing::TestIssuer;
use crate::clerk::{InstanceKeys, Reason, Verifier};

#[tokio::test]
async fn publishable_keys() {
    let mut cases = Vec::new();
    for vector in vectors("publishable_keys.json").as_array().unwrap() {
        let key = vector["key"].as_str().unwrap();
        let parsed = &vector["parsed"];
        let issuer = TestIssuer::new();
        let found = match verifier(&issuer, key, parsed["instanceType"] == "development") {
            Some(verifier) => {
                let host = parsed["frontendApi"].as_str().unwrap_or("none");
                let suffix = vector["suffix"].as_str().unwrap();
                is_of(&issuer, verifier, host, suffix).await
            }
            None => Err(Reason::MISCONFIGURED),
        };
        cases.push(Case {
            name: key.to_owned(),
            expected: if parsed.is_null() { Verdict::Refuse } else { Verdict::Accept },
            found,
        });
    }
    report("publishable_keys.json", &cases);
}

fn verifier(issuer: &TestIssuer, key: &str, test: bool) -> Option<Verifier> {
    let builder = Verifier::builder().settings(|settings| {
        loose(settings);
        settings.cookie = true;
        settings.instance_keys = if test { InstanceKeys::Test } else { InstanceKeys::Live };
    });
    let builder = builder.variable("CLERK_PUBLISHABLE_KEY", key).variable("CLERK_JWT_KEY", issuer.pem());
    builder.clock(issuer.clock().clone()).build().ok()
}

/// Whether tokens of that issuer, in the cookie of that suffix, are accepted, and those of another issuer are not.
async fn is_of(issuer: &TestIssuer, verifier: Verifier, host: &str, suffix: &str) -> Result<(), Reason> {
    let other = issuer.token().claim("iss", "https://clerk.other.example").sign();
    assert!(verifier.verify(&other).await.is_err());
    let token = issuer.token().claim("iss", format!("https://{host}")).sign();
    let cookies = format!("__session_{suffix}={token}; __client_uat_{suffix}=1");
    let headers = [("host", "localhost".to_owned()), ("cookie", cookies)].map(|(name, value)| (name.to_owned(), value));
    match served(&verifier, |address| status(address, "GET /", &headers)) {
        200 => Ok(()),
        _ => Err(Reason::SESSION_TOKEN_MISSING),
    }
}
