//! `POST /v1/sessions/{id}/refresh`: a new token for an expired one, for a server that answers a document request.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::super::cookies;
use super::super::errors::{self, Answer, Refusal, refuse};
use super::super::input::{Document, Fields};
use super::sessions::jwt;
use crate::local::server::{Local, Shared};
use crate::local::sessions;
use crate::local::tokens::{self, Wish};
use crate::local::world::Session;

const KNOWN: &[&str] =
    &["expired_token", "refresh_token", "request_origin", "request_headers", "format", "request_originating_ip"];

/// Refreshes, or says why not, with the codes on which the official SDK falls back to a handshake.
pub(super) async fn refresh(
    State(local): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<Fields>,
    document: Document,
) -> Answer {
    document.only(KNOWN)?;
    let expired = document.needed("expired_token")?;
    let refresh = document.needed("refresh_token")?;
    let origin = document.needed("request_origin")?;
    document.object("request_headers")?;
    document.text("request_originating_ip")?;
    let as_cookies = match document.text("format")? {
        None | Some("token") => false,
        Some("cookie") => true,
        Some(_) => return Err(errors::invalid("format", "token or cookie")),
    };
    let claims = claims(&local, expired).await.ok_or_else(|| refused("expired_session_token_invalid"))?;
    let session = eligible(&local, &id, &claims, refresh, origin)?;
    let wish = Wish { party: Some(origin.to_owned()), ..Wish::default() };
    let issuer = local.issuer();
    let token = local.read(|world, now| tokens::session(world, &session, &issuer, now, &wish));
    let token = local.sign(&token).await;
    if !as_cookies {
        return Ok(jwt(&token));
    }
    let mut values = vec![cookies::open("__session", &token)];
    if query.get("suffixed_cookies").is_some_and(|word| word == "true") {
        values.push(cookies::open(&cookies::suffixed(&local, "__session"), &token));
    }
    Ok(Json(json!({ "object": "cookies", "cookies": values })).into_response())
}

/// The claims of a token that one of the published keys has signed.
async fn claims(local: &Local, token: &str) -> Option<Value> {
    local.keys.published().await.iter().rev().find_map(|key| key.claims(token))
}

fn eligible(local: &Local, id: &str, claims: &Value, refresh: &str, origin: &str) -> Answer<Session> {
    let text = |name: &str| claims[name].as_str();
    if text("sid").is_none() {
        return Err(refused("expired_session_token_missing_sid"));
    }
    if claims["iat"].as_i64().is_none() {
        return Err(refused("expired_session_token_missing_iat"));
    }
    if text("sid") != Some(id) {
        return Err(refused("refresh_sid_mismatch"));
    }
    if !local.options.allows(origin) {
        return Err(refused("refresh_request_origin_invalid"));
    }
    if text("azp").is_some_and(|party| party != origin) {
        return Err(refused("refresh_request_origin_azp_mismatch"));
    }
    local.read(|world, now| {
        let session = world.sessions.get(id).ok_or_else(|| refused("session_refresh_session_not_found"))?;
        let client = world.clients.get(&session.client);
        if client.and_then(|client| client.refresh.as_deref()) != Some(refresh) {
            return Err(refused("refresh_token_not_found"));
        }
        if !sessions::status(session, now).is_live() {
            return Err(refused("session_refresh_inactive_session"));
        }
        Ok(session.clone())
    })
}

fn refused(code: &'static str) -> Refusal {
    let long = "The session token cannot be refreshed";
    refuse(StatusCode::UNAUTHORIZED, code, "Session refresh failed", long)
}
