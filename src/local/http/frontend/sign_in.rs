//! Signing in with a ticket, or with a user's address and any password.

use axum::extract::State;
use axum::http::StatusCode;

use super::super::errors::{self, Answer, Refusal, refuse};
use super::super::input::{Visit, filled};
use super::super::shapes;
use super::{browser, reply};
use crate::local::clients;
use crate::local::clock::Millis;
use crate::local::server::{Local, Shared};
use crate::local::sessions::{self, SignIn};
use crate::local::world::{TicketStatus, World};

/// `POST /v1/client/sign_ins`.
pub(super) async fn create(State(local): State<Shared>, visit: Visit) -> Answer {
    let (user, how) = who(&local, &visit)?;
    let client = match browser(&local, &visit)? {
        Some(client) => client.id,
        None => local.change(|world, now| (clients::create(world, false, now).id, Vec::new())),
    };
    if let Some(ticket) = filled(&visit.form, "ticket") {
        local.change(|world, now| (take(world, ticket, now), Vec::new()))?;
    }
    let id = local.change(|world, now| {
        let (id, event) = sessions::sign_in(world, &client, &user, how, now);
        (id, vec![event])
    });
    let ready = reply::ready(&local, &client, visit.origin).await;
    Ok(reply::beside(&local, &client, &ready, |world, _| {
        let email = world.users.iter().find(|one| one.id == user).map(|user| user.email.as_str());
        world.sessions.get(&id).map(|session| shapes::sign_in(session, email)).into()
    }))
}

/// Whom the form signs in, and how.
fn who(local: &Local, visit: &Visit) -> Answer<(String, SignIn)> {
    match filled(&visit.form, "strategy") {
        Some("ticket") => {
            let secret = filled(&visit.form, "ticket").ok_or_else(|| errors::missing("ticket"))?;
            local.read(|world, now| {
                let ticket = world.tickets.values().find(|ticket| ticket.secret == secret).ok_or_else(bad_ticket)?;
                if ticket.status != TicketStatus::Pending || ticket.expire_at <= now {
                    return Err(bad_ticket());
                }
                let how = SignIn {
                    organization: ticket.organization.clone(),
                    actor: ticket.actor.clone(),
                    lifetime: ticket.session_lifetime,
                };
                Ok((ticket.user.clone(), how))
            })
        }
        None | Some("password") => {
            let identifier = filled(&visit.form, "identifier").ok_or_else(|| errors::missing("identifier"))?;
            filled(&visit.form, "password").ok_or_else(|| errors::missing("password"))?;
            let user = local.read(|world, _| world.user(identifier).map(|user| user.id.clone()));
            user.map(|user| (user, SignIn::default())).ok_or_else(nobody)
        }
        Some(_) => Err(errors::invalid("strategy", "ticket or password")),
    }
}

/// Takes a ticket, which works once.
fn take(world: &mut World, secret: &str, now: Millis) -> Answer<()> {
    let ticket = world.tickets.values_mut().find(|ticket| ticket.secret == secret);
    let ticket = ticket.filter(|ticket| ticket.status == TicketStatus::Pending).ok_or_else(bad_ticket)?;
    ticket.status = TicketStatus::Accepted;
    ticket.updated_at = now;
    Ok(())
}

fn bad_ticket() -> Refusal {
    let long = "The ticket is unknown, used, revoked or expired";
    refuse(StatusCode::UNPROCESSABLE_ENTITY, "ticket_invalid_code", "Ticket is invalid", long)
}

fn nobody() -> Refusal {
    let long = "Couldn't find your account";
    refuse(StatusCode::UNPROCESSABLE_ENTITY, "form_identifier_not_found", "Account not found", long)
}
