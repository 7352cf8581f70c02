//! What every request passes first: only this machine's own names (a page of another site may have its name point here), only
//! pages that may call, no method that means nothing. Then it is noted in the log.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::errors::{self, Refusal};
use crate::local::log::{self, Entry};
use crate::local::server::{Local, Shared, lock};

/// What proxies add to a request that they hand on.
const FORWARDED: &[&str] = &["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/// Looks at a request, hands it on, and notes it.
pub async fn guard(State(local): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().to_string();
    let path = log::path(request.uri().path());
    let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = match admitted(&local, &request) {
        Ok(()) => enveloped(next.run(request).await),
        Err(refusal) => refusal.into_response(),
    };
    // The page asks for itself every few seconds.
    if !path.starts_with("/local/requests") && path != "/" {
        local.log.add(Entry {
            number: 0,
            at: local.clock.now(),
            method,
            path,
            status: answer.status().as_u16(),
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            origin: origin.map(|origin| origin.chars().take(200).collect()),
            event: None,
        });
    }
    answer
}

/// What the router itself refuses, such as a path that is no UTF-8, is a plain text.
fn enveloped(answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_text || !answer.status().is_client_error() {
        return answer;
    }
    let long = "The path or the query of the request cannot be read";
    errors::refuse(answer.status(), "request_invalid", "Request invalid", long).into_response()
}

fn admitted(local: &Local, request: &Request) -> Result<(), Refusal> {
    if !named_here(request) {
        let long = "The local Clerk answers under localhost and loopback addresses only";
        return Err(errors::refuse(StatusCode::FORBIDDEN, "host_invalid", "Invalid host", long));
    }
    if request.uri().path().starts_with("/local") && FORWARDED.iter().any(|name| request.headers().contains_key(*name))
    {
        let long = "The control API is not for other machines: ask it directly and not through a proxy";
        return Err(errors::refuse(StatusCode::FORBIDDEN, "proxied", "Not through a proxy", long));
    }
    // Clerk's own scripts are anybody's, and `localhost` is another site than `127.0.0.1`.
    if is_embedded(request.headers()) && !request.uri().path().starts_with("/npm/") {
        return Err(foreign());
    }
    if [Method::TRACE, Method::CONNECT].contains(request.method()) {
        return Err(method_not_allowed());
    }
    if let Some(origin) = origin(local, request.headers())? {
        *lock(&local.last_origin) = Some(origin);
    }
    Ok(())
}

/// No such method there.
pub fn method_not_allowed() -> Refusal {
    let long = "That method is not allowed for this path";
    errors::refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", long)
}

/// Whether the name that the request is for is this machine's. There must be exactly one.
fn named_here(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let in_uri = request.uri().authority();
    host.is_some_and(|host| here(&host)) && in_uri.is_none_or(here)
}

fn here(authority: &Authority) -> bool {
    if authority.as_str().contains('@') {
        return false;
    }
    let host = authority.host();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a page of another site has the browser fetch this as a picture or a script, which names no origin.
fn is_embedded(headers: &HeaderMap) -> bool {
    let is = |name, word: &str| headers.get(name).is_some_and(|value| value.as_bytes() == word.as_bytes());
    is("sec-fetch-site", "cross-site") && !is("sec-fetch-mode", "navigate") && !headers.contains_key(header::ORIGIN)
}

/// The origin of a page that may call; none where there is no such header, or it is the stand-in's own page.
fn origin(local: &Local, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return Ok(None) };
    let origin = origin.to_str().unwrap_or_default();
    if origins.next().is_some() {
        return Err(foreign());
    }
    // Its own page may be opened under any of this machine's names, which `Host` was checked for. A dev server's proxy hands
    // on the name of its own port.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let to_us = host.parse::<Authority>().is_ok_and(|host| host.port_u16() == Some(local.port));
    if to_us && origin.strip_prefix("http://") == Some(host) {
        return Ok(None);
    }
    if local.options.allows(origin) { Ok(Some(origin.to_owned())) } else { Err(foreign()) }
}

fn foreign() -> Refusal {
    let long =
        "The Origin of the request is not one of those that the local Clerk was started with; pass it by --origin";
    errors::refuse(StatusCode::FORBIDDEN, "origin_invalid", "Invalid HTTP Origin header", long)
}
