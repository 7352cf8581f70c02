//! Asks a running stand-in for a token.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use serde_json::{Map, Value};
use tokio::runtime::Builder;
use url::Url;

use super::error::LocalError;
use super::options::loopback;
use super::outgoing;

/// Where it is looked for unless the environment says otherwise.
pub const USUAL: &str = "http://127.0.0.1:4010";

/// A token as the stand-in at `url` makes it.
pub fn token(url: &str, order: &Map<String, Value>) -> Result<String, LocalError> {
    let absent = || LocalError::Absent { url: url.to_owned() };
    let address = Url::parse(url).ok().filter(|url| url.scheme() == "http" && loopback(url)).ok_or_else(absent)?;
    let address = address.join("/local/tokens").map_err(|_| absent())?;
    let request = Request::post(address.as_str())
        .header("content-type", "application/json")
        .header("clerk-sessions-local", "1")
        .body(Bytes::from(Value::Object(order.clone()).to_string()))
        .map_err(|_| absent())?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| LocalError::Io { what: "ask the local Clerk".to_owned(), cause })?;
    let answer = runtime.block_on(outgoing::send(request, Duration::from_secs(20))).map_err(|_| absent())?;
    let document: Value = serde_json::from_slice(&answer.body).map_err(|_| absent())?;
    match document["jwt"].as_str().filter(|_| answer.status == 200) {
        Some(token) if is_token(token) => Ok(token.to_owned()),
        Some(_) => Err(absent()),
        None => Err(LocalError::Refused {
            message: document["errors"][0]["long_message"].as_str().unwrap_or("no reason was given").to_owned(),
        }),
    }
}

/// Whether this is a token by its letters: anybody may have taken the port, and a token goes into commands for a shell.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}
