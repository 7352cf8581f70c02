//! How the Frontend API answers: the object beside the client as it is after the change, and the cookies that follow.

use axum::Json;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde_json::{Value, json};

use super::super::cookies;
use super::super::shapes::{self, Ready};
use crate::local::clock::Millis;
use crate::local::server::Local;
use crate::local::sessions;
use crate::local::tokens::{self, Wish};
use crate::local::world::{Client, World};

/// The token of a client's active session, so that the page need not ask for it.
pub(super) async fn ready(local: &Local, client: &str, party: Option<String>) -> Ready {
    let issuer = local.issuer();
    let token = local.read(|world, now| {
        let id = world.clients.get(client)?.last_active_session.clone()?;
        let session = world.sessions.get(&id).filter(|session| sessions::status(session, now).is_live())?;
        let wish = Wish { party, ..Wish::default() };
        Some((id, tokens::session(world, session, &issuer, now, &wish)))
    });
    match token {
        Some((id, token)) => Some((id, local.sign(&token).await)),
        None => None,
    }
}

/// `{"response": …, "client": …}`.
pub(super) fn beside(
    local: &Local,
    client: &str,
    ready: &Ready,
    response: impl FnOnce(&World, Millis) -> Value,
) -> Response {
    let (document, client) = local.read(|world, now| {
        let client = world.clients.get(client);
        let shape = client.map(|client| shapes::frontend_client(world, client, now, ready));
        (json!({ "response": response(world, now), "client": shape }), client.cloned())
    });
    with_cookies(local, client.as_ref(), document)
}

/// `{"response": Client or null, "client": null}`.
pub(super) fn alone(local: &Local, client: Option<&str>, ready: &Ready) -> Response {
    let (document, client) = local.read(|world, now| {
        let client = client.and_then(|id| world.clients.get(id));
        let shape = client.map(|client| shapes::frontend_client(world, client, now, ready));
        (json!({ "response": shape, "client": null }), client.cloned())
    });
    with_cookies(local, client.as_ref(), document)
}

/// The cookies of a client that is not carried by a dev browser: `__client`, and in production `__client_uat`.
fn with_cookies(local: &Local, client: Option<&Client>, document: Value) -> Response {
    let cookies = client.map(|client| of(local, client)).unwrap_or_default();
    let headers: Vec<(HeaderName, HeaderValue)> =
        cookies.iter().filter_map(|value| Some((SET_COOKIE, HeaderValue::from_str(value).ok()?))).collect();
    (AppendHeaders(headers), Json(document)).into_response()
}

/// The same for answers of other kinds.
pub fn of(local: &Local, client: &Client) -> Vec<String> {
    if local.options.dev_browser() {
        return Vec::new();
    }
    let mut values = vec![cookies::closed("__client", &client.secret)];
    if local.options.live {
        let uat = local.read(|world, now| uat(world, client, now)).to_string();
        values.push(cookies::open("__client_uat", &uat));
        values.push(cookies::open(&cookies::suffixed(local, "__client_uat"), &uat));
    }
    values
}

/// Seconds of the last sign-in or sign-out; 0 where nobody is signed in.
pub fn uat(world: &World, client: &Client, now: Millis) -> i64 {
    if sessions::live(world, &client.id, now).is_empty() { 0 } else { client.changed_at.div_euclid(1000) }
}
