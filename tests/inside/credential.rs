//! Where a token is found in a request, whatever the framework.

use std::sync::Arc;

use super::super::config::Profile;
use super::super::verify::credential::{self, Carrier, Incoming, Lookup};
use super::super::verify::publishable::PublishableKey;

/// A request without a framework.
struct Request {
    method: &'static str,
    authority: Option<&'static str>,
    headers: Vec<(&'static str, &'static [u8])>,
}

impl Incoming for Request {
    fn method(&self) -> &str {
        self.method
    }

    fn authority(&self) -> Option<&str> {
        self.authority
    }

    fn header<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + 'a {
        let named = self.headers.iter().filter(move |(own, _)| *own == name);
        named.map(|(_, value)| *value)
    }

    fn route(&self) -> Option<Arc<str>> {
        None
    }
}

fn request(headers: &[(&'static str, &'static [u8])]) -> Request {
    Request { method: "GET", authority: Some("api.example.com"), headers: headers.to_vec() }
}

/// The token that is found, if any, and its carrier; or `None` if the request is refused.
fn found(request: &Request, parties: &[String]) -> Option<Option<(String, Carrier)>> {
    let key = PublishableKey::parse("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k");
    let mut settings = Profile::Prod.settings();
    super::plain(&mut settings);
    let lookup = Lookup::new(&settings, key.as_ref(), parties);
    let credential = credential::find(&lookup, request, 0).ok()?;
    Some(credential.map(|one| (one.token.to_owned(), one.carrier)))
}

fn header(value: &'static [u8]) -> Option<Option<(String, Carrier)>> {
    found(&request(&[("authorization", value)]), &[])
}

fn cookie(value: &'static [u8]) -> Option<String> {
    let found = found(&request(&[("cookie", value)]), &[]);
    found.flatten().map(|(token, _)| token)
}

#[test]
fn a_header_is_one_scheme_and_one_token() {
    let token = Some(Some(("abc".to_owned(), Carrier::Header)));
    assert_eq!(header(b"Bearer abc"), token);
    assert_eq!(header(b"bEARER abc"), token);
    assert_eq!(header(b"Basic abc"), Some(None));
    assert_eq!(header(b""), Some(None));
    assert_eq!(header(b" \t"), Some(None));
    let bad: [&[u8]; 7] =
        [b"abc", b"Bearer", b"Bearer ", b"Bearer  abc", b"Bearer abc def", b"Bearer\tabc", b"Bearer ab\xff"];
    for value in bad {
        assert_eq!(header(value), None, "{value:?}");
    }
    let twice = request(&[("authorization", b"Bearer abc"), ("authorization", b"Basic x")]);
    assert_eq!(found(&twice, &[]), None);
}

#[test]
fn a_cookie_is_found_by_its_exact_name() {
    assert_eq!(cookie(b"a=b; __session=abc").as_deref(), Some("abc"));
    assert_eq!(cookie(b"__session=abc; __session=def").as_deref(), Some("abc"));
    assert_eq!(cookie(b"__session_AAAAAAAA=abc"), None);
    assert_eq!(cookie(b"__Session=abc"), None);
    // White space other than a space or a tab belongs to the name.
    assert_eq!(cookie(b"\xc2\xa0__session=evil; __session=abc").as_deref(), Some("abc"));
    // The cookie of another program does not hide ours.
    assert_eq!(cookie(b"other=\xff; __session=abc").as_deref(), Some("abc"));
    let split = request(&[("cookie", b"a=b"), ("cookie", b"__session=abc")]);
    assert_eq!(found(&split, &[]), Some(Some(("abc".to_owned(), Carrier::Cookie))));
}

#[test]
fn an_unsafe_request_with_a_cookie_needs_an_allowed_origin() {
    let parties = ["https://app.example.com".to_owned()];
    let ours: &[u8] = b"https://app.example.com";
    let own_host: &[u8] = b"https://api.example.com";
    let null: &[u8] = b"null";
    let none: &[String] = &[];
    let cases = [
        (Some(ours), &parties[..], true),
        (Some(own_host), &parties[..], false),
        (None, &parties[..], false),
        (Some(null), &parties[..], false),
        (Some(own_host), none, true),
        (Some(ours), none, false),
    ];
    for (origin, parties, allowed) in cases {
        let mut post = request(&[("cookie", b"__session=abc")]);
        post.headers.extend(origin.map(|origin| ("origin", origin)));
        post.method = "POST";
        assert_eq!(found(&post, parties).is_some(), allowed, "{origin:?}");
        post.method = "GET";
        assert!(found(&post, parties).is_some());
        post.headers.push(("upgrade", b"websocket"));
        assert_eq!(found(&post, parties).is_some(), allowed, "{origin:?}");
        post.headers.push(("origin", b"https://evil.example.com"));
        assert_eq!(found(&post, parties), None);
    }
}

#[test]
fn of_upgrades_only_that_to_a_websocket_needs_an_origin() {
    let allowed = |upgrades: &[&'static [u8]]| {
        let mut get = request(&[("cookie", b"__session=abc")]);
        get.headers.extend(upgrades.iter().map(|value| ("upgrade", *value)));
        found(&get, &[]).is_some()
    };
    assert!(allowed(&[b"h2c"]));
    assert!(allowed(&[b"", b"h2c, TLS/1.0"]));
    for websocket in
        [&[&b"websocket"[..]][..], &[b"WebSocket"], &[b"h2c,\twebsocket"], &[b"h2c", b"websocket"], &[b"websocket/13"]]
    {
        assert!(!allowed(websocket), "{websocket:?}");
    }
}

#[test]
fn without_a_known_host_no_origin_is_allowed() {
    let mut post = request(&[("cookie", b"__session=abc"), ("origin", b"https://x.com")]);
    post.method = "POST";
    post.authority = None;
    assert_eq!(found(&post, &[]), None);
}
