// clerk-sessions: module/verify/origin.rs
//! What origins and issuers look like. Strict, because tokens are compared with them byte by byte.

use std::net::{IpAddr, Ipv6Addr};

/// Whether a browser could send this as `Origin`: a scheme, a host, perhaps a port, and nothing
/// else.
pub(crate) fn is_bare(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    is_scheme(scheme) && is_host(host) && port.is_none_or(|port| is_port(scheme, port))
}

/// What to do about an entry that is no bare origin.
pub(crate) fn advice(text: &str) -> &'static str {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    match rest.strip_suffix('/') {
        _ if scheme.is_empty() => "begin it with `https://`",
        _ if rest.contains('*') => "name each origin, as there are no wildcards",
        Some(rest) if !rest.contains('/') => "remove the slash at the end",
        _ if rest.contains(['/', '?', '#']) => "remove what stands behind the host",
        _ if rest.contains('@') => "remove what stands before the host",
        _ if rest.ends_with(":443") || rest.ends_with(":80") => "remove the usual port",
        _ if text.bytes().any(|byte| byte.is_ascii_uppercase()) => "write it in lower case",
        _ if rest.ends_with('.') => "remove the dot at the end",
        _ if !text.is_ascii() => "write it as browsers send it, with `xn--`",
        _ => "write it like `https://app.example.com`",
    }
}

/// Whether this can be the `iss` of a token: an origin, perhaps with the path of a proxy.
pub(crate) fn is_issuer(text: &str) -> bool {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, "none"));
    let plain = !text.contains(['?', '#', '@', ',', '\\']);
    web && printable && plain && !host.is_empty() && !path.is_empty() && !path.ends_with('/')
}

/// Whether an issuer is on this machine.
pub(crate) fn is_local(issuer: &str) -> bool {
    let rest = issuer.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    is_loopback(host)
}

/// Whether a host is `localhost` or an address of the loopback interface.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse().map(|ip: IpAddr| ip.is_loopback());
    host == "localhost" || loopback.unwrap_or(false)
}

fn is_scheme(scheme: &str) -> bool {
    let rest = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.');
    scheme.starts_with(|c: char| c.is_ascii_lowercase()) && scheme.bytes().all(rest)
}

/// A browser writes host names in lower case, without a trailing dot.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(is_ipv6);
    }
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    host.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(fits))
}

fn is_ipv6(address: &str) -> bool {
    let shortest = address.parse().map(|ip: Ipv6Addr| ip.to_string());
    shortest.as_deref() == Ok(address)
}

/// A browser leaves out the default port of the scheme, so an entry with it would never match.
fn is_port(scheme: &str, port: &str) -> bool {
    let usual = matches!((scheme, port), ("https", "443") | ("http", "80"));
    let number = port.parse::<u16>().map(|number| number.to_string());
    number.as_deref() == Ok(port) && !usual
}
