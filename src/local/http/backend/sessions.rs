//! Sessions and their tokens.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::errors::{self, Answer, Refusal, refuse};
use super::super::input::{Document, Page, filled};
use super::super::shapes;
use crate::local::clients;
use crate::local::clock::FURTHEST;
use crate::local::server::{Local, Shared};
use crate::local::sessions::{self, SignIn};
use crate::local::tokens::{self, Wish};
use crate::local::world::{Session, Status};

/// What `status` of a list takes.
const STATES: &[&str] = &["abandoned", "active", "ended", "expired", "pending", "removed", "replaced", "revoked"];

/// `GET /v1/sessions`.
pub(super) async fn list(State(local): State<Shared>, page: Page) -> Answer {
    let [client, user, status] = ["client_id", "user_id", "status"].map(|name| filled(&page.query, name));
    if client.is_none() && user.is_none() {
        return Err(errors::missing("user_id"));
    }
    if status.is_some_and(|status| !STATES.contains(&status)) {
        return Err(errors::invalid("status", &format!("one of {}", STATES.join(", "))));
    }
    let found: Vec<Value> = local.read(|world, now| {
        let of_both = world.sessions.values().filter(|session| {
            client.is_none_or(|client| session.client == client) && user.is_none_or(|user| session.user == user)
        });
        let in_state = |session: &&Session| status.is_none_or(|status| sessions::status(session, now).name() == status);
        let mut found: Vec<&Session> = of_both.filter(in_state).collect();
        found.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
        found.into_iter().map(|session| shapes::session(session, now)).collect()
    });
    Ok(Json(page.of(&found, false)).into_response())
}

/// `POST /v1/sessions`, which a production instance does not have.
pub(super) async fn create(State(local): State<Shared>, document: Document) -> Answer {
    if local.options.live {
        let long = "Sessions can be created by this request in development instances only";
        let refusal = "request_invalid_for_environment";
        return Err(refuse(StatusCode::BAD_REQUEST, refusal, "Request only valid for development instances", long));
    }
    let user = document.needed("user_id")?;
    let organization = document.text("active_organization_id")?;
    let known = local.read(|world, _| world.users.iter().any(|one| one.id == user));
    if !known {
        return Err(errors::not_found("user"));
    }
    let is_member = |id: &str| local.read(|world, _| world.membership(user, id).is_some());
    if organization.is_some_and(|id| !is_member(id)) {
        return Err(errors::not_found("organization membership"));
    }
    let how = SignIn { organization: organization.map(str::to_owned), ..SignIn::default() };
    let id = local.change(|world, now| {
        let client = clients::create(world, local.options.dev_browser(), now).id;
        let (id, event) = sessions::sign_in(world, &client, user, how, now);
        (id, vec![event])
    });
    shown(&local, &id)
}

fn shown(local: &Local, id: &str) -> Answer {
    let found = local.read(|world, now| world.sessions.get(id).map(|session| shapes::session(session, now)));
    found.map(|session| Json(session).into_response()).ok_or_else(|| errors::not_found("session"))
}

/// `GET /v1/sessions/{id}`.
pub(super) async fn get(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    shown(&local, &id)
}

/// `PATCH /v1/sessions/{id}`: another end, from five minutes to ten years from now.
pub(super) async fn update(State(local): State<Shared>, Path(id): Path<String>, document: Document) -> Answer {
    document.only(&["expire_at"])?;
    shown(&local, &id)?;
    let now = local.clock.now();
    let range = now + 5 * 60_000..=now + FURTHEST * 1000;
    let expire_at = document.number("expire_at", range)?.ok_or_else(|| errors::missing("expire_at"))?;
    live(&local, &id)?;
    local.change(|world, now| {
        if let Some(session) = world.sessions.get_mut(&id) {
            session.expire_at = expire_at;
            session.updated_at = now;
        }
        ((), Vec::new())
    });
    shown(&local, &id)
}

/// `POST /v1/sessions/{id}/revoke`.
pub(super) async fn revoke(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    local.change(|world, now| ((), sessions::end(world, &id, Status::Revoked, now).into_iter().collect()));
    shown(&local, &id)
}

/// The session, where it lives.
fn live(local: &Local, id: &str) -> Answer<Session> {
    let found = local
        .read(|world, now| world.sessions.get(id).filter(|session| sessions::status(session, now).is_live()).cloned());
    found.ok_or_else(|| errors::not_found("active session"))
}

fn wish(document: &Document) -> Answer<Wish> {
    let lifetime = document.number("expires_in_seconds", 30..=315_360_000)?;
    Ok(Wish { lifetime, ..Wish::default() })
}

/// `POST /v1/sessions/{id}/tokens`.
pub(super) async fn token(State(local): State<Shared>, Path(id): Path<String>, document: Document) -> Answer {
    let wish = wish(&document)?;
    let session = live(&local, &id)?;
    let issuer = local.issuer();
    let token = local.read(|world, now| tokens::session(world, &session, &issuer, now, &wish));
    Ok(jwt(&local.sign(&token).await))
}

/// `POST /v1/sessions/{id}/tokens/{template}`.
pub(super) async fn template_token(
    State(local): State<Shared>,
    Path((id, name)): Path<(String, String)>,
    document: Document,
) -> Answer {
    let wish = wish(&document)?;
    let session = live(&local, &id)?;
    let issuer = local.issuer();
    let token = local.read(|world, now| {
        world.template(&name).map(|template| tokens::template(world, &session, template, &issuer, now, &wish))
    });
    let token = token.ok_or_else(no_template)?;
    Ok(jwt(&local.sign(&token).await))
}

fn no_template() -> Refusal {
    errors::not_found("JWT template")
}

/// `{"object": "token", "jwt": …}`.
pub(super) fn jwt(token: &str) -> Response {
    Json(json!({ "object": "token", "jwt": token })).into_response()
}
