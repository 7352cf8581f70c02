//! The key store, with a server on this machine that does as it is told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::super::testing::TestIssuer;
use super::super::verify::jwks::KeySet;
use super::super::{Reason, Verifier};
use super::plain;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A server whose answer can be changed.
struct Server {
    url: String,
    answer: Arc<Mutex<String>>,
    fetches: Arc<AtomicUsize>,
}

impl Server {
    fn start(document: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self {
            url: format!("http://{address}/jwks.json"),
            answer: Arc::new(Mutex::new(ok(document))),
            fetches: Arc::default(),
        };
        let answer = Arc::clone(&server.answer);
        let fetches = Arc::clone(&server.fetches);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request);
                fetches.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        server
    }

    fn answer(&self, answer: String) {
        *self.answer.lock().unwrap() = answer;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn failure() -> String {
    "HTTP/1.1 500 Broken\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn fetching(issuer: &TestIssuer, server: &Server) -> Verifier {
    let builder = issuer.builder().variable("CLERK_JWT_KEY", "");
    let builder = builder.settings(plain);
    builder.variable("CLERK_JWKS_URL", server.url.as_str()).build().unwrap()
}

async fn verdict(verifier: &Verifier, token: &str) -> Option<Reason> {
    let result = verifier.verify(token).await;
    result.err().map(|rejection| rejection.reason())
}

/// A token with a `kid` that the server does not have.
fn unknown(issuer: &TestIssuer, kid: &str) -> String {
    issuer.token().header("kid", kid).sign()
}

#[test]
fn many_requests_at_the_start_cost_one_fetch() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    runtime().block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let verifier = verifier.clone();
                let token = issuer.token().user(&format!("user_{number}")).sign();
                tokio::spawn(async move { verdict(&verifier, &token).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), None);
        }
    });
    assert_eq!(server.fetches(), 1);
}

#[test]
fn unknown_keys_cost_one_fetch_in_thirty_seconds() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &issuer.token().sign()).await, None);
        for number in 0..20 {
            let token = unknown(&issuer, &format!("ins_{number}"));
            let reason = verdict(&verifier, &token).await;
            assert_eq!(reason, Some(Reason::TOKEN_KEY_UNKNOWN));
        }
        assert_eq!(server.fetches(), 2);
        issuer.clock().advance(Duration::from_secs(30));
        verdict(&verifier, &unknown(&issuer, "ins_other")).await;
        assert_eq!(server.fetches(), 3);
    });
}

#[test]
fn a_token_without_a_kid_costs_no_fetch() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    let token = issuer.token().without_header("kid").sign();
    let reason = runtime().block_on(verdict(&verifier, &token));
    assert_eq!(reason, Some(Reason::TOKEN_KEY_UNKNOWN));
    assert_eq!(server.fetches(), 0);
}

#[test]
fn a_new_key_is_found_and_an_old_one_is_dropped() {
    let (old, new) = (TestIssuer::new(), TestIssuer::stranger());
    let server = Server::start(&old.jwks());
    let verifier = fetching(&old, &server);
    let old_token = old.token().sign();
    let new_token = new.token().header("kid", "ins_new").sign();
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &old_token).await, None);
        server.answer(ok(&new.jwks().replace("ins_test", "ins_new")));
        assert_eq!(verdict(&verifier, &new_token).await, None);
        // The token is still in the cache, but its key is gone.
        let reason = verdict(&verifier, &old_token).await;
        assert_eq!(reason, Some(Reason::TOKEN_KEY_UNKNOWN));
    });
}

#[test]
fn a_new_key_under_the_old_kid_is_found() {
    let (old, new) = (TestIssuer::new(), TestIssuer::stranger());
    let server = Server::start(&old.jwks());
    let verifier = fetching(&old, &server);
    let (old_token, new_token) = (old.token().sign(), new.token().sign());
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &old_token).await, None);
        server.answer(ok(&new.jwks()));
        assert_eq!(verdict(&verifier, &new_token).await, None);
        let reason = verdict(&verifier, &old_token).await;
        assert_eq!(reason, Some(Reason::TOKEN_SIGNATURE));
        assert_eq!(server.fetches(), 2);
    });
}

#[test]
fn bad_signatures_cost_one_fetch_in_thirty_seconds() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    let forged = TestIssuer::stranger().token().sign();
    runtime().block_on(async {
        for fetches in [2, 2, 3] {
            assert_eq!(verdict(&verifier, &issuer.token().sign()).await, None);
            for _ in 0..20 {
                let reason = verdict(&verifier, &forged).await;
                assert_eq!(reason, Some(Reason::TOKEN_SIGNATURE));
            }
            assert_eq!(server.fetches(), fetches);
            issuer.clock().advance(Duration::from_secs(15));
        }
    });
}

#[test]
fn a_key_that_was_dropped_hours_ago_verifies_nothing() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &issuer.token().sign()).await, None);
        let other = issuer.jwks().replace("ins_test", "ins_other");
        server.answer(ok(&other));
        issuer.clock().advance(2 * HOUR);
        let reason = verdict(&verifier, &issuer.token().sign()).await;
        assert_eq!(reason, Some(Reason::TOKEN_KEY_UNKNOWN));
    });
}

#[test]
fn an_outage_at_the_start_is_503_until_it_is_over() {
    let issuer = TestIssuer::new();
    let server = Server::start("");
    let verifier = fetching(&issuer, &server);
    let token = || issuer.token().sign();
    runtime().block_on(async {
        let unavailable = Some(Reason::KEYS_UNAVAILABLE);
        for answer in [failure(), ok("no json"), ok("{\"keys\":[]}"), huge(), redirect(&server)] {
            server.answer(answer);
            assert_eq!(verdict(&verifier, &token()).await, unavailable);
            let fetches = server.fetches();
            assert_eq!(verdict(&verifier, &token()).await, unavailable);
            assert_eq!(server.fetches(), fetches);
            issuer.clock().advance(Duration::from_secs(30));
        }
        assert_eq!(server.fetches(), 5);
        server.answer(ok(&issuer.jwks()));
        assert_eq!(verdict(&verifier, &token()).await, None);
    });
}

fn huge() -> String {
    ok(&" ".repeat(64 * 1024 + 1))
}

fn redirect(server: &Server) -> String {
    let url = &server.url;
    format!("HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n")
}

#[test]
fn an_outage_later_leaves_the_keys_for_a_day() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &issuer.token().sign()).await, None);
        server.answer(failure());
        issuer.clock().advance(23 * HOUR);
        let token = issuer.token().sign();
        assert_eq!(verdict(&verifier, &token).await, None);
        assert!(soon(|| server.fetches() == 2).await, "no second fetch");
        let unknown = unknown(&issuer, "ins_other");
        let unavailable = Some(Reason::KEYS_UNAVAILABLE);
        assert_eq!(verdict(&verifier, &unknown).await, unavailable);
        issuer.clock().advance(HOUR);
        let token = issuer.token().sign();
        assert_eq!(verdict(&verifier, &token).await, unavailable);
    });
}

#[test]
fn old_keys_are_fetched_again_in_the_background() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer.jwks());
    let verifier = fetching(&issuer, &server);
    runtime().block_on(async {
        assert_eq!(verdict(&verifier, &issuer.token().sign()).await, None);
        issuer.clock().advance(HOUR);
        let token = issuer.token().sign();
        assert_eq!(verdict(&verifier, &token).await, None);
        assert!(soon(|| server.fetches() == 2).await, "no second fetch");
        assert_eq!(verdict(&verifier, &token).await, None);
        assert_eq!(server.fetches(), 2);
    });
}

/// Whether something becomes true within ten seconds, while other tasks run.
async fn soon(condition: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !condition() && start.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(1));
        tokio::task::yield_now().await;
    }
    condition()
}

#[test]
fn unusable_entries_are_skipped() {
    let document = TestIssuer::new().jwks();
    let with = |change: &str, by: &str| KeySet::from_json(document.replace(change, by).as_bytes());
    assert!(with("", "").is_some());
    assert!(with(",\"use\":\"sig\"", "").is_some());
    assert!(with("\"alg\":\"RS256\",", "").is_some());
    for (change, by) in [
        ("\"RSA\"", "\"EC\""),
        ("\"sig\"", "\"enc\""),
        ("\"sig\"", "null"),
        ("\"RS256\"", "\"RS512\""),
        ("\"ins_test\"", "\"\""),
        ("\"ins_test\"", "7"),
        ("AQAB", "AQ"),
        ("AQAB", "A+AB"),
        ("\"kid\"", "\"key_ops\":[\"encrypt\"],\"kid\""),
        ("\"kid\"", "\"kty\":\"EC\",\"kid\""),
        ("\"kid\"", "\"d\":\"AQAB\",\"kid\""),
    ] {
        assert!(with(change, by).is_none(), "{change} {by}");
    }
    let bad = "[7,{\"kty\":\"RSA\"},{\"kid\":\"a\",\"kid\":\"b\"},{";
    assert!(with("[{", bad).is_some());
    assert!(with("\"kid\"", "\"key_ops\":[\"verify\"],\"x\":[[1]],\"kid\"").is_some());
}

#[test]
fn a_document_is_an_object_in_utf_8() {
    let document = TestIssuer::new().jwks();
    let list = document.replace("{\"keys\":", "[").replace("]}", "]]");
    assert!(KeySet::from_json(list.as_bytes()).is_none());
    let marked = document.replace("{\"keys\"", "{\"x\":\"?\",\"keys\"");
    let mut bytes = marked.into_bytes();
    assert!(KeySet::from_json(&bytes).is_some());
    let mark = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[mark] = 0xff;
    assert!(KeySet::from_json(&bytes).is_none());
}
