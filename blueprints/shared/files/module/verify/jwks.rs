// clerk-sessions: module/verify/jwks.rs
//! Fetches a JWKS document, with limits on everything that the server controls, and reads it into the
//! keys that may verify session tokens.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{io, panic, thread};

use «crates.base64»::prelude::*;
use «crates.reqwest»::header::ACCEPT;
use «crates.reqwest»::redirect::Policy;
use «crates.reqwest»::{Client, StatusCode, Url};
use «crates.serde»::Deserialize;
use «crates.serde_json»::value::RawValue;
use «crates.tokio»::runtime::Builder;

use super::json;
use super::keys::PublicKey;
use super::origin;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes of the decoded body: a small compressed body can hold a large document.
const MAXIMUM_BODY: usize = 64 * 1024;

/// Takes an `https` URL, or a plain `http` URL on this machine.
pub(crate) fn url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let fits = url.scheme() == "https" || (url.scheme() == "http" && is_local(&url));
    let plain = url.username().is_empty() && url.password().is_none();
    Some(url).filter(|url| fits && plain && url.host_str().is_some())
}

fn is_local(url: &Url) -> bool {
    origin::is_loopback(url.host_str().unwrap_or_default())
}

/// Fetches keys, without retries, on a thread of its own, so that no runtime of the program can starve
/// the fetch or end it. An error is a sentence for the log.
pub(crate) fn fetch_on_a_thread(
    url: Url,
    end: impl FnOnce(Result<KeySet, String>) + Send + 'static,
) -> io::Result<()> {
    let broken = |_| Err("the fetch broke off".to_owned());
    let work = move || end(panic::catch_unwind(|| fetch(url)).unwrap_or_else(broken));
    let thread = thread::Builder::new().name("clerk-keys".to_owned());
    thread.spawn(work).map(drop)
}

fn fetch(url: Url) -> Result<KeySet, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| cause.to_string())?;
    let keys = runtime.block_on(ask(url));
    // Without waiting: a host name may still be looked up.
    runtime.shutdown_background();
    keys
}

async fn ask(url: Url) -> Result<KeySet, String> {
    let request = client(&url)?.get(url).header(ACCEPT, "application/json");
    let mut response = request.send().await.map_err(network)?;
    if response.status() != StatusCode::OK {
        return Err(format!("the server answered {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > MAXIMUM_BODY {
            return Err("the document is larger than 64 KiB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    let keys = KeySet::from_json(&body);
    keys.ok_or_else(|| "the document has no RSA key for signatures".to_owned())
}

/// An HTTP client, which uses no proxy to this machine. Each fetch has its own, because a client may
/// leave tasks on the runtime where it was used first. There is none without root certificates.
pub(crate) fn client(url: &Url) -> Result<Client, String> {
    let client = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(Policy::none());
    let local = is_local(url);
    let client = if local { client.no_proxy() } else { client };
    client.build().map_err(network)
}

/// An error without the URL, which may be confidential.
fn network(cause: «crates.reqwest»::Error) -> String {
    chain(&cause.without_url())
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

/// How many keys may share a `kid`, as an old and a new key may while Clerk rotates them. Each costs
/// a signature check.
const KEYS_PER_KID: usize = 4;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Public keys by their `kid`.
#[derive(Default, PartialEq)]
pub(crate) struct KeySet(BTreeMap<String, Vec<PublicKey>>);

#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members of an entry that matter.
#[derive(Deserialize)]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct Entry {
    kid: String,
    kty: String,
    #[serde(default, deserialize_with = "json::present")]
    alg: Option<String>,
    #[serde(rename = "use", default, deserialize_with = "json::present")]
    usage: Option<String>,
    #[serde(rename = "key_ops", default, deserialize_with = "json::present")]
    operations: Option<Vec<String>>,
    n: String,
    e: String,
    /// Only private keys have it.
    #[serde(default, deserialize_with = "json::present")]
    d: Option<«crates.serde»::de::IgnoredAny>,
}

impl KeySet {
    /// Reads a document and skips unusable entries. A document without a usable key is `None`, so
    /// that it never replaces keys that work.
    pub(crate) fn from_json(document: &[u8]) -> Option<Self> {
        let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
        let document: Document<'_> = json::read(document)?;
        let mut set = Self::default();
        for (kid, key) in document.keys.into_iter().filter_map(eligible) {
            let keys = set.0.entry(kid).or_default();
            if keys.len() < KEYS_PER_KID && !keys.contains(&key) {
                keys.push(key);
            }
        }
        Some(set).filter(|set| !set.0.is_empty())
    }

    pub(crate) fn named(&self, kid: &str) -> &[PublicKey] {
        self.0.get(kid).map_or(&[], Vec::as_slice)
    }
}

/// The key of an entry, if it is a public RSA key for signatures that is not meant for another
/// algorithm. An entry in which something that matters occurs twice is of no use.
fn eligible(entry: &RawValue) -> Option<(String, PublicKey)> {
    let entry: Entry = json::read(entry.get().as_bytes())?;
    let verifies = |uses: Vec<String>| uses.iter().any(|one| one == "verify");
    let fits = entry.kty == "RSA"
        && entry.usage.is_none_or(|usage| usage == "sig")
        && entry.alg.is_none_or(|algorithm| algorithm == "RS256")
        && entry.operations.is_none_or(verifies)
        && entry.d.is_none();
    if !fits || entry.kid.is_empty() {
        return None;
    }
    let key = PublicKey::from_numbers(&number(&entry.n)?, &number(&entry.e)?)?;
    Some((entry.kid, key))
}

/// The bytes of a number. RFC 7518 writes no padding, but the official SDK reads it.
fn number(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim_end_matches('=');
    BASE64_URL_SAFE_NO_PAD.decode(digits).ok()
}
