//! What a page does with one of its sessions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::errors::{self, Answer, Refusal, refuse};
use super::super::input::{Visit, filled};
use super::super::shapes;
use super::client::current;
use super::{browser, reply};
use crate::local::server::{Local, Shared};
use crate::local::sessions;
use crate::local::tokens::{self, Wish};
use crate::local::world::{Session, Status};

/// The session, where it is one of the client's, whatever its state.
fn own(local: &Local, visit: &Visit, id: &str) -> Answer<Session> {
    let client = browser(local, visit)?.ok_or_else(errors::signed_out)?;
    let found = local.read(|world, _| world.sessions.get(id).filter(|one| one.client == client.id).cloned());
    found.ok_or_else(|| errors::not_found("session"))
}

/// The session, where it lives.
pub(super) fn live(local: &Local, visit: &Visit, id: &str) -> Answer<Session> {
    let session = own(local, visit, id)?;
    if sessions::status(&session, local.clock.now()).is_live() { Ok(session) } else { Err(inactive()) }
}

fn inactive() -> Refusal {
    let long = "The session is no longer active";
    refuse(StatusCode::UNAUTHORIZED, "session_not_active", "Session is not active", long)
}

/// `GET /v1/client/sessions/{id}`.
pub(super) async fn get(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let session = own(&local, &visit, &id)?;
    let ready = reply::ready(&local, &session.client, visit.origin).await;
    Ok(answer(&local, &session.client, &id, &ready))
}

fn answer(local: &Local, client: &str, id: &str, ready: &shapes::Ready) -> Response {
    reply::beside(local, client, ready, |world, now| {
        world.sessions.get(id).map(|session| shapes::frontend_session(world, session, now, ready)).into()
    })
}

/// `POST …/touch`: the session becomes the active one, and where the form says so, its organization changes.
pub(super) async fn touch(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let session = live(&local, &visit, &id)?;
    let intent = filled(&visit.form, "intent");
    if intent.is_some_and(|intent| !matches!(intent, "focus" | "select_session" | "select_org")) {
        return Err(errors::invalid("intent", "one of focus, select_session, select_org"));
    }
    // An empty value means none; a form without it changes nothing.
    let organization = if visit.form.contains_key("active_organization_id") {
        Some(chosen(&local, &session, filled(&visit.form, "active_organization_id"))?)
    } else {
        None
    };
    local.change(|world, now| {
        sessions::touch(world, &id, now);
        let event = organization.and_then(|organization| sessions::choose(world, &id, organization, now));
        ((), event.into_iter().collect())
    });
    let ready = reply::ready(&local, &session.client, visit.origin).await;
    Ok(answer(&local, &session.client, &id, &ready))
}

/// An organization that the user belongs to, by id or slug.
fn chosen(local: &Local, session: &Session, named: Option<&str>) -> Answer<Option<String>> {
    let Some(named) = named else { return Ok(None) };
    let found = local.read(|world, _| {
        let organization = world.organization(named)?;
        world.membership(&session.user, &organization.id).map(|membership| membership.organization.clone())
    });
    let long = "The user is not a member of that organization";
    let refusal = || refuse(StatusCode::FORBIDDEN, "organization_not_found_or_unauthorized", "Not a member", long);
    found.map(Some).ok_or_else(refusal)
}

/// `POST …/end`.
pub(super) async fn end(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    finish(&local, &id, visit, Status::Ended).await
}

/// `POST …/remove`.
pub(super) async fn remove(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    finish(&local, &id, visit, Status::Removed).await
}

async fn finish(local: &Local, id: &str, visit: Visit, to: Status) -> Answer {
    let session = own(local, &visit, id)?;
    local.change(|world, now| ((), sessions::end(world, id, to, now).into_iter().collect()));
    let ready = reply::ready(local, &session.client, visit.origin).await;
    Ok(answer(local, &session.client, id, &ready))
}

/// `POST /v1/me/sessions/{id}/revoke`: any session of the same user, on whatever client.
pub(super) async fn revoke(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let current = current(&local, &visit)?;
    let is_own = local.read(|world, _| world.sessions.get(&id).is_some_and(|one| one.user == current.user));
    if !is_own {
        return Err(errors::not_found("session"));
    }
    local.change(|world, now| ((), sessions::end(world, &id, Status::Revoked, now).into_iter().collect()));
    let ready = reply::ready(&local, &current.client, visit.origin).await;
    Ok(answer(&local, &current.client, &id, &ready))
}

/// `POST …/tokens`. The form may name the organization that the token is for.
pub(super) async fn token(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let mut session = live(&local, &visit, &id)?;
    if visit.form.contains_key("organization_id") {
        session.organization = chosen(&local, &session, filled(&visit.form, "organization_id"))?;
    }
    let wish = Wish { party: visit.origin, ..Wish::default() };
    let issuer = local.issuer();
    let token = local.read(|world, now| tokens::session(world, &session, &issuer, now, &wish));
    Ok(jwt(&local.sign(&token).await))
}

/// `POST …/tokens/{template}`.
pub(super) async fn template_token(
    State(local): State<Shared>,
    Path((id, name)): Path<(String, String)>,
    visit: Visit,
) -> Answer {
    let session = live(&local, &visit, &id)?;
    let wish = Wish { party: visit.origin, ..Wish::default() };
    let issuer = local.issuer();
    let token = local.read(|world, now| {
        world.template(&name).map(|template| tokens::template(world, &session, template, &issuer, now, &wish))
    });
    let token = token.ok_or_else(|| errors::not_found("JWT template"))?;
    Ok(jwt(&local.sign(&token).await))
}

fn jwt(token: &str) -> Response {
    Json(json!({ "object": "token", "jwt": token })).into_response()
}
