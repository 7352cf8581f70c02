//! What an operator reads of a refusal: one event, at the right level, with all that is known and no token.

use std::fs;
use std::path::Path;

use serde_json::json;
use support::frameworks::on_each;
use support::http::{Answer, ask};
use support::tokens::{self, token};

use crate::host::production;
use crate::probes;

/// The lines of a log that have a text, without quotes.
fn lines(log: &Path, text: &str) -> Vec<String> {
    let log = fs::read_to_string(log).unwrap().replace('"', "");
    log.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}

fn with_log(log: &Path, variables: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let log = ("PROBES_LOG", log.to_str().unwrap().to_owned());
    variables.iter().cloned().chain([log]).collect()
}

fn bearer(address: &str, path: &str, token: &str) -> Answer {
    ask(address, "GET", path, &[("authorization", format!("Bearer {token}"))])
}

#[test]
fn every_refusal_is_one_event_with_its_reason_rule_and_route() {
    on_each(|framework| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let host = probes::start(framework, &with_log(&log, &production()));
        let now = tokens::now();
        let expired = token(json!({ "exp": now - 60, "iat": now - 120, "nbf": now - 130, "sid": "sess_old" }));
        assert_eq!(ask(&host.address, "GET", "/health", &[]).status, 200);
        assert_eq!(bearer(&host.address, "/me", &token(json!({}))).status, 200);
        assert_eq!(lines(&log, "session refused"), Vec::<String>::new());
        for (answer, status, parts) in [
            (ask(&host.address, "GET", "/me", &[]), 401, &["DEBUG", "reason=session-token-missing"][..]),
            (
                bearer(&host.address, "/me", &tokens::of_another_key()),
                401,
                &["DEBUG", "reason=token-invalid-signature"],
            ),
            (bearer(&host.address, "/me", &expired), 401, &["DEBUG", "reason=token-expired", "sid=sess_old"]),
            (
                bearer(&host.address, "/admin/x", &token(json!({ "sid": "sess_mere" }))),
                403,
                &[" INFO", "reason=role-missing", "wanted=org:owner", "sid=sess_mere", "rule=the user has the role"],
            ),
        ] {
            assert_eq!(answer.status, status);
            let reason = parts.iter().find(|part| part.starts_with("reason=")).unwrap();
            let told = lines(&log, reason);
            assert_eq!(told.len(), 1, "{told:?}");
            for part in parts.iter().chain(&["session refused", "rule=", "route=/"]) {
                assert!(told[0].contains(part), "no {part} in {}", told[0]);
            }
        }
        assert_eq!(lines(&log, "session refused").len(), 4);
    });
}

#[test]
fn an_outage_is_a_warning_that_names_the_host() {
    on_each(|framework| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut variables = production();
        variables.retain(|(name, _)| *name != "CLERK_JWT_KEY");
        variables.push(("CLERK_JWKS_URL", "http://127.0.0.1:9/".to_owned()));
        let host = probes::start(framework, &with_log(&log, &variables));
        assert_eq!(bearer(&host.address, "/me", &token(json!({}))).status, 503);
        let fetch = lines(&log, "no keys could be fetched from 127.0.0.1");
        assert!(fetch.len() == 1 && fetch[0].contains("WARN"), "{fetch:?}");
        let refused = lines(&log, "reason=jwk-remote-failed-to-load");
        assert!(refused.len() == 1 && refused[0].contains("WARN") && refused[0].contains("route=/me"), "{refused:?}");
    });
}

/// The first key that a developer has is a test key, and the default profile takes live keys.
#[test]
fn a_test_key_in_production_is_an_error_that_names_the_cure() {
    on_each(|framework| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut variables = production();
        variables.push(("CLERK_PUBLISHABLE_KEY", tokens::publishable("test")));
        let host = probes::try_start(framework, &with_log(&log, &variables));
        assert_eq!(host.is_none(), framework == "rocket", "a bad configuration stops Rocket, and no other");
        if let Some(host) = host {
            assert_eq!(ask(&host.address, "GET", "/me", &[]).status, 503);
            let refused = lines(&log, "reason=misconfigured");
            assert!(refused.len() == 1 && refused[0].contains("WARN"), "{refused:?}");
        }
        let told = lines(&log, "clerk sessions are misconfigured");
        assert_eq!(told.len(), 1, "{told:?}");
        for part in ["ERROR", "CLERK_PUBLISHABLE_KEY", "local work", "CLERK_SESSION_PROFILE=dev"] {
            assert!(told[0].contains(part), "no {part} in {}", told[0]);
        }
    });
}
