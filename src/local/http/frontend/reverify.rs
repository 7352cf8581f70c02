//! Reverification: a user of an open session proves a factor again. Any password is right, and so is the code `424242`.

use axum::extract::{Path, State};

use super::super::errors::{self, Answer};
use super::super::input::{Visit, filled};
use super::super::shapes;
use super::reply;
use super::session::live;
use crate::local::clock::Millis;
use crate::local::server::Shared;
use crate::local::world::Session;

/// The code that Clerk's own test mode takes.
const CODE: &str = "424242";

/// `POST …/verify`.
pub(super) async fn start(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let session = live(&local, &visit, &id)?;
    let level = filled(&visit.form, "level").ok_or_else(|| errors::missing("level"))?.to_owned();
    let has_second = session.second_factor_at.is_some();
    let status = match level.as_str() {
        "second_factor" if has_second => "needs_second_factor",
        "first_factor" | "second_factor" | "multi_factor" => "needs_first_factor",
        _ => return Err(errors::invalid("level", "one of first_factor, second_factor, multi_factor")),
    };
    Ok(reply::beside(&local, &session.client, &None, |world, now| {
        shapes::reverification(world, &session, now, &level, status)
    }))
}

/// `POST …/verify/prepare_…`: there is nothing to send.
pub(super) async fn prepare(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let session = live(&local, &visit, &id)?;
    Ok(reply::beside(&local, &session.client, &None, |world, now| {
        shapes::reverification(world, &session, now, "first_factor", "needs_first_factor")
    }))
}

/// `POST …/verify/attempt_first_factor`.
pub(super) async fn first_factor(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    let strategy = filled(&visit.form, "strategy").ok_or_else(|| errors::missing("strategy"))?;
    match strategy {
        "password" => drop(filled(&visit.form, "password").ok_or_else(|| errors::missing("password"))?),
        "email_code" | "phone_code" => code(&visit)?,
        "passkey" => {}
        _ => return Err(errors::invalid("strategy", "one of password, email_code, phone_code, passkey")),
    }
    proved(&local, &id, &visit, |session, now| session.first_factor_at = Some(now))
}

/// `POST …/verify/attempt_second_factor`.
pub(super) async fn second_factor(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    code(&visit)?;
    proved(&local, &id, &visit, |session, now| session.second_factor_at = Some(now))
}

fn code(visit: &Visit) -> Answer<()> {
    match filled(&visit.form, "code") {
        None => Err(errors::missing("code")),
        Some(CODE) => Ok(()),
        Some(_) => Err(errors::invalid("code", "424242")),
    }
}

fn proved(local: &Shared, id: &str, visit: &Visit, prove: impl FnOnce(&mut Session, Millis)) -> Answer {
    let session = live(local, visit, id)?;
    local.change(|world, now| {
        if let Some(session) = world.sessions.get_mut(id) {
            prove(session, now);
        }
        ((), Vec::new())
    });
    Ok(reply::beside(local, &session.client, &None, |world, now| {
        let session = world.sessions.get(id).unwrap_or(&session);
        shapes::reverification(world, session, now, "first_factor", "complete")
    }))
}
