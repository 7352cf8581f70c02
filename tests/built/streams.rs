//! What stays open, and what ends a session while it does.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;

use serde_json::json;

use crate::host::production;
use crate::probes;
use support::frameworks::on_each;
use support::http::{self, ask, send};
use support::tokens::{now, token};

/// The leeway of the profile that the hosts run with, in seconds.
const LEEWAY: u64 = 5;

fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

/// What stays open in the hosts, with what a client sends along: a body without an end, and a WebSocket.
const OPEN: [(&str, &str); 2] = [
    ("/ticks", "connection: close\r\n"),
    (
        "/socket",
        "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
];

/// Opens a stream, and waits for its first tick.
fn open(host: &http::Server, (path, headers): (&str, &str), token: &str) -> TcpStream {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}authorization: Bearer {token}\r\n\r\n", host.address);
    let mut stream = send(&host.address, request.as_bytes());
    while !ticks(&mut stream) {}
    stream
}

/// Whether what comes next has a tick in it.
fn ticks(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 1024];
    let count = stream.read(&mut bytes).unwrap();
    assert!(count > 0, "it has ended before");
    bytes[..count].windows(4).any(|part| part == b"tick")
}

fn until_the_end(stream: &mut TcpStream) {
    // A server need not wait until what was sent to it is read.
    let is_end = |cause: &std::io::Error| cause.kind() == ErrorKind::ConnectionReset;
    while stream.read(&mut [0; 1024]).or_else(|cause| if is_end(&cause) { Ok(0) } else { Err(cause) }).unwrap() > 0 {}
}

/// Whether there is something to read, or nothing yet.
fn is_open(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    match stream.read(&mut [0; 1024]) {
        Ok(count) => count > 0,
        Err(cause) => cause.kind() == ErrorKind::WouldBlock,
    }
}

#[test]
fn a_session_that_is_revoked_is_refused() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let (gone, other) = (token(json!({ "sid": "sess_gone" })), token(json!({})));
        assert_eq!(ask(&host.address, "GET", "/me", &bearer(&gone)).status, 200);
        assert_eq!(ask(&host.address, "POST", "/leave", &bearer(&gone)).body, "left");
        assert_eq!(ask(&host.address, "GET", "/me", &bearer(&gone)).status, 401);
        assert_eq!(ask(&host.address, "GET", "/me", &bearer(&other)).status, 200);
    });
}

#[test]
fn a_stream_ends_when_its_token_expires() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        for kind in OPEN {
            // It is accepted for two seconds more.
            let expires = now() + 2 - LEEWAY;
            let short = token(json!({ "exp": expires }));
            until_the_end(&mut open(&host, kind, &short));
            assert!(now() >= expires + LEEWAY, "{kind:?} ends too soon");
            assert!(now() < expires + 60, "{kind:?} ends when it likes");
            assert_eq!(ask(&host.address, "GET", "/me", &bearer(&short)).status, 401);
        }
    });
}

#[test]
fn a_stream_ends_when_its_session_is_revoked() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let expires = now() + 600;
        for kind in OPEN {
            let session = |name: &str| token(json!({ "sid": format!("sess{}_{name}", kind.0), "exp": expires }));
            let (gone, other) = (session("gone"), session("other"));
            let (mut stream, mut stays) = (open(&host, kind, &gone), open(&host, kind, &other));
            assert_eq!(ask(&host.address, "POST", "/leave", &bearer(&gone)).body, "left");
            until_the_end(&mut stream);
            assert!(now() < expires, "{kind:?} ends with its token only");
            assert!(is_open(&mut stays), "{kind:?} of another session ends");
        }
    });
}
