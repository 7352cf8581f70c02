// clerk-sessions: module/cookies.rs
//! Clerk's cookies: which of several session cookies is this instance's, and what stands beside it.
//!
//! Two instances on one host, such as two programs on `localhost`, set cookies of the same name.
//! Clerk therefore also sets them with a suffix made from the publishable key.
//! Source: @clerk/backend 3.25, tokens/authenticateContext.ts, `usesSuffixedCookies`.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use base64::Engine as _;

use serde::Deserialize;

use super::credential::{ClientUat, Incoming};
use super::json::Member;
use super::publishable::PublishableKey;
use super::rules::instant;
use super::token::MAXIMUM_LENGTH;

const SESSION: &str = "__session";
const CLIENT_UAT: &str = "__client_uat";

/// Room for the payload of the longest token, and what the decoder wants to spare.
const PAYLOAD_SPACE: [u8; MAXIMUM_LENGTH / 4 * 3 + 8] = [0; MAXIMUM_LENGTH / 4 * 3 + 8];

/// The names of one instance's cookies, and what tells its tokens from others'.
pub(crate) struct CookieNames {
    suffixed: Option<Suffixed>,
}

struct Suffixed {
    session: String,
    client_uat: String,
    frontend_api: String,
    test: bool,
}

/// The four cookies, of which a browser may send any.
#[derive(Clone, Copy, Default)]
struct Sent<'a> {
    session: Option<&'a str>,
    client_uat: Option<&'a str>,
    suffixed_session: Option<&'a str>,
    suffixed_client_uat: Option<&'a str>,
}

/// What a token says of itself. It chooses among cookies and is trusted for nothing else.
#[derive(Deserialize)]
struct Claimed<'a> {
    #[serde(borrow, default)]
    iss: Member<'a>,
    #[serde(borrow, default)]
    iat: Member<'a>,
    #[serde(borrow, default)]
    exp: Member<'a>,
}

impl CookieNames {
    pub(crate) fn new(key: Option<&PublishableKey>) -> Self {
        let suffixed = key.map(|key| Suffixed {
            session: format!("{SESSION}_{}", key.cookie_suffix()),
            client_uat: format!("{CLIENT_UAT}_{}", key.cookie_suffix()),
            frontend_api: key.frontend_api().to_owned(),
            test: key.is_test(),
        });
        Self { suffixed }
    }
}

/// The session cookie of this instance, and `__client_uat` beside it. `now` is milliseconds.
pub(crate) fn find<'a>(
    names: &CookieNames,
    request: &'a impl Incoming,
    now: i64,
) -> Option<(&'a str, ClientUat)> {
    let sent = sent(names, request);
    let suffixed = names.suffixed.as_ref();
    let (session, client_uat) = if suffixed.is_some_and(|own| uses_suffix(own, sent, now)) {
        (sent.suffixed_session, sent.suffixed_client_uat)
    } else {
        (sent.session, sent.client_uat)
    };
    let token = session.filter(|token| !token.is_empty())?;
    Some((token, client_uat.map_or(ClientUat::Absent, changed)))
}

/// Anything but a time counts as signed out.
fn changed(value: &str) -> ClientUat {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(seconds) if digits && seconds > 0 => ClientUat::At(seconds),
        _ => ClientUat::SignedOut,
    }
}

/// Of cookies of the same name the first counts: browsers send the more specific one first. Bytes
/// that are no UTF-8 in another program's cookie do not matter to ours.
fn sent<'a>(names: &CookieNames, request: &'a impl Incoming) -> Sent<'a> {
    let mut sent = Sent::default();
    let cookies = request
        .header("cookie")
        .flat_map(|header| header.split(|byte| *byte == b';'));
    for (name, value) in cookies.filter_map(pair) {
        let place = match (name, &names.suffixed) {
            (SESSION, _) => &mut sent.session,
            (CLIENT_UAT, _) => &mut sent.client_uat,
            (name, Some(own)) if own.session == name => &mut sent.suffixed_session,
            (name, Some(own)) if own.client_uat == name => &mut sent.suffixed_client_uat,
            _ => continue,
        };
        place.get_or_insert(value);
    }
    sent
}

/// A name and its value, which is empty where it cannot be read. Only the white space of HTTP is
/// taken off: a name behind any other is not ours.
fn pair(cookie: &[u8]) -> Option<(&str, &str)> {
    let mut halves = cookie.splitn(2, |byte| *byte == b'=');
    let name = std::str::from_utf8(halves.next()?).ok()?;
    let value = std::str::from_utf8(halves.next()?).unwrap_or_default();
    let space = [' ', '\t'];
    Some((name.trim_matches(space), value.trim_matches(space)))
}

/// The official rules, in their order.
fn uses_suffix(own: &Suffixed, sent: Sent<'_>, now: i64) -> bool {
    let present = |cookie: Option<&str>| cookie.is_some_and(|value| !value.is_empty());
    let plain = sent.session.filter(|token| !token.is_empty());
    let mut plain_space = PAYLOAD_SPACE;
    let plain_claims = plain.and_then(|token| claimed(token, &mut plain_space));
    if plain.is_some() {
        let issuer = plain_claims.as_ref().and_then(|claims| claims.issuer());
        match issuer {
            None => return false,
            Some(issuer) if host(issuer) != own.frontend_api => return true,
            Some(_) => {}
        }
    }
    if !present(sent.suffixed_client_uat) && !present(sent.suffixed_session) {
        return false;
    }
    let mut suffixed_space = PAYLOAD_SPACE;
    let suffixed = sent.suffixed_session;
    let suffixed_claims = suffixed.and_then(|token| claimed(token, &mut suffixed_space));
    let signed_out = |cookie: Option<&str>| cookie == Some("0");
    let plain_out = signed_out(sent.client_uat);
    let suffixed_out = signed_out(sent.suffixed_client_uat);
    let issued = |claims: &Option<Claimed<'_>>| {
        claims
            .as_ref()
            .and_then(|claims| claims.iat.number())
            .unwrap_or(0.0)
    };
    if !suffixed_out && !plain_out && issued(&plain_claims) > issued(&suffixed_claims) {
        return false;
    }
    if suffixed_out && !plain_out {
        return false;
    }
    if own.test && !suffixed_out && plain_out {
        let expires = suffixed_claims.as_ref().and_then(|own| own.exp.number());
        if expires.is_some_and(|seconds| instant(seconds).is_ok_and(|expires| expires <= now)) {
            return false;
        }
    }
    present(sent.suffixed_client_uat) || !present(sent.suffixed_session)
}

impl Claimed<'_> {
    fn issuer(&self) -> Option<&str> {
        self.iss.text().filter(|issuer| !issuer.is_empty())
    }
}

/// Reads a payload on the stack, for this is done on every request with a cookie.
fn claimed<'s>(token: &str, space: &'s mut [u8]) -> Option<Claimed<'s>> {
    if token.len() > MAXIMUM_LENGTH {
        return None;
    }
    let payload = token.split('.').nth(1)?;
    let length = URL_SAFE_NO_PAD.decode_slice(payload, space).ok()?;
    let payload = space.get(..length)?;
    payload.starts_with(b"{").then_some(())?;
    serde_json::from_slice(payload).ok()
}

fn host(issuer: &str) -> &str {
    let rest = issuer
        .strip_prefix("https://")
        .or_else(|| issuer.strip_prefix("http://"));
    rest.unwrap_or(issuer)
}
