// clerk-sessions: module/verify/fetch.rs
//! Fetches a JWKS document, with limits on everything that the server controls.

use std::sync::mpsc;
use std::time::Duration;
use std::{io, thread};

use «crates.reqwest»::header::ACCEPT;
use «crates.reqwest»::redirect::Policy;
use «crates.reqwest»::{Client, StatusCode, Url};
use «crates.tokio»::runtime::Builder;

use super::document::KeySet;
use super::origin;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long requests wait for a fetch, whatever holds it up.
const WAIT: Duration = Duration::from_secs(6);

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

/// Fetches keys, without retries, and waits for them no longer than requests may have to. An error is
/// a sentence for the log.
pub(crate) fn fetch(url: Url) -> Result<KeySet, String> {
    let (sender, receiver) = mpsc::channel();
    // If nobody waits any longer, the keys are of no use.
    let work = move || drop(sender.send(fetch_here(url)));
    on_a_thread(work).map_err(|cause| cause.to_string())?;
    let fetched = receiver.recv_timeout(WAIT);
    fetched.unwrap_or_else(|_| Err("the fetch was held up, or broke off".to_owned()))
}

/// Does something on a thread of its own.
pub(crate) fn on_a_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name("clerk-keys".to_owned());
    thread.spawn(work).map(drop)
}

/// Fetches keys on a runtime where nothing else runs.
fn fetch_here(url: Url) -> Result<KeySet, String> {
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

/// An error with all that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
