//! Signed events, as an application receives them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::running::{Local, command};

/// The next request that arrives, head and body, which is answered with a status.
fn next(listener: &TcpListener, status: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut text = String::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).unwrap();
        text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if body.len() >= header(head, "content-length").parse().unwrap() {
            stream.write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").as_bytes()).unwrap();
            return (head.to_owned(), body.to_owned());
        }
    }
}

fn header(head: &str, name: &str) -> String {
    let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("{name} in {head}")).split_once(": ").unwrap().1.to_owned()
}

#[test]
fn events_are_signed_and_sent_again_until_they_are_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}/webhooks/clerk?x=1", listener.local_addr().unwrap().port());
    let local = Local::start(&["--webhook", &url]);
    let id = local.session("user_owner");
    let (failed, first) = next(&listener, "500");
    assert!(failed.starts_with("POST /webhooks/clerk?x=1 HTTP/1.1"), "{failed}");
    let (head, body) = next(&listener, "200");
    assert_eq!((header(&failed, "svix-id"), &first), (header(&head, "svix-id"), &body));
    let secret = BASE64_STANDARD
        .decode(local.variables["CLERK_WEBHOOK_SIGNING_SECRET"].strip_prefix("whsec_").unwrap())
        .unwrap();
    let signed = format!("{}.{}.{body}", header(&head, "svix-id"), header(&head, "svix-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
    assert_eq!(header(&head, "svix-signature"), format!("v1,{}", BASE64_STANDARD.encode(tag)));
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((event["object"].as_str(), event["type"].as_str()), (Some("event"), Some("session.created")));
    assert_eq!(
        (event["data"]["id"].as_str(), event["data"]["user"]["id"].as_str()),
        (Some(id.as_str()), Some("user_owner"))
    );

    local.backend("POST", &format!("/v1/sessions/{id}/revoke"), "").expect(200);
    let event: Value = serde_json::from_str(&next(&listener, "204").1).unwrap();
    assert_eq!((event["type"].as_str(), event["data"]["status"].as_str()), (Some("session.revoked"), Some("revoked")));
    let browser = local.browser();
    let first = browser.sign_in("user_owner");
    next(&listener, "200");
    for (action, kind) in [("remove", "session.removed"), ("end", "session.ended")] {
        let id = if action == "remove" { first.clone() } else { browser.sign_in("user_owner") };
        if action == "end" {
            next(&listener, "200");
        }
        browser.post(&format!("/v1/client/sessions/{id}/{action}"), "").expect(200);
        let event: Value = serde_json::from_str(&next(&listener, "200").1).unwrap();
        assert_eq!(event["type"], kind);
    }
    let log = local.control("GET", "/local/requests", "").expect(200).json();
    let sent = log["requests"].as_array().unwrap().iter().filter(|one| one["event"].is_string());
    assert!(sent.clone().any(|one| one["status"] == 500) && sent.clone().count() >= 2, "{log}");
}

#[test]
fn events_stay_on_this_machine() {
    for url in ["http://example.com/x", "https://localhost/x", "http://10.0.0.1/x", "ftp://localhost/", "x"] {
        let output = command(&["local", "--port", "0", "--webhook", url]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("this machine"), "{url}");
    }
}
