//! Hosts that `local` starts beside itself. They take its tokens, and what is done to it through its control API shows.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::http::{Answer, ask, raw};
use support::program;

/// Asks a host all that needs a local Clerk.
pub(crate) fn all(host: &Path) {
    for flags in [&[][..], &["--live", "--origin", PARTY]] {
        let both = Both::start(host, flags);
        both.takes_what_is_good();
        both.refuses_what_is_bad();
    }
    rotations(host);
    for (mode, status) in [("absent", 503), ("broken", 503), ("wrong", 401)] {
        outage(host, mode, status);
    }
    Both::start(host, &[]).loses_a_session();
}

fn rotations(host: &Path) {
    for (keep_old, old) in [(true, 200), (false, 401)] {
        let both = Both::start(host, &[]);
        let before = both.token(&json!({}));
        assert_eq!(both.with(&before), 200);
        both.set("keys/rotate", &json!({ "keep_old": keep_old }));
        assert_eq!((both.with(&both.token(&json!({}))), both.with(&before)), (200, old), "keep_old: {keep_old}");
    }
}

/// Without keys nobody gets in; with those of before it goes on.
fn outage(host: &Path, mode: &str, status: u16) {
    let both = Both::start(host, &[]);
    both.set("jwks", &json!({ "mode": mode }));
    assert_eq!(both.with(&both.token(&json!({}))), status, "{mode}");
    assert_eq!(both.me(&[]).status, 401, "{mode}");
    let both = Both::start(host, &[]);
    assert_eq!(both.with(&both.token(&json!({}))), 200);
    both.set("jwks", &json!({ "mode": mode }));
    assert_eq!(both.with(&both.token(&json!({ "user": "member@example.com" }))), 200, "{mode}");
}

const PARTY: &str = "http://localhost:3000";

/// A local Clerk and the host that runs beside it.
struct Both {
    child: Child,
    /// Of the local Clerk.
    clerk: String,
    /// Of the host.
    host: String,
    suffix: String,
    flags: &'static [&'static str],
}

impl Both {
    fn start(host: &Path, flags: &'static [&'static str]) -> Self {
        let mut command = Command::new(program());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("CLERK_")) {
            command.env_remove(name);
        }
        command.args(["local", "--port", "0", "--print-env"]).args(flags).arg("--").arg(host);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut variables = BTreeMap::<String, String>::new();
        let host = lines.find_map(|line| {
            let host = line.strip_prefix("listening on ").map(str::to_owned);
            variables.extend(
                line.split_once('=').map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned())),
            );
            host
        });
        let clerk = variables["CLERK_API_URL"].replace("http://", "");
        let suffix = crate::host::suffix_of(&variables["CLERK_PUBLISHABLE_KEY"]);
        let both = Self { child, clerk, host: host.unwrap_or_default(), suffix, flags };
        assert!(!both.host.is_empty(), "it does not listen beside `local`");
        both
    }

    /// A request to the control API.
    fn control(&self, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let head = format!("POST /local/{path} HTTP/1.1\r\nhost: {}\r\nclerk-sessions-local: 1\r\n", self.clerk);
        let length = body.len();
        raw(&self.clerk, format!("{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes())
    }

    fn set(&self, path: &str, body: &Value) {
        assert_eq!(self.control(path, body).status, 200, "{path} {body}");
    }

    fn token(&self, order: &Value) -> String {
        let answer = self.control("tokens", order);
        let document: Value = serde_json::from_str(&answer.body).unwrap();
        document["jwt"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    fn me(&self, headers: &[(&str, String)]) -> Answer {
        ask(&self.host, "GET", "/me", headers)
    }

    fn with(&self, token: &str) -> u16 {
        self.me(&[("authorization", format!("Bearer {token}"))]).status
    }

    fn takes_what_is_good(&self) {
        assert_eq!(ask(&self.host, "GET", "/health", &[]).status, 200);
        let token = self.token(&json!({ "user": "member@example.com", "organization": "example", "party": PARTY }));
        let uat = support::tokens::now() - 100;
        let suffix = &self.suffix;
        for headers in [
            ("authorization", format!("Bearer {token}")),
            ("cookie", format!("__session={token}; __client_uat={uat}")),
            ("cookie", format!("__session_{suffix}={token}; __client_uat_{suffix}={uat}")),
        ] {
            let answer = self.me(std::slice::from_ref(&headers));
            assert_eq!((answer.status, answer.body.as_str()), (200, "user_member"), "{:?} {headers:?}", self.flags);
        }
    }

    fn refuses_what_is_bad(&self) {
        // The profile `dev` says why in a header.
        let told = |headers: &[(&str, String)]| {
            let answer = self.me(headers);
            (answer.status, answer.body)
        };
        let refused = (401, r#"{"error":"unauthenticated"}"#.to_owned());
        assert_eq!(told(&[]), refused);
        let ways =
            ["expired", "not-yet-valid", "tampered", "wrong-key", "wrong-issuer", "pending", "template", "machine"];
        let of_parties = ["wrong-party", "no-party"].into_iter().filter(|_| !self.flags.is_empty());
        let uat = support::tokens::now() - 100;
        for way in ways.into_iter().chain(["alg-none", "oversized"]).chain(of_parties) {
            let token = self.token(&json!({ "bad": way }));
            let by_header = told(&[("authorization", format!("Bearer {token}"))]);
            let by_cookie = told(&[("cookie", format!("__session={token}; __client_uat={uat}"))]);
            assert_eq!((&by_header, &by_cookie), (&refused, &refused), "{way} {:?}", self.flags);
        }
        // The same token, under a clock that is off.
        for advance in ["-10m", "20m"] {
            self.set("clock", &json!({ "advance": advance }));
            assert_eq!(self.with(&self.token(&json!({}))), 401, "{advance}");
        }
        self.set("reset", &json!({}));
        assert_eq!(self.with(&self.token(&json!({}))), 200);
    }

    /// A token that is out is good until it ends; there is no other one.
    fn loses_a_session(&self) {
        let order = json!({ "user": "member@example.com" });
        let answer: Value = serde_json::from_str(&self.control("tokens", &order).body).unwrap();
        let (token, id) = (answer["jwt"].as_str().unwrap(), answer["session_id"].as_str().unwrap());
        assert_eq!(self.with(token), 200);
        self.set(&format!("sessions/{id}/revoke"), &json!({}));
        assert_eq!(self.with(token), 200);
        assert_eq!(self.control("tokens", &json!({ "session": id })).status, 404);
        let next: Value = serde_json::from_str(&self.control("tokens", &order).body).unwrap();
        assert_ne!(next["session_id"], id, "the next token is of another session");
    }
}

impl Drop for Both {
    /// As from the keyboard, so that the host ends, too.
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
