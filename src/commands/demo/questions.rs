//! The requests of the demo, and what must come back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::app::Server;
use super::{PARTY, outside};
use crate::error::Error;
use crate::issuer::Issuer;
use crate::terminal::Terminal;

/// Asks every question, prints one line for each, and tells whether all answers were right.
pub(super) fn ask(server: &Server, issuer: &Issuer, terminal: Terminal) -> Result<bool, Error> {
    let mut good = true;
    for (path, label, token, wanted) in questions(issuer)? {
        let status =
            get(&server.address, path, token.as_deref()).map_err(|cause| outside("failed to ask the app", &cause))?;
        let verdict = if status == wanted { "" } else { "   (wrong)" };
        terminal.data(&format!("GET {path} ({label}) → {status}{verdict}\n"))?;
        good &= status == wanted;
    }
    Ok(good)
}

type Question = (&'static str, &'static str, Option<String>, u16);

fn questions(issuer: &Issuer) -> Result<Vec<Question>, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let sign = |claims: Value| issuer.sign(&claims).map_err(|cause| outside("failed to sign a token", &cause));
    let good = sign(claims(now, PARTY))?;
    let expired = sign(claims(now.saturating_sub(600), PARTY))?;
    let elsewhere = sign(claims(now, "https://evil.example.com"))?;
    Ok(vec![
        ("/health", "public route", None, 200),
        ("/me", "no token", None, 401),
        ("/me", "good token", Some(good.clone()), 200),
        ("/me", "expired token", Some(expired), 401),
        ("/me", "tampered token", Some(tampered(&good)), 401),
        ("/me", "token of another authorized party", Some(elsewhere), 401),
    ])
}

fn claims(now: u64, party: &str) -> Value {
    json!({
        "azp": party, "exp": now + 60, "iat": now, "iss": Issuer::url(), "nbf": now.saturating_sub(10),
        "sid": "sess_demo", "sub": "user_demo", "v": 2, "fva": [0, -1],
    })
}

/// The token with one character in the middle of its payload changed.
fn tampered(token: &str) -> String {
    let at = token.find('.').map_or(0, |dot| dot + 20);
    let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

/// The status of one HTTP request.
fn get(address: &str, path: &str, token: Option<&str>) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let credential = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{credential}Connection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no HTTP status in the answer"))
}
