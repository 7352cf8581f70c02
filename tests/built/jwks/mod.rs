//! A host that fetches its keys over real HTTP from a server that misbehaves on purpose.

pub(crate) mod documents;
pub(crate) mod server;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use cargo_clerk_sessions::issuer::Issuer;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::probes;
use documents::{document, elliptic, failure, gzip, jwk, ok, redirect, zipped};
use server::{Answer, Server};
use support::frameworks::on_each;
use support::http::{self, ask};
use support::tokens::{self, claims, header, with};

pub(crate) static OURS: LazyLock<Issuer> = LazyLock::new(|| Issuer::new().unwrap());
static OTHER: LazyLock<Issuer> = LazyLock::new(|| Issuer::new().unwrap());

/// How long a test waits for what comes in the end, however busy the machine is. A fetch may take five seconds.
const PATIENCE: Duration = Duration::from_secs(60);

fn good_document() -> Answer {
    ok(document(&[jwk(&OURS, "ins_one")]))
}

/// A token of ours for another user each time, so that no cache knows it.
pub(crate) fn token(kid: &str, user: usize) -> String {
    signed_by(&OURS, kid, json!({ "sub": format!("user_{user}") }))
}

fn signed_by(issuer: &Issuer, kid: &str, changes: Value) -> String {
    issuer.sign_with(&with(header(), json!({ "kid": kid })), &with(claims(), changes)).unwrap()
}

/// A host that fetches keys from there.
fn host(framework: &'static str, url: &str) -> http::Server {
    host_with(framework, url, &[])
}

fn host_with(framework: &'static str, url: &str, more: &[(&'static str, String)]) -> http::Server {
    probes::start(framework, &[&production(url.to_owned())[..], more].concat())
}

fn production(url: String) -> [(&'static str, String); 3] {
    [
        ("CLERK_JWKS_URL", url),
        ("CLERK_PUBLISHABLE_KEY", tokens::publishable("live")),
        ("CLERK_AUTHORIZED_PARTIES", tokens::PARTY.to_owned()),
    ]
}

fn status(host: &http::Server, token: &str) -> u16 {
    ask(&host.address, "GET", "/me", &[("authorization", format!("Bearer {token}"))]).status
}

/// Opens a connection.
fn connect(host: &http::Server) -> TcpStream {
    let stream = TcpStream::connect(&host.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends a request and does not wait for the answer.
fn send(stream: TcpStream, token: &str) -> TcpStream {
    send_to("/me", stream, token)
}

fn send_to(path: &str, mut stream: TcpStream, token: &str) -> TcpStream {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn receive(mut stream: TcpStream) -> u16 {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Whether a request has no answer yet.
fn waits(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let answer = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    answer.is_err_and(|cause| cause.kind() == ErrorKind::WouldBlock)
}

/// Looks again until it is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}: not in time");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_thousand_requests_at_the_start_cost_one_fetch() {
    let tokens: Vec<String> = (0..1000).map(|user| token("ins_one", user)).collect();
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        // So many connections take their time, which is not that of the fetch.
        let connected: Vec<TcpStream> = tokens.iter().map(|_| connect(&host)).collect();
        server.hold();
        let waiting: Vec<TcpStream> =
            connected.into_iter().zip(&tokens).map(|(stream, token)| send(stream, token)).collect();
        server.release();
        for stream in waiting {
            assert_eq!(receive(stream), 200);
        }
        assert_eq!(server.requests(), ["GET /jwks.json HTTP/1.1"]);
    });
}

#[test]
fn unknown_keys_cost_one_refetch_and_known_keys_do_not_wait_for_it() {
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &token("ins_one", 0)), 200);
        let unknown = |number: usize| token(&format!("ins_unknown_{number}"), number);
        server.hold();
        let first = send(connect(&host), &unknown(0));
        until("the refetch", || server.fetches() == 2);
        for user in 0..20 {
            assert_eq!(status(&host, &token("ins_one", user)), 200);
        }
        assert!(waits(&first), "a known key waited until the refetch was over");
        let others = (1..300).map(|number| send(connect(&host), &unknown(number)));
        let waiting: Vec<TcpStream> = std::iter::once(first).chain(others).collect();
        server.release();
        for stream in waiting {
            assert_eq!(receive(stream), 401);
        }
        for number in 300..500 {
            assert_eq!(status(&host, &unknown(number)), 401);
        }
        assert_eq!(server.fetches(), 2);
    });
}

#[test]
fn a_new_key_is_picked_up_and_an_old_one_let_go() {
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        let old = token("ins_one", 1);
        assert_eq!(status(&host, &old), 200);
        server.answer(ok(document(&[jwk(&OTHER, "ins_two")])));
        assert_eq!(status(&host, &signed_by(&OTHER, "ins_two", json!({}))), 200);
        assert_eq!(status(&host, &old), 401, "its key is gone, cached or not");
        assert_eq!(server.fetches(), 2);
    });
}

#[test]
fn a_server_that_is_down_at_the_start_is_503_and_heals() {
    on_each(|framework| {
        // The port is ours, so that nobody else takes it meanwhile; but nobody listens, so that connections are refused.
        let down = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        down.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let address = down.local_addr().unwrap().as_socket().unwrap();
        let host = host(framework, &format!("http://{address}/jwks.json"));
        let token = token("ins_one", 1);
        let answer = ask(&host.address, "GET", "/me", &[("authorization", format!("Bearer {token}"))]);
        assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"error":"unavailable"}"#));
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
        down.listen(128).unwrap();
        let server = Server::on(down.into(), good_document());
        until("200", || status(&host, &token) == 200);
        assert_eq!(server.fetches(), 1);
    });
}

#[test]
fn a_server_that_goes_down_later_takes_nothing_away() {
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &token("ins_one", 0)), 200);
        for answer in [Answer::Bytes(Vec::new()), failure(), ok("no json"), ok(document(&[]))] {
            server.answer(answer);
            assert_eq!(status(&host, &token("ins_unknown", 0)), 503, "whether it is a new key cannot be known");
            for user in 1..5 {
                assert_eq!(status(&host, &token("ins_one", user)), 200);
            }
        }
    });
}

/// Each of these is an outage, never a verdict, and no request waits for it longer than a client does.
#[test]
fn answers_of_no_use_are_an_outage() {
    on_each(|framework| {
        let elsewhere = Server::start(good_document());
        let spaces = |count: usize| " ".repeat(count) + &document(&[jwk(&OURS, "ins_one")]);
        let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n11000\r\n{}", spaces(0x11000));
        let cases = [
            ("silence", Answer::Silence),
            ("a byte now and then", Answer::Drip),
            ("a closed connection", Answer::Bytes(Vec::new())),
            ("no HTTP", Answer::Bytes(b"\0\x01\x02 hello\r\n\r\n".to_vec())),
            ("half a document", Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"keys\":[".to_vec())),
            ("an error", failure()),
            ("a redirect", redirect(&elsewhere.url())),
            ("too large", ok(spaces(64 * 1024))),
            ("too large, in chunks", Answer::Bytes(chunked.into_bytes())),
            ("large when unpacked", zipped(&gzip(&spaces(1024 * 1024)))),
            ("not gzip", zipped(b"{\"keys\":[]}")),
            ("empty", ok("")),
            ("no key", ok(document(&[]))),
            ("invalid", ok("{\"keys\":[{]}")),
            ("a list", ok(json!([jwk(&OURS, "ins_one")]).to_string())),
            ("deeply nested", ok("[".repeat(60_000))),
            ("elliptic keys only", ok(document(&[elliptic("ins_one")]))),
            ("for encryption", ok(document(&[with(jwk(&OURS, "ins_one"), json!({ "use": "enc" }))]))),
            ("for another algorithm", ok(document(&[with(jwk(&OURS, "ins_one"), json!({ "alg": "RS512" }))]))),
        ];
        thread::scope(|scope| {
            for (name, answer) in cases {
                scope.spawn(move || {
                    let server = Server::start(answer);
                    let host = host(framework, &server.url());
                    assert_eq!(status(&host, &token("ins_one", 1)), 503, "{name}");
                    server.answer(good_document());
                    until(name, || status(&host, &token("ins_one", 1)) == 200);
                });
            }
        });
        assert_eq!(elsewhere.fetches(), 0, "a redirect was followed");
    });
}

/// Who waits for a fetch that fails does not wait for another one.
#[test]
fn those_who_wait_fail_together() {
    on_each(|framework| {
        let server = Server::start(Answer::Silence);
        let host = host(framework, &server.url());
        let waiting: Vec<TcpStream> = (0..5).map(|user| send(connect(&host), &token("ins_one", user))).collect();
        for stream in waiting {
            assert_eq!(receive(stream), 503);
        }
        assert_eq!(server.fetches(), 1);
    });
}

#[test]
fn what_surrounds_a_good_key_does_no_harm() {
    on_each(|framework| {
        let good = jwk(&OURS, "ins_one");
        let cases = [
            ("compressed", zipped(&gzip(&document(std::slice::from_ref(&good))))),
            ("as large as may be", ok(" ".repeat(60_000) + &document(std::slice::from_ref(&good)))),
            ("beside entries of no use", ok(document(&[json!(7), json!({}), elliptic("ins_one"), good.clone()]))),
            ("second of its name", ok(document(&[jwk(&OTHER, "ins_one"), good.clone()]))),
        ];
        for (name, answer) in cases {
            let server = Server::start(answer);
            assert_eq!(status(&host(framework, &server.url()), &token("ins_one", 1)), 200, "{name}");
        }
    });
}

/// More keys of one name would let one token cost many checks.
#[test]
fn of_one_name_four_keys_count() {
    on_each(|framework| {
        let strangers: Vec<Issuer> = (0..4).map(|_| Issuer::new().unwrap()).collect();
        let keys: Vec<Value> = strangers.iter().chain([&*OURS]).map(|issuer| jwk(issuer, "ins_one")).collect();
        let server = Server::start(ok(document(&keys)));
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &signed_by(&strangers[3], "ins_one", json!({}))), 200);
        assert_eq!(status(&host, &token("ins_one", 1)), 401);
    });
}

#[test]
fn keys_of_another_instance_verify_nothing_of_ours() {
    on_each(|framework| {
        let server = Server::start(ok(document(&[jwk(&OTHER, "ins_one")])));
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &token("ins_one", 1)), 401, "same name, another key");
        let foreign = signed_by(&OTHER, "ins_one", json!({ "iss": "https://clerk.example.org" }));
        assert_eq!(status(&host, &foreign), 401, "a key that we trust by mistake, another issuer");
        assert_eq!(status(&host, &signed_by(&OTHER, "ins_one", json!({}))), 200);
    });
}

#[test]
fn a_proxy_sees_no_fetch_from_this_machine() {
    on_each(|framework| {
        let proxy = Server::start(failure());
        let through = format!("http://{}", proxy.address);
        let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let mut variables: Vec<_> = names.map(|name| (name, through.clone())).to_vec();
        variables.extend([("NO_PROXY", String::new()), ("no_proxy", String::new())]);
        let server = Server::start(good_document());
        for url in [server.url(), server.url().replace("127.0.0.1", "localhost")] {
            assert_eq!(status(&host_with(framework, &url, &variables), &token("ins_one", 1)), 200, "{url}");
        }
        assert_eq!((proxy.fetches(), server.fetches()), (0, 2));
        // The same variables do lead there from elsewhere, or the test would show nothing.
        let outside = host_with(framework, "https://keys.example.invalid/jwks.json", &variables);
        assert_eq!(status(&outside, &token("ins_one", 1)), 503);
        assert_eq!(proxy.requests(), ["CONNECT keys.example.invalid:443 HTTP/1.1"]);
    });
}

/// Every worker of Actix Web has a runtime of its own, and a thread of another runtime keeps its newest task to itself.
#[test]
fn a_thread_that_is_held_up_holds_up_no_fetch() {
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        let busy = send_to("/busy", connect(&host), &token("ins_one", 0));
        thread::sleep(Duration::from_secs(1));
        // So many that some reach other threads.
        let others: Vec<TcpStream> = (1..9).map(|user| send(connect(&host), &token("ins_one", user))).collect();
        let start = Instant::now();
        until("an answer", || others.iter().any(|other| !waits(other)));
        assert!(start.elapsed() < Duration::from_secs(15));
        assert!(waits(&busy), "nothing was held up");
        let answered = others.into_iter().filter(|other| !waits(other));
        for status in answered.map(receive) {
            assert_eq!(status, 200);
        }
        assert_eq!(server.fetches(), 1);
    });
}

/// Whether it is a new key of the same name cannot be known then.
#[test]
fn a_signature_is_no_verdict_while_fetches_fail() {
    on_each(|framework| {
        let server = Server::start(good_document());
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &token("ins_one", 0)), 200);
        server.answer(failure());
        let rotated = signed_by(&OTHER, "ins_one", json!({}));
        assert_eq!(status(&host, &rotated), 503);
        assert_eq!(status(&host, &token("ins_one", 1)), 200, "whose key is known is let in");
    });
}

#[test]
fn who_comes_after_a_fetch_that_hung_does_not_wait() {
    on_each(|framework| {
        let server = Server::start(Answer::Silence);
        let host = host(framework, &server.url());
        assert_eq!(status(&host, &token("ins_one", 0)), 503);
        let start = Instant::now();
        for user in 1..20 {
            assert_eq!(status(&host, &token("ins_one", user)), 503);
        }
        assert!(start.elapsed() < Duration::from_secs(4));
        server.answer(good_document());
        until("200", || status(&host, &token("ins_one", 0)) == 200);
    });
}

/// As in an image that has nothing but the program.
#[test]
fn without_root_certificates_the_log_says_so() {
    on_each(|framework| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let nowhere = folder.path().join("nowhere").to_str().unwrap().to_owned();
        let variables = [
            ("PROBES_LOG", log.to_str().unwrap().to_owned()),
            ("SSL_CERT_FILE", nowhere.clone()),
            ("SSL_CERT_DIR", nowhere),
        ];
        let url = "https://keys.example.com/jwks.json".to_owned();
        let variables = [&production(url)[..], &variables].concat();
        // Rocket does not launch at all.
        if let Some(host) = probes::try_start(framework, &variables) {
            assert_eq!(status(&host, &token("ins_one", 0)), 503);
        }
        let logged = std::fs::read_to_string(&log).unwrap();
        assert!(logged.contains("no root certificates"), "{logged}");
        assert!(!logged.contains("keys.example.com") && !logged.contains("CLERK_JWKS_URL"), "{logged}");
    });
}
