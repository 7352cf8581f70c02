// clerk-sessions: module/verify/cookies.rs
//! Clerk's cookies: which of several session cookies belongs to this instance.
//!
//! Two instances on one host, such as two programs on `localhost`, set cookies of the same name.
//! So Clerk also sets each cookie under a second name, with a suffix made from the publishable key.
//!
//! Source: @clerk/backend 3.25, tokens/authenticateContext.ts, `usesSuffixedCookies`.

use base64::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::credential::{ClientUat, Incoming};
use super::json::{self, Text};
use super::publishable::PublishableKey;
use super::rules;
use super::token::{self, MAXIMUM_LENGTH};

const SESSION: &str = "__session";
const CLIENT_UAT: &str = "__client_uat";

/// Room for the payload of the longest token, and the few bytes more that the decoder asks for.
const PAYLOAD_SPACE: [u8; MAXIMUM_LENGTH / 4 * 3 + 8] = [0; MAXIMUM_LENGTH / 4 * 3 + 8];

/// The suffixed names of one instance's cookies, and what tells its tokens apart.
pub(crate) struct CookieNames {
    session: String,
    client_uat: String,
    frontend_api: String,
    test: bool,
}

/// The cookies that a browser sent, of the four that there may be.
#[derive(Clone, Copy, Default)]
struct Sent<'a> {
    session: Option<&'a str>,
    client_uat: Option<&'a str>,
    suffixed_session: Option<&'a str>,
    suffixed_client_uat: Option<&'a str>,
}

/// What an unverified token says about itself. Only the choice among cookies relies on it.
#[derive(Deserialize)]
struct Claimed<'a> {
    #[serde(borrow)]
    iss: Option<&'a RawValue>,
    #[serde(borrow)]
    iat: Option<&'a RawValue>,
    #[serde(borrow)]
    exp: Option<&'a RawValue>,
}

impl CookieNames {
    pub(crate) fn new(key: &PublishableKey) -> Self {
        Self {
            session: format!("{SESSION}_{}", key.cookie_suffix),
            client_uat: format!("{CLIENT_UAT}_{}", key.cookie_suffix),
            frontend_api: key.frontend_api.clone(),
            test: key.is_test(),
        }
    }
}

/// The session cookie of this instance, and the `__client_uat` that goes with it. `now` is in
/// milliseconds since 1970.
pub(crate) fn find<'a>(
    names: &CookieNames,
    request: &'a impl Incoming,
    now: i64,
) -> Option<(&'a str, ClientUat)> {
    let sent = sent(names, request);
    let (session, client_uat) = if uses_suffix(names, sent, now) {
        (sent.suffixed_session, sent.suffixed_client_uat.map(changed))
    } else {
        // Browsers set both times. The official SDK takes the plain one for 0 if only the other came.
        let lost = sent.suffixed_client_uat.map(|_| ClientUat::SignedOut);
        (sent.session, sent.client_uat.map(changed).or(lost))
    };
    let token = session.filter(|token| !token.is_empty())?;
    Some((token, client_uat.unwrap_or(ClientUat::Absent)))
}

/// Reads `__client_uat`. Anything but a time counts as signed out.
fn changed(value: &str) -> ClientUat {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(seconds) if digits && seconds > 0 => ClientUat::At(seconds),
        _ => ClientUat::SignedOut,
    }
}

/// Of several cookies with one name the first counts: browsers send the more specific one first.
/// Another program's cookie may hold anything, even bytes that are not UTF-8.
fn sent<'a>(names: &CookieNames, request: &'a impl Incoming) -> Sent<'a> {
    let mut sent = Sent::default();
    let cookies = request
        .header("cookie")
        .flat_map(|header| header.split(|byte| *byte == b';'));
    for (name, value) in cookies.filter_map(pair) {
        let place = match name {
            SESSION => &mut sent.session,
            CLIENT_UAT => &mut sent.client_uat,
            name if name == names.session => &mut sent.suffixed_session,
            name if name == names.client_uat => &mut sent.suffixed_client_uat,
            _ => continue,
        };
        place.get_or_insert(value);
    }
    sent
}

/// A name and its value, which is empty if it is not UTF-8. Only spaces and tabs are trimmed: with
/// any other white space in front, the name is another one.
fn pair(cookie: &[u8]) -> Option<(&str, &str)> {
    let mut halves = cookie.splitn(2, |byte| *byte == b'=');
    let name = std::str::from_utf8(halves.next()?).ok()?;
    let value = std::str::from_utf8(halves.next()?).unwrap_or_default();
    let space = [' ', '\t'];
    Some((name.trim_matches(space), value.trim_matches(space)))
}

/// Whether the suffixed cookies count, by the rules of the official SDK, in its order.
fn uses_suffix(own: &CookieNames, sent: Sent<'_>, now: i64) -> bool {
    let present = |cookie: Option<&str>| cookie.is_some_and(|value| !value.is_empty());
    let plain = sent.session.filter(|token| !token.is_empty());
    let mut plain_space = PAYLOAD_SPACE;
    let plain_claims = plain.and_then(|token| claimed(token, &mut plain_space));
    if plain.is_some() {
        let claims = plain_claims.as_ref();
        match claims.and_then(|claims| json::as_type(claims.iss?)) {
            Some(Text(issuer)) if issuer.is_empty() => return false,
            Some(Text(issuer)) if host(&issuer) != own.frontend_api => return true,
            Some(_) => {}
            None => return false,
        }
    }
    if !present(sent.suffixed_client_uat) && !present(sent.suffixed_session) {
        return false;
    }
    let mut suffixed_space = PAYLOAD_SPACE;
    let suffixed = sent.suffixed_session;
    let suffixed_claims = suffixed.and_then(|token| claimed(token, &mut suffixed_space));
    let plain_out = sent.client_uat == Some("0");
    let suffixed_out = sent.suffixed_client_uat == Some("0");
    let plain_issued = issued(plain, plain_claims.as_ref());
    let plain_is_newer = plain_issued > issued(suffixed, suffixed_claims.as_ref());
    if !suffixed_out && !plain_out && plain_is_newer {
        return false;
    }
    if suffixed_out && !plain_out {
        return false;
    }
    if own.test && !suffixed_out && plain_out {
        let claims = suffixed_claims.as_ref();
        let expires = claims.and_then(|claims| json::as_type(claims.exp?));
        let expires = expires.and_then(|seconds| rules::instant(seconds).ok());
        if expires.is_some_and(|expires| expires <= now) {
            return false;
        }
    }
    present(sent.suffixed_client_uat) || !present(sent.suffixed_session)
}

/// When a cookie's token was issued. A missing cookie or `iat` is 0, as in the official SDK. Stricter:
/// one that cannot be read is the newest, so that it is chosen, and then refused.
fn issued(cookie: Option<&str>, claims: Option<&Claimed<'_>>) -> f64 {
    match (cookie, claims.map(|claims| claims.iat)) {
        (None | Some(""), _) | (_, Some(None)) => 0.0,
        (_, Some(Some(time))) => json::as_type(time).unwrap_or(f64::INFINITY),
        (_, None) => f64::INFINITY,
    }
}

/// Reads the payload of a token into space on the stack: every request with a cookie gets here, and
/// one whose session is known should allocate nothing.
fn claimed<'s>(token: &str, space: &'s mut [u8]) -> Option<Claimed<'s>> {
    let payload = token::split(token).ok()?.payload;
    let length = BASE64_URL_SAFE_NO_PAD.decode_slice(payload, space).ok()?;
    json::read(space.get(..length)?)
}

fn host(issuer: &str) -> &str {
    let rest = issuer
        .strip_prefix("https://")
        .or_else(|| issuer.strip_prefix("http://"));
    rest.unwrap_or(issuer)
}
