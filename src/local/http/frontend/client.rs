//! The client, its user and its sessions.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::errors::{self, Answer};
use super::super::input::{Visit, filled};
use super::super::shapes;
use super::{browser, reply};
use crate::local::clients;
use crate::local::server::{Local, Shared};
use crate::local::sessions;
use crate::local::world::{Session, Status};

/// `GET /v1/client`.
pub(super) async fn get(State(local): State<Shared>, visit: Visit) -> Answer {
    let Some(client) = browser(&local, &visit)? else { return Ok(reply::alone(&local, None, &None)) };
    let ready = reply::ready(&local, &client.id, visit.origin).await;
    Ok(reply::alone(&local, Some(&client.id), &ready))
}

/// `PUT` and `POST /v1/client`: the one there is, else a new one.
pub(super) async fn create(State(local): State<Shared>, visit: Visit) -> Answer {
    let client = match browser(&local, &visit)? {
        Some(client) => client,
        None => local.change(|world, now| (clients::create(world, false, now), Vec::new())),
    };
    let ready = reply::ready(&local, &client.id, visit.origin).await;
    Ok(reply::alone(&local, Some(&client.id), &ready))
}

/// `DELETE /v1/client`: its sessions end, and it is forgotten.
pub(super) async fn remove(State(local): State<Shared>, visit: Visit) -> Answer {
    let client = browser(&local, &visit)?.ok_or_else(|| errors::not_found("client"))?;
    end_all(&local, &client.id);
    local.change(|world, _| {
        // A dev browser stays known, without its client's past.
        if let Some(client) = world.clients.get_mut(&client.id).filter(|client| client.dev_browser.is_some()) {
            client.last_active_session = None;
        } else {
            world.clients.remove(&client.id);
        }
        ((), Vec::new())
    });
    Ok(Json(json!({ "response": null, "client": null })).into_response())
}

/// `DELETE /v1/client/sessions`: everybody is signed out, the client stays.
pub(super) async fn sign_out(State(local): State<Shared>, visit: Visit) -> Answer {
    let client = browser(&local, &visit)?.ok_or_else(errors::signed_out)?;
    end_all(&local, &client.id);
    Ok(reply::alone(&local, Some(&client.id), &None))
}

fn end_all(local: &Local, client: &str) {
    local.change(|world, now| {
        let ids: Vec<String> = sessions::live(world, client, now).iter().map(|session| session.id.clone()).collect();
        let events = ids.iter().filter_map(|id| sessions::end(world, id, Status::Removed, now)).collect();
        ((), events)
    });
}

/// The session that a request outside of `/v1/client` is made in: the one that it names, else the client's active one.
pub(super) fn current(local: &Local, visit: &Visit) -> Answer<Session> {
    let client = browser(local, visit)?.ok_or_else(errors::signed_out)?;
    let named = filled(&visit.query, "_clerk_session_id").map(str::to_owned).or(client.last_active_session);
    let found = local.read(|world, now| {
        let session = world.sessions.get(&named?).filter(|session| session.client == client.id)?;
        sessions::status(session, now).is_live().then(|| session.clone())
    });
    found.ok_or_else(errors::signed_out)
}

/// `GET /v1/me`.
pub(super) async fn me(State(local): State<Shared>, visit: Visit) -> Answer {
    let session = current(&local, &visit)?;
    let ready = reply::ready(&local, &session.client, visit.origin).await;
    Ok(reply::beside(&local, &session.client, &ready, |world, _| {
        let user = world.users.iter().find(|user| user.id == session.user);
        user.map(|user| shapes::frontend_user(world, user)).into()
    }))
}

/// `GET /v1/me/organization_memberships`.
pub(super) async fn memberships(State(local): State<Shared>, visit: Visit) -> Answer {
    let session = current(&local, &visit)?;
    let list: Vec<Value> = local.read(|world, _| {
        world.memberships_of(&session.user).filter_map(|one| shapes::membership(world, one)).collect()
    });
    let page = json!({ "data": list, "total_count": list.len() });
    Ok(Json(json!({ "response": page, "client": null })).into_response())
}

/// `GET /v1/me/sessions/active`.
pub(super) async fn active_sessions(State(local): State<Shared>, visit: Visit) -> Answer {
    let session = current(&local, &visit)?;
    Ok(list(&local, &session.user, true))
}

/// `GET /v1/me/sessions`.
pub(super) async fn all_sessions(State(local): State<Shared>, visit: Visit) -> Answer {
    let session = current(&local, &visit)?;
    Ok(list(&local, &session.user, false))
}

fn list(local: &Local, user: &str, only_live: bool) -> Response {
    let list: Vec<Value> = local.read(|world, now| {
        let of_user = world.sessions.values().filter(|session| session.user == user);
        let shown = of_user.filter(|session| !only_live || sessions::status(session, now).is_live());
        shown.map(|session| shapes::active_session(world, session, now)).collect()
    });
    Json(list).into_response()
}
