//! `authenticateRequest` of the official SDK: a request, signed in or not.

use serde_json::Value;

use super::served::{served, status};
use super::{loose, report, vectors, Case, Verdict};
use crate::clerk::{Clock, InstanceKeys, Reason, Verifier};

#[test]
fn authenticate_request() {
    let document = vectors("authenticate_request.json");
    let pem = vectors("keys.json")["a"]["pem"].as_str().unwrap().to_owned();
    let mut cases = Vec::new();
    for vector in document["cases"].as_array().unwrap() {
        let expected = &vector["expect"];
        let signed_in = expected["status"] == "signed-in" && expected["userId"].is_string();
        let found = match answer(&verifier(&document, vector, &pem), vector) {
            200 => Ok(()),
            401 => Err(Reason::SESSION_TOKEN_MISSING),
            other => panic!("{}: status {other}", vector["name"]),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if signed_in { Verdict::Accept } else { Verdict::Refuse },
            found,
        });
    }
    report("authenticate_request.json", &cases);
}

fn verifier(document: &Value, vector: &Value, pem: &str) -> Verifier {
    let live = vector["live"] == true;
    let key = if live { "publishableKeyLive" } else { "publishableKeyTest" };
    let builder = Verifier::builder().settings(|settings| {
        loose(settings);
        settings.cookie = true;
        settings.instance_keys = if live { InstanceKeys::Live } else { InstanceKeys::Test };
    });
    let builder =
        builder.variable("CLERK_PUBLISHABLE_KEY", document[key].as_str().unwrap()).variable("CLERK_JWT_KEY", pem);
    let clock = Clock::manual(document["now"].as_i64().unwrap());
    builder.clock(clock).build().unwrap()
}

fn answer(verifier: &Verifier, vector: &Value) -> u16 {
    let (_, url) = vector["url"].as_str().unwrap().split_once("://").unwrap();
    let (host, path) = url.split_once('/').unwrap_or((url, ""));
    let line = format!("{} /{path}", vector["method"].as_str().unwrap());
    let given = vector["headers"].as_object().unwrap();
    let given = given.iter().map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap().to_owned()));
    let mut headers: Vec<(String, String)> = given.collect();
    if !headers.iter().any(|(name, _)| name == "host") {
        headers.push(("host".to_owned(), host.to_owned()));
    }
    served(verifier, |address| status(address, &line, &headers))
}
