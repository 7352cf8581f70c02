//! The control API, by which tests drive the stand-in. A page of another site cannot: each request needs a header that only
//! a preflight would allow, and preflights are refused.

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::errors::{self, Answer, refuse};
use super::input::{Document, Fields};
use super::mint::{self, Order};
use super::shapes;
use crate::local::clock::FURTHEST;
use crate::local::duration;
use crate::local::keys::Key;
use crate::local::server::{JwksMode, Local, Shared, lock};
use crate::local::sessions;
use crate::local::tokens::{self, Bad};
use crate::local::world::Status;

/// The header that each request needs, with the value `1`.
pub const HEADER: &str = "clerk-sessions-local";

/// No key set is later than a minute.
const LATEST: i64 = 60_000;

/// Its paths below `/local`.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/instance", get(instance))
        .route("/tokens", post(token))
        .route("/sessions/{session}/revoke", post(revoke))
        .route("/sessions/{session}/end", post(end))
        .route("/sessions/{session}/expire", post(expire))
        .route("/sessions/{session}/tasks", post(tasks))
        .route("/sessions/{session}/factors", post(factors))
        .route("/clock", get(clock).post(advance))
        .route("/keys/rotate", post(rotate))
        .route("/jwks", post(jwks))
        .route("/reset", post(reset))
        .route("/requests", get(requests))
        .route_layer(middleware::from_fn(with_header))
}

async fn with_header(request: Request, next: Next) -> Response {
    if request.headers().get(HEADER).is_some_and(|value| value == "1") {
        return next.run(request).await;
    }
    let long = "Requests below /local need the header `Clerk-Sessions-Local: 1`";
    refuse(StatusCode::FORBIDDEN, "authorization_invalid", "Header missing", long).into_response()
}

/// `GET /local/instance`: which one this is.
async fn instance(State(local): State<Shared>) -> Response {
    let id = local.read(|world, _| world.instance.id.clone());
    let parties = local.options.parties();
    Json(json!({
        "id": id, "publishable_key": local.publishable.key, "url": local.base, "authorized_parties": parties,
    }))
    .into_response()
}

/// `POST /local/tokens`.
async fn token(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&[
        "user",
        "organization",
        "role",
        "permissions",
        "claims",
        "template",
        "expires_in",
        "party",
        "bad",
        "session",
    ])?;
    let text = |name| document.text(name).map(|text| text.map(str::to_owned));
    let bad = match document.text("bad")? {
        None => None,
        Some(name) => Some(
            Bad::named(name).ok_or_else(|| errors::invalid("bad", &format!("one of {}", Bad::names().join(", "))))?,
        ),
    };
    let claims = document.object("claims")?.cloned().unwrap_or_default();
    if let Some(reserved) = claims.keys().find(|claim| tokens::SESSION_RESERVED.contains(&claim.as_str())) {
        return Err(errors::invalid("claims", &format!("without the reserved claim `{reserved}`")));
    }
    let order = Order {
        user: text("user")?,
        organization: text("organization")?,
        role: text("role")?,
        permissions: document.texts("permissions")?,
        claims,
        template: text("template")?,
        lifetime: span(&document, "expires_in", 1)?,
        party: text("party")?,
        bad,
        session: text("session")?,
    };
    let (jwt, session) = mint::mint(&local, order).await?;
    Ok(Json(json!({ "object": "token", "jwt": jwt, "session_id": session })).into_response())
}

/// A duration in seconds, as a number or as `15m`.
fn span(document: &Document, name: &str, least: i64) -> Answer<Option<i64>> {
    let seconds = match document.0.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => duration::seconds(text),
        Some(value) => value.as_i64(),
    };
    let seconds = seconds.filter(|seconds| (least..=FURTHEST).contains(seconds));
    seconds.map(Some).ok_or_else(|| errors::invalid(name, "a number of seconds, or a duration such as \"15m\""))
}

async fn revoke(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    finish(&local, &id, Status::Revoked)
}

async fn end(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    finish(&local, &id, Status::Ended)
}

async fn expire(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    finish(&local, &id, Status::Expired)
}

fn finish(local: &Local, id: &str, to: Status) -> Answer {
    local.change(|world, now| ((), sessions::end(world, id, to, now).into_iter().collect()));
    shown(local, id)
}

fn shown(local: &Local, id: &str) -> Answer {
    let found = local.read(|world, now| world.sessions.get(id).map(|session| shapes::session(session, now)));
    found.map(|session| Json(session).into_response()).ok_or_else(|| errors::not_found("session"))
}

/// `POST /local/sessions/{id}/tasks` `{tasks}`: with some the session is pending, with none it is active.
async fn tasks(State(local): State<Shared>, Path(id): Path<String>, document: Document) -> Answer {
    document.only(&["tasks"])?;
    let tasks = document.texts("tasks")?.ok_or_else(|| errors::missing("tasks"))?;
    if tasks.iter().any(|task| !tokens::TASKS.contains(&task.as_str())) {
        return Err(errors::invalid("tasks", &format!("a list of {}", tokens::TASKS.join(", "))));
    }
    local.change(|world, now| ((), sessions::set_tasks(world, &id, tasks, now).into_iter().collect()));
    shown(&local, &id)
}

/// `POST /local/sessions/{id}/factors` `{first, second}`: how long ago each was verified; null is never.
async fn factors(State(local): State<Shared>, Path(id): Path<String>, document: Document) -> Answer {
    document.only(&["first", "second"])?;
    let (first, second) = (span(&document, "first", 0)?, span(&document, "second", 0)?);
    local.change(|world, now| {
        if let Some(session) = world.sessions.get_mut(&id) {
            let at = |seconds: Option<i64>| seconds.map(|seconds| now - seconds * 1000);
            if document.0.contains_key("first") {
                session.first_factor_at = at(first);
            }
            if document.0.contains_key("second") {
                session.second_factor_at = at(second);
            }
        }
        ((), Vec::new())
    });
    shown(&local, &id)
}

async fn clock(State(local): State<Shared>) -> Response {
    Json(json!({ "now": local.clock.now(), "moved": local.clock.moved() })).into_response()
}

/// `POST /local/clock` `{advance}`.
async fn advance(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&["advance"])?;
    let seconds = span(&document, "advance", -FURTHEST)?.ok_or_else(|| errors::missing("advance"))?;
    local.clock.advance(seconds);
    local.changed();
    Ok(clock(State(local)).await)
}

/// `POST /local/keys/rotate` `{keep_old}`.
async fn rotate(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&["keep_old"])?;
    let keep_old = document.flag("keep_old")?.unwrap_or_default();
    // The first key must be there, or it would come after this one.
    local.keys.current().await;
    let failed = || refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "No key", "No key could be made");
    let key = tokio::task::spawn_blocking(Key::generate).await.map_err(|_| failed())?;
    local.keys.rotate(key, keep_old);
    local.changed();
    let keys = local.keys.published().await.len();
    Ok(Json(json!({ "keys": keys })).into_response())
}

/// `POST /local/jwks` `{mode, delay_ms}`.
async fn jwks(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&["mode", "delay_ms"])?;
    let mode = match document.needed("mode")? {
        "ok" => JwksMode::Ok,
        "absent" => JwksMode::Absent,
        "slow" => JwksMode::Slow,
        "broken" => JwksMode::Broken,
        "wrong" => JwksMode::Wrong,
        _ => return Err(errors::invalid("mode", "one of ok, absent, slow, broken, wrong")),
    };
    let usual = if mode == JwksMode::Slow { 10_000 } else { 0 };
    let delay = document.number("delay_ms", 0..=LATEST)?.unwrap_or(usual);
    *lock(&local.jwks) = (mode, u64::try_from(delay).unwrap_or_default());
    Ok(Json(json!({ "mode": document.needed("mode")?, "delay_ms": delay })).into_response())
}

/// `POST /local/reset`: people and sessions are those of the seed, the clock is the system's, the key sets are well. Keys
/// stay, as the application has them.
async fn reset(State(local): State<Shared>) -> Response {
    local.clock.reset();
    *lock(&local.jwks) = (JwksMode::Ok, 0);
    local.change(|world, _| {
        let id = std::mem::take(&mut world.instance.id);
        *world = local.seed.clone();
        world.instance.id = id;
        ((), Vec::new())
    });
    Json(json!({})).into_response()
}

/// `GET /local/requests?after=N`.
async fn requests(State(local): State<Shared>, Query(query): Query<Fields>) -> Answer {
    let after = match query.get("after") {
        None => 0,
        Some(text) => text.parse().map_err(|_| errors::invalid("after", "a number"))?,
    };
    Ok(Json(json!({ "requests": local.log.after(after) })).into_response())
}
