//! What else an app has, and must keep beside ours: sessions of its own, CORS, sockets and server-sent events.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use support::http::{Answer, ask};
use support::tokens::{PARTY, now, token};

type Headers = Vec<(&'static str, String)>;

/// Asks a host whose handlers `/me`, `/events` and `/live` take a session, and whose `/basket` counts in one of its own.
pub fn all(address: &str) {
    own_sessions_count_on(address);
    preflights_are_not_locked_out(address);
    events_are_for_a_session(address);
    a_socket_opens_for_a_session_and_a_page_of_ours(address);
}

fn cookie() -> String {
    format!("__session={}; __client_uat={}", token(json!({})), now() - 100)
}

fn bearer() -> (&'static str, String) {
    ("authorization", format!("Bearer {}", token(json!({}))))
}

fn own_sessions_count_on(address: &str) {
    let first = ask(address, "POST", "/basket", &[]);
    assert_eq!((first.status, first.body.as_str()), (200, "1"));
    let set = |answer: &Answer| answer.headers.get("set-cookie").map(|set| set.split(';').next().unwrap().to_owned());
    let own = set(&first).unwrap();
    let second = ask(address, "POST", "/basket", &[("cookie", own.clone())]);
    assert_eq!((second.status, second.body.as_str()), (200, "2"));
    // Some keep the count in the cookie, some beside its name on the server.
    let own = set(&second).unwrap_or(own);
    let both = [("cookie", format!("{own}; {}", cookie())), ("origin", PARTY.to_owned())];
    assert_eq!(ask(address, "POST", "/basket", &both).body, "3");
    for method in ["GET", "POST"] {
        assert_eq!(ask(address, method, "/me", &both).body, "user_one");
    }
    let without = ask(address, "GET", "/me", &[("cookie", own)]);
    assert_eq!(without.status, 401, "a session of the app's own is none of Clerk's");
}

fn preflights_are_not_locked_out(address: &str) {
    let asked = [
        ("origin", PARTY.to_owned()),
        ("access-control-request-method", "POST".to_owned()),
        ("access-control-request-headers", "authorization".to_owned()),
    ];
    let allowed = |answer: &Answer| answer.headers.get("access-control-allow-origin").cloned();
    let preflight = ask(address, "OPTIONS", "/me", &asked);
    assert!(matches!(preflight.status, 200 | 204), "{preflight:?}");
    assert_eq!(allowed(&preflight).as_deref(), Some(PARTY));
    let refused = ask(address, "GET", "/me", &[("origin", PARTY.to_owned())]);
    assert_eq!((refused.status, refused.body.as_str()), (401, r#"{"error":"unauthenticated"}"#));
    assert_eq!(allowed(&refused).as_deref(), Some(PARTY), "a page can read that it is to sign in");
}

fn events_are_for_a_session(address: &str) {
    let refused = ask(address, "GET", "/me", &[]);
    let answer = ask(address, "GET", "/events", &[]);
    assert_eq!((answer.status, answer.body), (401, refused.body));
    for headers in [bearer(), ("cookie", cookie())] {
        let answer = ask(address, "GET", "/events", &[headers]);
        assert!(answer.headers["content-type"].starts_with("text/event-stream"), "{answer:?}");
        assert!(answer.body.contains("data:") && answer.body.contains("user_one"), "{answer:?}");
    }
}

fn a_socket_opens_for_a_session_and_a_page_of_ours(address: &str) {
    let evil = || ("origin", "https://evil.example.com".to_owned());
    let ours = || ("origin", PARTY.to_owned());
    let cases: [(Headers, bool); 7] = [
        (vec![bearer()], true),
        (vec![bearer(), evil()], true),
        (vec![("cookie", cookie()), ours()], true),
        (vec![("cookie", cookie()), evil()], false),
        (vec![("cookie", cookie())], false),
        (vec![ours()], false),
        (vec![("authorization", "Bearer a.b.c".to_owned()), ours()], false),
    ];
    for (headers, opens) in cases {
        let said = handshake(address, &headers);
        assert_eq!(said.starts_with("HTTP/1.1 101 "), opens, "{headers:?}: {said}");
        assert_eq!(said.starts_with("HTTP/1.1 401 "), !opens, "{headers:?}: {said}");
        assert_eq!(said.contains("user_one"), opens, "{headers:?}: {said}");
    }
}

/// What a server says to a WebSocket's handshake, and its first message.
fn handshake(address: &str, headers: &[(&str, String)]) -> String {
    let mut request = format!(
        "GET /live HTTP/1.1\r\nhost: {address}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all((request + "\r\n").as_bytes()).unwrap();
    let (mut said, mut bytes) = (Vec::new(), [0; 4096]);
    let whole = |said: &[u8]| {
        let text = String::from_utf8_lossy(said).into_owned();
        text.contains("user_one") || text.contains("unauthenticated")
    };
    while !whole(&said) {
        match stream.read(&mut bytes).unwrap() {
            0 => break,
            length => said.extend_from_slice(&bytes[..length]),
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}
