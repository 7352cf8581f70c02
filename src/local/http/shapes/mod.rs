//! Clerk's objects as JSON, with every member that the official documents name as needed.

mod environment;
mod people;

pub use environment::environment;
pub use people::{frontend_user, membership, organization, user};

use serde_json::{Value, json};

use crate::local::clock::Millis;
use crate::local::random;
use crate::local::sessions::{self, Event};
use crate::local::tokens;
use crate::local::world::{Client, Session, Template, Ticket, TicketStatus, World};

/// A session as the Backend API has it.
pub fn session(session: &Session, now: Millis) -> Value {
    json!({
        "object": "session",
        "id": session.id,
        "user_id": session.user,
        "client_id": session.client,
        "actor": session.actor,
        "status": sessions::status(session, now).name(),
        "last_active_organization_id": session.organization,
        "last_active_at": session.last_active_at,
        "latest_activity": activity(session),
        "expire_at": session.expire_at,
        "abandon_at": session.abandon_at,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "tasks": tasks(session),
    })
}

fn tasks(session: &Session) -> Value {
    if session.tasks.is_empty() {
        return Value::Null;
    }
    session.tasks.iter().map(|task| json!({ "key": task })).collect()
}

fn activity(session: &Session) -> Value {
    let id = session.id.strip_prefix("sess_").unwrap_or(&session.id);
    json!({ "object": "session_activity", "id": format!("sess_activity_{id}"), "is_mobile": false })
}

/// A client as the Backend API has it.
pub fn client(world: &World, client: &Client, now: Millis) -> Value {
    let live = sessions::live(world, &client.id, now);
    json!({
        "object": "client",
        "id": client.id,
        "session_ids": live.iter().map(|one| one.id.clone()).collect::<Vec<_>>(),
        "sessions": live.iter().map(|one| session(one, now)).collect::<Vec<_>>(),
        "sign_in_id": null,
        "sign_up_id": null,
        "last_active_session_id": client.last_active_session,
        "last_authentication_strategy": null,
        "created_at": client.created_at,
        "updated_at": client.changed_at,
    })
}

/// A token that is ready, with the session that it is of.
pub type Ready = Option<(String, String)>;

/// A session as the Frontend API has it.
pub fn frontend_session(world: &World, session: &Session, now: Millis, ready: &Ready) -> Value {
    let user = world.users.iter().find(|user| user.id == session.user);
    let token = ready.as_ref().filter(|(of, _)| *of == session.id);
    json!({
        "object": "session",
        "id": session.id,
        "status": sessions::status(session, now).name(),
        "expire_at": session.expire_at,
        "abandon_at": session.abandon_at,
        "last_active_at": session.last_active_at,
        "last_active_organization_id": session.organization,
        "actor": session.actor,
        "tasks": tasks(session),
        "user": user.map(|user| frontend_user(world, user)),
        "public_user_data": user.map(people::public_data),
        "factor_verification_age": tokens::ages(session, now),
        "last_active_token": token.map(|(_, jwt)| json!({ "object": "token", "jwt": jwt })),
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    })
}

/// A session with what it was used for last.
pub fn active_session(world: &World, session: &Session, now: Millis) -> Value {
    let mut shape = frontend_session(world, session, now, &None);
    shape["latest_activity"] = activity(session);
    shape
}

/// A client as the Frontend API has it, with the sessions that live.
pub fn frontend_client(world: &World, client: &Client, now: Millis, ready: &Ready) -> Value {
    let live = sessions::live(world, &client.id, now);
    let active = client.last_active_session.as_ref().filter(|id| live.iter().any(|session| session.id == **id));
    json!({
        "object": "client",
        "id": client.id,
        "sessions": live.iter().map(|session| frontend_session(world, session, now, ready)).collect::<Vec<_>>(),
        "sign_in": null,
        "sign_up": null,
        "last_active_session_id": active,
        "last_authentication_strategy": null,
        "cookie_expires_at": null,
        "captcha_bypass": true,
        "created_at": client.created_at,
        "updated_at": client.changed_at,
    })
}

/// A sign-in that is complete.
pub fn sign_in(session: &Session, identifier: Option<&str>) -> Value {
    json!({
        "object": "sign_in_attempt",
        "id": format!("sia_{}", session.id.strip_prefix("sess_").unwrap_or(&session.id)),
        "status": "complete",
        "supported_identifiers": ["email_address"],
        "supported_first_factors": null,
        "supported_second_factors": null,
        "first_factor_verification": {
            "object": "verification_ticket", "status": "verified", "strategy": "ticket", "attempts": null,
            "expire_at": null,
        },
        "second_factor_verification": null,
        "identifier": identifier,
        "user_data": null,
        "created_session_id": session.id,
        "abandon_at": session.abandon_at,
        "client_trust_state": null,
    })
}

/// A verification of factors in a session.
pub fn reverification(world: &World, session: &Session, now: Millis, level: &str, status: &str) -> Value {
    let strategies = |names: &[&str]| names.iter().map(|name| json!({ "strategy": name })).collect::<Value>();
    json!({
        "object": "session_reverification",
        "status": status,
        "level": level,
        "supported_first_factors": strategies(&["password"]),
        "supported_second_factors": strategies(&["totp"]),
        "first_factor_verification": null,
        "second_factor_verification": null,
        "session": frontend_session(world, session, now, &None),
    })
}

pub fn template(template: &Template) -> Value {
    json!({
        "object": "jwt_template",
        "id": template.id,
        "name": template.name,
        "claims": template.claims,
        "lifetime": template.lifetime,
        "allowed_clock_skew": template.allowed_clock_skew,
        "custom_signing_key": template.signing_key.is_some(),
        "signing_algorithm": template.signing_algorithm,
        "created_at": template.created_at,
        "updated_at": template.updated_at,
    })
}

/// A sign-in token, or an actor token.
pub fn ticket(ticket: &Ticket) -> Value {
    let status = match ticket.status {
        TicketStatus::Pending => "pending",
        TicketStatus::Accepted => "accepted",
        TicketStatus::Revoked => "revoked",
    };
    let mut shape = json!({
        "object": "sign_in_token", "id": ticket.id, "status": status, "user_id": ticket.user, "token": ticket.secret,
        "created_at": ticket.created_at, "updated_at": ticket.updated_at,
    });
    match &ticket.actor {
        Some(actor) => {
            shape["object"] = "actor_token".into();
            shape["actor"] = actor.clone();
        }
        None => shape["url"] = Value::Null,
    }
    shape
}

/// Something that was deleted.
pub fn deleted(object: &str, id: &str) -> Value {
    json!({ "object": object, "id": id, "deleted": true })
}

/// The document of a webhook.
pub fn event(world: &World, event: &Event, now: Millis) -> Option<Value> {
    let of = world.sessions.get(&event.session)?;
    let mut data = session(of, now);
    data["user"] = user(world, world.users.iter().find(|user| user.id == of.user)?);
    // The documents of events have no tasks.
    data.as_object_mut()?.remove("tasks");
    Some(json!({
        "object": "event",
        "type": event.kind,
        "timestamp": now,
        "instance_id": world.instance.id,
        "event_attributes": { "http_request": { "client_ip": "127.0.0.1", "user_agent": "" } },
        "data": data,
    }))
}

/// A token that takes bots for people, which nothing here needs.
pub fn testing_token(now: Millis) -> Value {
    json!({
        "object": "testing_token", "token": random::letters(43), "expires_at": now.div_euclid(1000) + 3600,
    })
}
