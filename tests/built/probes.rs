//! Paths that try to slip past a guard, and logs that should hold no token: a host under attack.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use support::frameworks::{on_each, patched};
use support::hosts::{cargo, target};

use crate::host::{production, suffix};
use support::http::{Answer, Server, ask, raw};
use support::tokens::{self, token};

/// The hosts, each patched and built once, or the one that `PROBES_PROGRAM` names, where `mutation.rs` tries another.
static PROGRAMS: Mutex<BTreeMap<&'static str, PathBuf>> = Mutex::new(BTreeMap::new());

fn program(framework: &'static str) -> PathBuf {
    if let Some(path) = std::env::var_os("PROBES_PROGRAM") {
        return PathBuf::from(path);
    }
    let mut programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    let built = programs.entry(framework).or_insert_with(|| {
        cargo(&patched("probes", framework), &["build", "--quiet"], &[]);
        target().join(format!("debug/probes-{framework}"))
    });
    built.clone()
}

/// Starts the host of a framework.
pub(crate) fn start(framework: &'static str, variables: &[(&str, String)]) -> Server {
    support::http::start(&program(framework), variables)
}

/// The same, unless it stops at once.
pub(crate) fn try_start(framework: &'static str, variables: &[(&str, String)]) -> Option<Server> {
    support::http::try_start(&program(framework), variables)
}

const SECRET: &str = "the secret";

/// Other spellings of a path, as clients and proxies may send them.
fn spellings(path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let last = segments.last().copied().unwrap_or_default();
    let parent = &path[..path.len() - last.len()];
    let mut all = vec![
        path.to_owned(),
        format!("{path}/"),
        format!("{path}//"),
        format!("/{path}"),
        format!("//{path}"),
        path.replace('/', "//"),
        path.replace('/', "/./"),
        path.replace('/', "\\"),
        path.replace('/', "/\\"),
        path.replace('/', "%2f"),
        path.replace('/', "/%2e/"),
        path.replace('/', "/;/"),
        format!("{path}/."),
        format!("{path}/.."),
        format!("{path}/../{last}"),
        format!("{path}/%2e%2e/{last}"),
        format!("/x/..{path}"),
        format!("/health/..{path}"),
        format!("/health/%2e%2e{path}"),
        format!("/open/page/../..{path}"),
        format!("/health;{path}"),
        format!("/health%00{path}"),
        format!("/health%23{path}"),
        format!("/health%3f{path}"),
        format!("{path};a=b"),
        format!("{path};/health"),
        format!("{path}.json"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path}%2f"),
        format!("{path}?"),
        format!("{path}?path=/health"),
        format!("{path}#/health"),
        format!("{path}?_method=OPTIONS"),
        path.to_uppercase(),
        format!("{parent}{}", capitalized(last)),
        format!("http://localhost{path}"),
        format!("http://evil.example{path}?/health"),
    ];
    if let Some(first) = last.bytes().next() {
        all.push(format!("{parent}%{first:02x}{}", &last[1..]));
        all.push(format!("{parent}%{first:02X}{}", &last[1..]));
        all.push(format!("{parent}%25{first:02x}{}", &last[1..]));
        all.push(format!("{parent}%u00{first:02x}{}", &last[1..]));
    }
    all
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"];

/// Headers with which some proxies and frameworks change the path or the method.
const OVERRIDES: &str = "x-original-url: /health\r\nx-rewrite-url: /health\r\nx-forwarded-prefix: /health\r\nx-http-method-override: GET\r\n";

/// The target exactly as it is given.
fn probe(address: &str, method: &str, path: &str, headers: &str) -> Answer {
    let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{headers}connection: close\r\n\r\n");
    raw(address, request.as_bytes())
}

/// Sends every spelling of the paths by every method, and hands out how many were answered with 401.
fn refused(address: &str, paths: &[&str]) -> usize {
    let mut refused = 0;
    for path in paths.iter().flat_map(|path| spellings(path)) {
        for method in METHODS {
            for headers in ["", OVERRIDES, "authorization: Bearer a.b.c\r\n"] {
                let answer = probe(address, method, &path, headers);
                assert!(!answer.body.contains(SECRET), "{method} {path}: {answer:?}");
                refused += usize::from(answer.status == 401);
            }
        }
    }
    refused
}

fn with_all_but_public(framework: &'static str) -> Server {
    let mut variables = production();
    variables.push(("PROBES_ALL_BUT_PUBLIC", "1".to_owned()));
    start(framework, &variables)
}

#[test]
fn no_spelling_of_a_path_gets_past_the_guard_of_a_group() {
    on_each(|framework| {
        let host = start(framework, &production());
        let paths = ["/api", "/api/private", "/api/items/7", "/api/deep/a/b", "/admin", "/admin/users"];
        assert!(refused(&host.address, &paths) > 200);
        let headers = [("authorization", format!("Bearer {}", token(json!({}))))];
        for path in ["/api", "/api/private", "/api/items/7", "/api/deep/a/b"] {
            assert_eq!(ask(&host.address, "GET", path, &headers).body, SECRET, "{path}");
        }
        assert_eq!(ask(&host.address, "GET", "/admin", &headers).status, 403);
        let owner = token(json!({ "o": { "id": "org_one", "rol": "owner" } }));
        let headers = [("authorization", format!("Bearer {owner}"))];
        assert_eq!(ask(&host.address, "GET", "/admin/users", &headers).body, SECRET);
    });
}

#[test]
fn no_spelling_of_a_path_gets_past_the_guard_of_everything() {
    on_each(|framework| {
        let host = with_all_but_public(framework);
        let paths = ["/private", "/nowhere", "/open/other", "/health/x", "/open/page/x", "/a/b"];
        assert!(refused(&host.address, &paths) > 4000);
        for path in ["/", "/health", "/open/page"] {
            assert_eq!(ask(&host.address, "GET", path, &[]).body, "open", "{path}");
            let spelled = spellings(path).into_iter().filter(|spelled| !is_same(spelled, path));
            for (spelled, method) in spelled.flat_map(|path| METHODS.map(|method| (path.clone(), method))) {
                let answer = probe(&host.address, method, &spelled, "");
                assert!(matches!(answer.status, 0 | 400 | 401 | 404), "{method} {spelled}: {answer:?}");
            }
            for method in METHODS.iter().filter(|method| **method != "GET") {
                let status = ask(&host.address, method, path, &[]).status;
                // Axum and Rocket read `HEAD` as `GET` without a body, and Rocket knows no other methods.
                let own = match framework {
                    "axum" => (*method, status) == ("HEAD", 200),
                    "rocket" => matches!((*method, status), ("get", 400) | ("HEAD", 200)),
                    _ => false,
                };
                assert!(status == 401 || own, "{method} {path}: {status}");
            }
        }
        let headers = [("authorization", format!("Bearer {}", token(json!({}))))];
        assert_eq!(ask(&host.address, "GET", "/private", &headers).body, SECRET);
    });
}

/// Below a prefix, what a router sees of a path is not the path of the request.
#[test]
fn no_spelling_of_a_path_gets_past_the_guard_of_a_nested_router() {
    on_each(|framework| {
        let host = start(framework, &production());
        let paths = ["/wild", "/wild/merged", "/wild/deep/x", "/wild/a/b", "/wild/health/x", "/wild/deep/page/x"];
        assert!(refused(&host.address, &paths) > 2000);
        for path in ["/wild/health", "/wild/deep/page"] {
            let answer = ask(&host.address, "GET", path, &[]);
            assert_eq!((answer.status, answer.body.as_str()), (200, "open"), "{path}");
            for spelled in spellings(path).into_iter().filter(|spelled| !is_same(spelled, path)) {
                let answer = probe(&host.address, "GET", &spelled, "");
                assert!(matches!(answer.status, 0 | 400 | 401 | 404), "{spelled}: {answer:?}");
            }
        }
        let headers = [("authorization", format!("Bearer {}", token(json!({}))))];
        for path in ["/wild/merged", "/wild/deep/x", "/wild/a/b"] {
            assert_eq!(ask(&host.address, "GET", path, &headers).body, SECRET, "{path}");
        }
    });
}

/// The same path in another form of the request line.
fn is_same(spelled: &str, path: &str) -> bool {
    let rest = spelled.strip_prefix("http://localhost").or(spelled.strip_prefix("http://evil.example"));
    let plain = rest.unwrap_or(spelled).split(['?', '#']).next().unwrap_or_default();
    plain == path
}

/// Everything that is logged at TRACE by the host and every crate in it.
#[test]
fn no_log_line_holds_a_credential() {
    on_each(|framework| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut variables = production();
        variables.push(("PROBES_LOG", log.to_str().unwrap().to_owned()));
        let secret_key = "sk_live_only_for_this_test";
        variables.push(("CLERK_SECRET_KEY", secret_key.to_owned()));
        let host = start(framework, &variables);
        let now = tokens::now();
        let sent = [
            token(json!({})),
            token(json!({ "exp": now - 60, "iat": now - 120, "nbf": now - 130 })),
            token(json!({ "azp": "https://evil.example.com" })),
            token(json!({ "sts": "pending" })),
            token(json!({ "sub": 7 })),
            tokens::headed(json!({ "kid": 7 })),
            tokens::of_another_key(),
            tokens::unsigned(),
            "a-bare-secret".to_owned(),
        ];
        let suffix = suffix();
        for token in &sent {
            for headers in [
                vec![("authorization", format!("Bearer {token}"))],
                vec![("authorization", token.clone())],
                vec![("authorization", format!("Basic {token}"))],
                vec![("authorization", format!("Bearer {token}")), ("authorization", format!("Bearer {token}"))],
                vec![("cookie", format!("__session={token}; __client_uat={now}"))],
                vec![("cookie", format!("__session_{suffix}={token}; __client_uat_{suffix}=0"))],
            ] {
                for method in ["GET", "POST"] {
                    ask(&host.address, method, "/me", &headers);
                    ask(&host.address, method, "/api/private", &headers);
                }
            }
        }
        let logged = std::fs::read_to_string(&log).unwrap();
        for part in sent.iter().flat_map(|token| token.split('.')).filter(|part| !part.is_empty()) {
            assert!(!logged.contains(part), "a log line holds `{part}`");
        }
        assert!(!logged.contains(secret_key));
        let loosened = "these settings loosen the profile of clerk sessions: leeway=6";
        for word in ["TRACE", "session refused", "token-expired", "token-invalid-authorized-parties", loosened] {
            assert!(logged.contains(word), "nothing of `{word}` in\n{logged}");
        }
    });
}
