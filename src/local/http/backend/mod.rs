//! The Backend API: what servers ask, with the secret key.

mod people;
mod refresh;
mod sessions;
mod templates;
mod tickets;

use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::errors::{self, Answer, Refusal, refuse};
use super::input::{Document, Fields, filled};
use super::{jwks, shapes};
use crate::local::server::{Local, Shared};

/// Its paths below `/v1`.
pub fn routes(local: &Shared) -> Router<Shared> {
    Router::new()
        .route("/jwks", get(jwks::public))
        .route("/clients/verify", post(verify_client))
        .route("/clients/handshake_payload", get(handshake_payload))
        .route("/clients/{client}", get(client))
        .route("/sessions", get(sessions::list).post(sessions::create))
        .route("/sessions/{session}", get(sessions::get).patch(sessions::update))
        .route("/sessions/{session}/revoke", post(sessions::revoke))
        .route("/sessions/{session}/refresh", post(refresh::refresh))
        .route("/sessions/{session}/tokens", post(sessions::token))
        .route("/sessions/{session}/tokens/{template}", post(sessions::template_token))
        .route("/jwt_templates", get(templates::list).post(templates::create))
        .route("/jwt_templates/{template}", get(templates::get).patch(templates::update).delete(templates::remove))
        .route("/sign_in_tokens", post(tickets::sign_in_token))
        .route("/sign_in_tokens/{ticket}/revoke", post(tickets::revoke))
        .route("/actor_tokens", post(tickets::actor_token))
        .route("/actor_tokens/{ticket}/revoke", post(tickets::revoke))
        .route("/testing_tokens", post(testing_token))
        .route("/users", get(people::users))
        .route("/users/count", get(people::count))
        .route("/users/{user}", get(people::user))
        .route("/users/{user}/organization_memberships", get(people::memberships_of_user))
        .route("/organizations", get(people::organizations))
        .route("/organizations/{organization}", get(people::organization))
        .route("/organizations/{organization}/memberships", get(people::memberships_of_organization))
        .route_layer(middleware::from_fn_with_state(local.clone(), with_key))
}

/// Nobody gets further without the secret key.
async fn with_key(State(local): State<Shared>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    match given {
        None => no_key().into_response(),
        Some(given) if is_key(&local, given) => next.run(request).await,
        Some(_) => wrong_key().into_response(),
    }
}

fn is_key(local: &Local, given: &str) -> bool {
    let (scheme, key) = given.split_once(' ').unwrap_or_default();
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(key.trim().as_bytes(), local.secrets.key.as_bytes());
    scheme.eq_ignore_ascii_case("bearer") && same.is_ok()
}

fn no_key() -> Refusal {
    let long = "The request must have the secret key in an Authorization header";
    refuse(StatusCode::UNAUTHORIZED, "authentication_invalid", "Invalid authentication", long)
}

fn wrong_key() -> Refusal {
    let long = "The provided Clerk Secret Key is not the one of this local Clerk; it prints it with --print-env";
    refuse(StatusCode::UNAUTHORIZED, "clerk_key_invalid", "The provided Clerk Secret Key is invalid", long)
}

/// `GET /v1/clients/handshake_payload?nonce=`.
async fn handshake_payload(State(local): State<Shared>, Query(query): Query<Fields>) -> Answer {
    let nonce = filled(&query, "nonce").ok_or_else(|| errors::missing("nonce"))?;
    let found = local.read(|world, now| {
        world.nonces.get(nonce).filter(|kept| kept.expire_at > now).map(|kept| kept.directives.clone())
    });
    let directives = found.ok_or_else(|| errors::not_found("handshake"))?;
    Ok(Json(json!({ "directives": directives })).into_response())
}

/// `GET /v1/clients/{id}`.
async fn client(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    let found = local.read(|world, now| world.clients.get(&id).map(|client| shapes::client(world, client, now)));
    found.map(|client| Json(client).into_response()).ok_or_else(|| errors::not_found("client"))
}

/// `POST /v1/clients/verify`: the client that has this `__client` cookie.
async fn verify_client(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&["token"])?;
    let token = document.needed("token")?;
    let found = local.read(|world, now| {
        let client = world.clients.values().find(|client| client.secret == token)?;
        Some(shapes::client(world, client, now))
    });
    found.map(|client| Json(client).into_response()).ok_or_else(|| errors::not_found("client"))
}

/// `POST /v1/testing_tokens`.
async fn testing_token(State(local): State<Shared>) -> Response {
    Json(shapes::testing_token(local.clock.now())).into_response()
}
