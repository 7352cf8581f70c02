// clerk-sessions: module/verify/credential.rs
//! Finds the token in a request: in the `Authorization` header, or in Clerk's cookies.
//!
//! Source: @clerk/backend 3.25, tokens/authenticateContext.ts and tokens/request.ts. Stricter: a
//! malformed `Bearer` header is refused, and so is a token without a scheme.

use std::sync::Arc;

use super::super::config::Settings;
use super::super::rejection::Reason;
use super::cookies::{self, CookieNames};
use super::publishable::PublishableKey;

/// What this module reads of a request. `web/http.rs` implements it for the framework.
pub(crate) trait Incoming {
    fn method(&self) -> &str;

    /// The host and port that the request was sent to: `:authority`, or the `Host` header if there
    /// is exactly one.
    fn authority(&self) -> Option<&str>;

    /// The values of a header, in order. The name is in lower case.
    fn header<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + 'a;

    /// The pattern of the route, for the log. A path could have secrets in it.
    fn route(&self) -> Option<Arc<str>>;
}

/// How a request carried its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Header,
    Cookie,
}

/// The cookie `__client_uat`: when the browser last signed in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientUat {
    Absent,
    SignedOut,
    /// Seconds since 1970.
    At(i64),
}

/// A token that is not verified yet. It has no `Debug`, so that it is never printed.
pub(crate) struct Credential<'a> {
    pub(crate) token: &'a str,
    pub(crate) carrier: Carrier,
    pub(crate) client_uat: ClientUat,
}

/// Where to look for a token, and which origins may send one in a cookie.
pub(crate) struct Lookup {
    header: bool,
    cookies: Option<CookieNames>,
    parties: Vec<String>,
}

impl<'a> Credential<'a> {
    /// A token that did not come in a request. The rules of the header apply to it.
    pub(crate) fn direct(token: &'a str) -> Self {
        Self {
            token,
            carrier: Carrier::Header,
            client_uat: ClientUat::Absent,
        }
    }
}

impl Lookup {
    pub(crate) fn new(
        settings: &Settings,
        publishable: Option<&PublishableKey>,
        parties: &[String],
    ) -> Self {
        let cookies = publishable.filter(|_| settings.cookie);
        Self {
            header: settings.header,
            cookies: cookies.map(CookieNames::new),
            parties: parties.to_vec(),
        }
    }
}

/// The credential of a request. The header comes first: no cookie makes up for a bad one. `now` is
/// in milliseconds since 1970.
pub(crate) fn find<'a>(
    lookup: &Lookup,
    request: &'a impl Incoming,
    now: i64,
) -> Result<Option<Credential<'a>>, Reason> {
    if let Some(token) = bearer(lookup, request)? {
        return Ok(Some(Credential::direct(token)));
    }
    let names = lookup.cookies.as_ref();
    let cookie = names.and_then(|names| cookies::find(names, request, now));
    let Some((token, client_uat)) = cookie else {
        return Ok(None);
    };
    validate_origin(lookup, request)?;
    Ok(Some(Credential {
        token,
        carrier: Carrier::Cookie,
        client_uat,
    }))
}

/// The token in the `Authorization` header. Other schemes are left to the rest of the program.
fn bearer<'a>(lookup: &Lookup, request: &'a impl Incoming) -> Result<Option<&'a str>, Reason> {
    let mut values = request.header("authorization");
    let Some(value) = values.next().filter(|_| lookup.header) else {
        return Ok(None);
    };
    Reason::CREDENTIAL_MALFORMED.unless(values.next().is_none())?;
    // Programs that have no token may send the header all the same.
    if value.trim_ascii().is_empty() {
        return Ok(None);
    }
    let value = std::str::from_utf8(value).map_err(|_| Reason::CREDENTIAL_MALFORMED)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            let plain = !token.is_empty() && is_graphic(token);
            let malformed = Reason::CREDENTIAL_MALFORMED;
            malformed.unless(plain).map(|()| Some(token))
        }
        Some((scheme, _)) if is_scheme(scheme) => Ok(None),
        _ => Err(Reason::CREDENTIAL_MALFORMED),
    }
}

/// Whether every byte is a printable character other than a space.
pub(crate) fn is_graphic(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_scheme(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

/// Browsers attach a cookie whichever page sends the request, even one on a sibling subdomain. So
/// if the request can change something or open a WebSocket, its origin must be an authorized party
/// or, if none are configured, this host. Stricter: the official SDK leaves this to its users.
fn validate_origin(lookup: &Lookup, request: &impl Incoming) -> Result<(), Reason> {
    let safe = matches!(request.method(), "GET" | "HEAD" | "OPTIONS");
    if safe && !opens_websocket(request) {
        return Ok(());
    }
    let mut values = request.header("origin");
    let fits = match (values.next().map(std::str::from_utf8), values.next()) {
        (Some(Ok(origin)), None) => is_allowed(lookup, origin, request.authority()),
        _ => false,
    };
    Reason::ORIGIN_MISMATCH.unless(fits)
}

/// Whether a WebSocket is asked for, in any case, in a list, in one header or several. Other upgrades,
/// such as the `h2c` of `curl --http2`, open nothing that outlives the request.
///
/// Some servers look for the word anywhere, so this does too.
fn opens_websocket(request: &impl Incoming) -> bool {
    let word = b"websocket";
    request.header("upgrade").any(|value| {
        let mut parts = value.windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word))
    })
}

fn is_allowed(lookup: &Lookup, origin: &str, authority: Option<&str>) -> bool {
    if !lookup.parties.is_empty() {
        return lookup.parties.iter().any(|party| party == origin);
    }
    let web = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let same = |(one, other): (&str, &str)| !one.is_empty() && one.eq_ignore_ascii_case(other);
    web.zip(authority).is_some_and(same)
}
