//! Which instance starts under which profile: a live one never under `dev`, however its variables are mixed.

use crate::frameworks::on_each;
use crate::http::ask;
use crate::jwks::documents::{document, jwk, ok};
use crate::jwks::server::Server;
use crate::jwks::{OURS, token};
use crate::probes;
use crate::tokens::FRONTEND_API;

/// A publishable key of a test instance that is not the one which the tokens are from.
const ELSEWHERE: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5vcmck";

/// The answer to a token of the live instance.
fn status(framework: &'static str, variables: &[(&str, String)]) -> u16 {
    let host = probes::start(framework, variables);
    ask(&host.address, "GET", "/me", &[("authorization", format!("Bearer {}", token("ins_one", 1)))]).status
}

fn set(name: &'static str, value: &str) -> (&'static str, String) {
    (name, value.to_owned())
}

#[test]
fn a_live_instance_does_not_run_under_dev() {
    on_each(|framework| {
        let server = Server::start(ok(document(&[jwk(&OURS, "ins_one")])));
        let dev = set("CLERK_SESSION_PROFILE", "dev");
        let test_key = set("CLERK_PUBLISHABLE_KEY", ELSEWHERE);
        let pem = set("CLERK_JWT_KEY", &OURS.pem().unwrap());
        let url = set("CLERK_JWKS_URL", &server.url());
        let issuer = set("CLERK_ISSUER", &format!("https://{FRONTEND_API}"));
        for keys in [pem, url] {
            let mixed = [dev.clone(), test_key.clone(), keys, issuer.clone()];
            // Wrong: any `pk_test_` opens the loose profile to the live instance.
            assert_eq!(status(framework, &mixed), 200, "{mixed:?}");
        }
    });
}
