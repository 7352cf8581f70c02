//! What the command line says, checked.

use std::net::IpAddr;

use axum::http::Uri;
use camino::Utf8PathBuf;
use url::{Host, Origin, Url};

use super::error::LocalError;

/// The host in the publishable key of a development instance.
pub const DEVELOPMENT_HOST: &str = "local-clerk-00.clerk.accounts.dev";

/// The host in the publishable key of a production instance.
pub const PRODUCTION_HOST: &str = "clerk.local-clerk.test";

/// The origin that a production instance assumes: its profiles refuse to start without one.
pub const LIVE_PARTY: &str = "http://localhost:3000";

/// Hosts in whose keys `clerk-js` sees a development instance that carries its client in a parameter, not in a cookie.
/// Source: clerk-js, `isDevOrStagingUrl`.
const DEVELOPMENT_ENDINGS: &[&str] = &[
    ".lcl.dev",
    ".stg.dev",
    ".lclstage.dev",
    ".stgstage.dev",
    ".dev.lclclerk.com",
    ".stg.lclclerk.com",
    ".accounts.lclclerk.com",
    "accountsstage.dev",
    "accounts.dev",
];

/// How the stand-in behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Origins of frontends; none means loopback on any port.
    pub origins: Vec<String>,
    /// Where session events go.
    pub webhook: Option<Uri>,
    /// Whether it plays a production instance.
    pub live: bool,
    /// The host in the publishable key.
    pub key_host: String,
    /// Whose `node_modules` serve `/npm/…`.
    pub frontend: Utf8PathBuf,
    /// Where key, users and sessions are kept.
    pub state: Option<Utf8PathBuf>,
}

impl Options {
    /// Whether `clerk-js` carries its client in `__clerk_db_jwt`.
    pub fn dev_browser(&self) -> bool {
        !self.live && DEVELOPMENT_ENDINGS.iter().any(|ending| self.key_host.ends_with(ending))
    }

    /// The origins that an application should accept tokens from.
    pub fn parties(&self) -> Vec<String> {
        let usual = self.live && self.origins.is_empty();
        if usual { vec![LIVE_PARTY.to_owned()] } else { self.origins.clone() }
    }

    /// Whether a page of that origin may call.
    pub fn allows(&self, origin: &str) -> bool {
        if self.origins.is_empty() { loopback_origin(origin) } else { self.origins.iter().any(|one| one == origin) }
    }
}

/// A bare origin such as `http://localhost:3000`, as a browser writes it. Its host has letters, digits, dots and hyphens alone:
/// it goes into files that a shell reads, and into headers with a language of their own.
pub fn origin(given: &str) -> Result<String, LocalError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_plain = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name.chars().all(plain),
        host => host.is_some(),
    };
    let url = Url::parse(given).ok().filter(|url| matches!(url.scheme(), "http" | "https") && is_plain(url));
    let bare = url.map(|url| url.origin().ascii_serialization()).filter(|bare| bare == given.trim_end_matches('/'));
    bare.ok_or_else(|| LocalError::Flag {
        flag: "--origin",
        given: given.to_owned(),
        what: "is not a bare origin",
        example: "--origin http://localhost:3000",
    })
}

/// A host that a publishable key can name.
pub fn key_host(given: &str) -> Result<String, LocalError> {
    // A key ends its host with a `$`, which a URL would take in one.
    let plain = given.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let fits = plain && given.contains('.') && Host::parse(given).is_ok_and(|host| host.to_string() == given);
    fits.then(|| given.to_owned()).ok_or_else(|| LocalError::Flag {
        flag: "--key-host",
        given: given.to_owned(),
        what: "is not a host name with a dot",
        example: "--key-host clerk.local-clerk.test",
    })
}

/// Where webhooks go: plain http, to this machine.
pub fn webhook(given: &str) -> Result<Uri, LocalError> {
    let here = Url::parse(given).ok().filter(|url| url.scheme() == "http" && loopback(url));
    here.and_then(|_| given.parse().ok()).ok_or_else(|| LocalError::Flag {
        flag: "--webhook",
        given: given.to_owned(),
        what: "is not an http address of this machine",
        example: "--webhook http://localhost:3000/webhooks/clerk",
    })
}

/// Whether an `Origin` is one of this machine's.
pub fn loopback_origin(origin: &str) -> bool {
    let url = Url::parse(origin).ok();
    url.is_some_and(|url| {
        matches!(url.origin(), Origin::Tuple(..)) && url.origin().ascii_serialization() == origin && loopback(&url)
    })
}

/// Whether the address names this machine without asking a name server.
pub fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_loopback() {
        for good in ["http://localhost:3000", "http://127.0.0.1:1", "http://[::1]:5173", "https://localhost"] {
            assert!(loopback_origin(good), "{good}");
        }
        let bad = ["null", "", "http://localhost.evil.test", "http://evil.test#localhost", "http://localhost:3000/"];
        for bad in bad.into_iter().chain(["http://user@localhost", "file:///x", "http://10.0.0.1", "http://LOCALHOST"])
        {
            assert!(!loopback_origin(bad), "{bad}");
        }
    }

    #[test]
    fn flags_are_checked() {
        assert_eq!(origin("http://localhost:3000/").unwrap(), "http://localhost:3000");
        for bad in [
            "localhost:3000",
            "http://localhost:3000/app",
            "http://a.test?x",
            "*",
            "http://a';{x};'",
            "http://a;b",
            "http://$(x)",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
        assert!(key_host("clerk.local-clerk.test").is_ok());
        for bad in ["localhost", "a.b/c", "a.b$", "A.b", ""] {
            assert!(key_host(bad).is_err(), "{bad}");
        }
        assert!(webhook("http://localhost:3000/webhooks/clerk").is_ok());
        for bad in ["https://localhost/x", "http://example.com/x", "http://169.254.169.254/", "x"] {
            assert!(webhook(bad).is_err(), "{bad}");
        }
    }
}
