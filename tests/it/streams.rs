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
    let request = format!("GET /ticks HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
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
fn a_stream_outlives_its_token() {
    on_each(|framework| {
        let host = probes::start(framework, &production());
        let short = now() + 1 - LEEWAY;
        let mut stream = open(&host, &token(json!({ "exp": short })));
        while now() <= short + LEEWAY + 1 {
            assert!(ticks(&mut stream));
        }
        assert_eq!(ask(&host.address, "GET", "/me", &bearer(&token(json!({ "exp": short })))).status, 401);
        // Wrong: nobody with this token gets in, but the stream goes on.
        assert!(ticks(&mut stream));
    });
}
