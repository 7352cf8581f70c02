//! What stays open, and what ends a session while it does.

use std::io::Read;
use std::net::TcpStream;

use serde_json::json;

use crate::frameworks::on_each;
use crate::hosts::production;
use crate::http::{self, ask, send};
use crate::probes;
use crate::tokens::{now, token};

/// The leeway of the profile that the hosts run with, in seconds.
const LEEWAY: u64 = 5;

fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

/// Opens a stream, and waits for its first tick.
fn open(host: &http::Server, token: &str) -> TcpStream {
    let request =
        format!("GET /ticks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
    let mut stream = send(&host.address, request.as_bytes());
    while !ticks(&mut stream) {}
    stream
}

/// Whether what comes next has a tick in it. Nothing comes where a stream has ended.
fn ticks(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 1024];
    let count = stream.read(&mut bytes).unwrap();
    bytes[..count].windows(4).any(|part| part == b"tick")
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
        // It is accepted for two seconds more.
        let expires = now() + 2 - LEEWAY;
        let mut stream = open(&host, &token(json!({ "exp": expires })));
        while ticks(&mut stream) {}
        assert!(now() >= expires + LEEWAY, "the stream ends too soon");
        assert!(now() < expires + 60, "the stream ends when it likes");
        assert_eq!(ask(&host.address, "GET", "/me", &bearer(&token(json!({ "exp": expires })))).status, 401);
    });
}

#[test]
fn a_stream_ends_when_its_session_is_revoked() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let expires = now() + 600;
        let [gone, other] = ["sess_gone", "sess_other"].map(|sid| token(json!({ "sid": sid, "exp": expires })));
        let (mut stream, mut stays) = (open(&host, &gone), open(&host, &other));
        assert_eq!(ask(&host.address, "POST", "/leave", &bearer(&gone)).body, "left");
        while ticks(&mut stream) {}
        assert!(now() < expires, "the stream ends with its token only");
        assert!(ticks(&mut stays), "the stream of another session ends");
    });
}
