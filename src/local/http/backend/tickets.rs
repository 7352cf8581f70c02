//! Sign-in tokens and actor tokens.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::Value;

use super::super::errors::{self, Answer, refuse};
use super::super::input::Document;
use super::super::shapes;
use crate::local::clock::FURTHEST;
use crate::local::random;
use crate::local::server::{Local, Shared};
use crate::local::world::{Ticket, TicketStatus};

/// `POST /v1/sign_in_tokens`.
pub(super) async fn sign_in_token(State(local): State<Shared>, document: Document) -> Answer {
    let user = document.needed("user_id")?;
    let organization = document.text("org_id")?;
    let seconds = document.number("expires_in_seconds", 1..=FURTHEST)?.unwrap_or(2_592_000);
    if organization.is_some_and(|id| local.read(|world, _| world.membership(user, id).is_none())) {
        return Err(errors::not_found("organization membership"));
    }
    let ticket = ticket(&local, "sit", user, seconds)?;
    keep(&local, Ticket { organization: organization.map(str::to_owned), ..ticket })
}

/// `POST /v1/actor_tokens`.
pub(super) async fn actor_token(State(local): State<Shared>, document: Document) -> Answer {
    document.only(&["user_id", "actor", "expires_in_seconds", "session_max_duration_in_seconds"])?;
    let user = document.needed("user_id")?;
    let actor = document.object("actor")?.ok_or_else(|| errors::missing("actor"))?;
    if actor.get("sub").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(errors::missing("actor.sub"));
    }
    let seconds = document.number("expires_in_seconds", 1..=FURTHEST)?.unwrap_or(3600);
    let session = document.number("session_max_duration_in_seconds", 1..=FURTHEST)?.unwrap_or(1800);
    let ticket = ticket(&local, "act", user, seconds)?;
    let actor = Some(Value::Object(actor.clone()));
    keep(&local, Ticket { actor, session_lifetime: Some(session * 1000), ..ticket })
}

/// `POST /v1/{sign_in_tokens,actor_tokens}/{id}/revoke`.
pub(super) async fn revoke(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    let ticket = local.change(|world, now| {
        let ticket = world.tickets.get_mut(&id).map(|ticket| {
            if ticket.status == TicketStatus::Pending {
                ticket.status = TicketStatus::Revoked;
                ticket.updated_at = now;
                return Ok(ticket.clone());
            }
            let long = "The token was used or revoked before";
            Err(refuse(StatusCode::BAD_REQUEST, "sign_in_token_not_in_pending_status", "Token is not pending", long))
        });
        (ticket, Vec::new())
    });
    let ticket = ticket.ok_or_else(|| errors::not_found("token"))??;
    Ok(Json(shapes::ticket(&ticket)).into_response())
}

fn ticket(local: &Local, prefix: &str, user: &str, seconds: i64) -> Answer<Ticket> {
    let now = local.clock.now();
    if !local.read(|world, _| world.users.iter().any(|one| one.id == user)) {
        return Err(errors::not_found("user"));
    }
    Ok(Ticket {
        id: random::id(prefix),
        secret: random::letters(64),
        user: user.to_owned(),
        actor: None,
        organization: None,
        session_lifetime: None,
        status: TicketStatus::Pending,
        expire_at: now + seconds * 1000,
        created_at: now,
        updated_at: now,
    })
}

fn keep(local: &Local, ticket: Ticket) -> Answer {
    let shape = shapes::ticket(&ticket);
    local.change(|world, _| (world.tickets.insert(ticket.id.clone(), ticket), Vec::new()));
    Ok(Json(shape).into_response())
}
