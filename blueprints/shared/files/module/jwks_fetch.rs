// clerk-sessions: module/jwks_fetch.rs
//! Fetches a JWKS document, with limits on everything that the server controls.

use std::fmt;
use std::time::Duration;

use «crates.reqwest»::header::ACCEPT;
use «crates.reqwest»::redirect::Policy;
use «crates.reqwest»::{Client, StatusCode, Url};

use super::jwks::KeySet;
use super::origin;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes of the decoded body: a small compressed body can hold a large document.
const MAXIMUM_BODY: usize = 64 * 1024;

/// A server to fetch keys from.
pub(crate) struct Source {
    client: Client,
    url: Url,
}

/// Why a fetch failed.
#[derive(Debug)]
pub(crate) enum FetchError {
    Network(«crates.reqwest»::Error),
    Status(StatusCode),
    TooLarge,
    NoKeys,
}

impl Source {
    /// Takes an `https` URL, or a plain `http` URL on this machine, which is fetched without a
    /// proxy.
    pub(crate) fn new(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let local = origin::is_loopback(url.host_str().unwrap_or_default());
        let fits = url.scheme() == "https" || (url.scheme() == "http" && local);
        let plain = url.username().is_empty() && url.password().is_none();
        if !fits || !plain || url.host_str().is_none() {
            return None;
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(Policy::none())
            .pool_max_idle_per_host(0);
        let client = if local { client.no_proxy() } else { client };
        Some(Self {
            client: client.build().ok()?,
            url,
        })
    }

    /// Fetches the keys, without retries.
    pub(crate) async fn fetch(&self) -> Result<KeySet, FetchError> {
        let request = self.client.get(self.url.clone());
        let request = request.header(ACCEPT, "application/json");
        let mut response = request.send().await.map_err(network)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            if body.len() + chunk.len() > MAXIMUM_BODY {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        KeySet::from_json(&body).ok_or(FetchError::NoKeys)
    }
}

/// An error without the URL, which may be confidential.
fn network(cause: «crates.reqwest»::Error) -> FetchError {
    FetchError::Network(cause.without_url())
}

impl fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(cause) => {
                write!(formatter, "{cause}")?;
                let mut cause = std::error::Error::source(cause);
                while let Some(deeper) = cause {
                    write!(formatter, ": {deeper}")?;
                    cause = deeper.source();
                }
                Ok(())
            }
            Self::Status(status) => write!(formatter, "the server answered {status}"),
            Self::TooLarge => formatter.write_str("the document is larger than 64 KiB"),
            Self::NoKeys => formatter.write_str("the document has no RSA key for signatures"),
        }
    }
}
