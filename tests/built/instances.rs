//! Which instance starts under which profile: a live one never under `dev`, however its variables are mixed.

use crate::jwks::documents::{document, jwk, ok};
use crate::jwks::server::Server;
use crate::jwks::{OURS, token};
use crate::probes;
use support::frameworks::on_each;
use support::http::ask;
use support::tokens::{self, FRONTEND_API};

/// A publishable key of a test instance that is not the one which the tokens are from.
const ELSEWHERE: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5vcmck";

/// The answer to a token of the live instance. Rocket does not launch with a bad configuration.
fn status(framework: &'static str, variables: &[(&str, String)]) -> u16 {
    let Some(host) = probes::try_start(framework, variables) else {
        assert_eq!(framework, "rocket");
        return 503;
    };
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
        let live_key = set("CLERK_PUBLISHABLE_KEY", &tokens::publishable("live"));
        for keys in [pem, url] {
            for (mixed, expected) in [
                (vec![keys.clone()], 503),
                (vec![keys.clone(), issuer.clone()], 503),
                (vec![keys.clone(), live_key.clone()], 503),
                (vec![keys.clone(), test_key.clone(), issuer.clone()], 503),
                // This one starts, with the test instance for an issuer.
                (vec![keys.clone(), test_key.clone()], 401),
            ] {
                let mixed = [std::slice::from_ref(&dev), &mixed[..]].concat();
                assert_eq!(status(framework, &mixed), expected, "{mixed:?}");
            }
            let production = [keys, live_key.clone(), set("CLERK_AUTHORIZED_PARTIES", tokens::PARTY)];
            assert_eq!(status(framework, &production), 200, "it is a good token");
        }
    });
}
