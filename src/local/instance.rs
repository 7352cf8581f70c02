//! A token of a real development instance, through Clerk's Backend API: the one place that asks another machine, and only
//! with the key of an instance that has no real users.

use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::time::timeout;
use url::Url;

use super::error::LocalError;
use super::options::loopback;
use super::token::is_token;

/// Where the Backend API is unless the environment says otherwise.
pub const USUAL: &str = "https://api.clerk.com";

/// More is not read of an answer, in bytes.
const MOST: usize = 1 << 20;

/// So long is waited for each answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whose token is wanted, and which.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// By id or email address; else the first user that the instance lists.
    pub user: Option<&'a str>,
    /// The active organization, by id or slug.
    pub organization: Option<&'a str>,
    /// The JWT template, by name.
    pub template: Option<&'a str>,
    /// Seconds; Clerk takes 30 and more.
    pub lifetime: Option<i64>,
}

/// Signs the user in at the instance at `api`, and answers a token of the new session.
///
/// # Errors
/// Without the secret key of a development instance nothing is asked.
pub fn token(api: &str, key: Option<&str>, wanted: &Wanted<'_>) -> Result<String, LocalError> {
    let key = development(key)?;
    let base = base(api)?;
    let unable = |cause| LocalError::Unreachable { url: base.to_string(), cause };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(unable)?;
    let client = client().map_err(unable)?;
    runtime.block_on(Instance { base, key, client }.token(wanted))
}

/// The key, where it is one of a development instance.
fn development(key: Option<&str>) -> Result<&str, LocalError> {
    match key.filter(|key| !key.is_empty()) {
        None => Err(LocalError::SecretKey { what: "is not set" }),
        Some(key) if key.starts_with("sk_live_") => {
            Err(LocalError::SecretKey { what: "is that of a production instance, whose users are real" })
        }
        Some(key) if key.starts_with("sk_test_") && key.is_ascii() => Ok(key),
        Some(_) => Err(LocalError::SecretKey { what: "is not the key of a development instance" }),
    }
}

/// Only this machine is asked without TLS.
fn base(api: &str) -> Result<Url, LocalError> {
    let url = Url::parse(api).ok().filter(|url| url.scheme() == "https" || (url.scheme() == "http" && loopback(url)));
    url.ok_or_else(|| LocalError::Unreachable {
        url: api.to_owned(),
        cause: io::Error::new(io::ErrorKind::InvalidInput, "not an https address, nor an http one of this machine"),
    })
}

type Https = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The system's own certificates decide whom to trust.
fn client() -> io::Result<Https> {
    let tls = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).build(tls))
}

struct Instance<'a> {
    base: Url,
    key: &'a str,
    client: Https,
}

impl Instance<'_> {
    async fn token(&self, wanted: &Wanted<'_>) -> Result<String, LocalError> {
        let user = self.user(wanted.user).await?;
        let mut session = json!({ "user_id": user });
        if let Some(named) = wanted.organization {
            let organization = self.ask(Method::GET, &["organizations", named], &[], None).await?;
            session["active_organization_id"] = organization["id"].clone();
        }
        let session = text(&self.ask(Method::POST, &["sessions"], &[], Some(session)).await?, "id")?;
        let path = ["sessions", &session, "tokens"];
        let path = path.into_iter().chain(wanted.template).collect::<Vec<_>>();
        let body = wanted.lifetime.map_or_else(|| json!({}), |seconds| json!({ "expires_in_seconds": seconds }));
        let token = text(&self.ask(Method::POST, &path, &[], Some(body)).await?, "jwt")?;
        let none = LocalError::Instance { message: "its `jwt` is no token".to_owned() };
        if is_token(&token) { Ok(token) } else { Err(none) }
    }

    /// The id of a user.
    async fn user(&self, named: Option<&str>) -> Result<String, LocalError> {
        let query = match named {
            Some(id) if id.starts_with("user_") => return Ok(id.to_owned()),
            Some(address) => ("email_address", address),
            None => ("order_by", "created_at"),
        };
        let found = self.ask(Method::GET, &["users"], &[("limit", "1"), query], None).await?;
        let none = || LocalError::Instance { message: "it has no such user".to_owned() };
        found.get(0).ok_or_else(none).and_then(|user| text(user, "id"))
    }

    /// One request with the secret key.
    async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Value, LocalError> {
        let unreachable = |cause: io::Error| LocalError::Unreachable { url: self.base.to_string(), cause };
        let mut url = self.base.clone();
        if let Ok(mut steps) = url.path_segments_mut() {
            steps.pop_if_empty().push("v1").extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("cargo-clerk-sessions/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body.map(|body| Bytes::from(body.to_string())).unwrap_or_default()))
            .map_err(|cause| unreachable(io::Error::other(cause)))?;
        let answer = timeout(PATIENCE, self.send(request)).await;
        let (status, body) = answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(unreachable)?;
        let document: Value = serde_json::from_slice(&body).unwrap_or_default();
        if (200..300).contains(&status) {
            return Ok(document);
        }
        let error = &document["errors"][0];
        let said = error["long_message"].as_str().or(error["message"].as_str());
        Err(LocalError::Instance { message: said.map_or_else(|| format!("it answered {status}"), str::to_owned) })
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> io::Result<(u16, Bytes)> {
        let answer = self.client.request(request).await.map_err(io::Error::other)?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MOST).collect().await.map_err(io::Error::other)?.to_bytes();
        Ok((status, body))
    }
}

/// A member that the answer must have.
fn text(answer: &Value, name: &str) -> Result<String, LocalError> {
    let missing = || LocalError::Instance { message: format!("its answer has no `{name}`") };
    answer[name].as_str().map(str::to_owned).ok_or_else(missing)
}
