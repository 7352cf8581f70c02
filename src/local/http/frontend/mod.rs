//! The Frontend API: what `clerk-js` asks.

mod client;
pub(super) mod reply;
mod reverify;
mod session;
mod sign_in;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::errors::{Answer, Refusal, refuse};
use super::input::Visit;
use super::{handshake, shapes};
use crate::local::clients;
use crate::local::server::{Local, Shared};
use crate::local::world::Client;

/// Its paths. Other methods than GET and POST come as `_method`.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/v1/environment", get(environment).patch(environment))
        .route("/v1/health", get(async || Json(json!({ "status": "healthy" }))))
        .route("/v1/dev_browser", post(dev_browser))
        .route("/v1/client", get(client::get).put(client::create).post(client::create).delete(client::remove))
        .route("/v1/client/touch", get(client::get).post(client::get))
        .route("/v1/client/handshake", get(handshake::handshake))
        .route("/v1/client/sign_ins", post(sign_in::create))
        .route("/v1/client/sessions", axum::routing::delete(client::sign_out))
        .route("/v1/client/sessions/{session}", get(session::get))
        .route("/v1/client/sessions/{session}/touch", post(session::touch))
        .route("/v1/client/sessions/{session}/end", post(session::end))
        .route("/v1/client/sessions/{session}/remove", post(session::remove))
        .route("/v1/client/sessions/{session}/tokens", post(session::token))
        .route("/v1/client/sessions/{session}/tokens/{template}", post(session::template_token))
        .route("/v1/client/sessions/{session}/verify", post(reverify::start))
        .route("/v1/client/sessions/{session}/verify/prepare_first_factor", post(reverify::prepare))
        .route("/v1/client/sessions/{session}/verify/attempt_first_factor", post(reverify::first_factor))
        .route("/v1/client/sessions/{session}/verify/prepare_second_factor", post(reverify::prepare))
        .route("/v1/client/sessions/{session}/verify/attempt_second_factor", post(reverify::second_factor))
        .route("/v1/me", get(client::me))
        .route("/v1/me/organization_memberships", get(client::memberships))
        .route("/v1/me/sessions", get(client::all_sessions))
        .route("/v1/me/sessions/active", get(client::active_sessions))
        .route("/v1/me/sessions/{session}/revoke", post(session::revoke))
}

async fn environment(State(local): State<Shared>) -> Response {
    let sign_in = format!("http://localhost:{}/sign-in", local.port);
    Json(local.read(|world, _| shapes::environment(&local, world, &sign_in))).into_response()
}

async fn dev_browser(State(local): State<Shared>) -> Response {
    let client = local.change(|world, now| (clients::create(world, true, now), Vec::new()));
    Json(json!({ "id": client.dev_browser })).into_response()
}

/// The browser of a visit. In an instance with dev browsers an unknown one is told to get another; elsewhere it is merely
/// new.
pub(super) fn browser(local: &Local, visit: &Visit) -> Answer<Option<Client>> {
    let dev_browsers = local.options.dev_browser();
    let found = local.read(|world, _| clients::find(world, &visit.credential(), dev_browsers).cloned());
    if found.is_none() && dev_browsers { Err(unauthenticated()) } else { Ok(found) }
}

fn unauthenticated() -> Refusal {
    let long =
        "Unable to authenticate this browser for your development instance. Check your Clerk cookies and try again.";
    refuse(axum::http::StatusCode::UNAUTHORIZED, "dev_browser_unauthenticated", "Browser unauthenticated", long)
}
