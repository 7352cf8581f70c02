//! The organization that the official SDK reads from claims of both versions.

use serde_json::Value;

use super::{minted, report, vectors, Case, Verdict};
use crate::clerk::{Reason, Session};

#[tokio::test]
async fn org_claims() {
    let mut cases = Vec::new();
    for vector in vectors("org_claims.json").as_array().unwrap() {
        let expected = &vector["expect"];
        let found = match minted(&vector["claims"]).await {
            Ok(session) if agrees(&session, expected) => Ok(()),
            Ok(session) => panic!("{}: {:?}", vector["name"], session.claims()),
            Err(reason) => Err(reason),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if expected.get("threw").is_some() { Verdict::Refuse } else { Verdict::Accept },
            found,
        });
    }
    report("org_claims.json", &cases);
}

/// Permissions are compared without regard to their order; fewer than expected agree only where the SDKs differ.
fn agrees(session: &Session, expected: &Value) -> bool {
    let organization = session.organization();
    let text = |name: &str| expected[name].as_str().map(str::to_owned);
    let mut found = session.claims().permissions();
    let mut wanted: Vec<String> = expected["orgPermissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect();
    found.sort();
    wanted.sort();
    let asked = wanted.iter().all(|one| session.require_permission(one).is_ok());
    organization.map(|one| one.id.clone()) == text("orgId")
        && organization.and_then(|one| one.role.clone()) == text("orgRole")
        && organization.and_then(|one| one.slug.clone()) == text("orgSlug")
        && found == wanted
        && asked
}

#[tokio::test]
async fn what_the_reader_refuses_is_refused() {
    let claims = serde_json::json!({ "v": 2, "o": { "id": "org_1" }, "fea": "no-scope" });
    assert_eq!(minted(&claims).await.err(), Some(Reason::TOKEN_CLAIMS));
}
