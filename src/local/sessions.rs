//! What happens to sessions. Each function changes the world and notes the event that Clerk would send.

use serde_json::Value;

use super::clock::Millis;
use super::random;
use super::world::{Client, Session, Status, World};

/// Seven days, as Clerk has it unless told otherwise.
pub const LIFETIME: Millis = 7 * 24 * 3600 * 1000;

/// After so long a session is forgotten.
const ABANDONED: Millis = 30 * 24 * 3600 * 1000;

/// What Clerk tells by webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Such as `session.created`.
    pub kind: &'static str,
    /// The session's id.
    pub session: String,
}

/// How somebody signs in.
#[derive(Debug, Default, Clone)]
pub struct SignIn {
    /// The active organization, by id.
    pub organization: Option<String>,
    /// Who acts in the user's name.
    pub actor: Option<Value>,
    /// How long the session lives at most, in milliseconds.
    pub lifetime: Option<Millis>,
}

/// The state of a session at a time: what was set, unless it has expired since.
pub fn status(session: &Session, now: Millis) -> Status {
    if session.status.is_live() && session.expire_at <= now { Status::Expired } else { session.status }
}

/// The sessions of a client whose users are signed in, the oldest first.
pub fn live<'a>(world: &'a World, client: &str, now: Millis) -> Vec<&'a Session> {
    let of_client = world.sessions.values().filter(|session| session.client == client);
    let mut live: Vec<&Session> = of_client.filter(|session| status(session, now).is_live()).collect();
    live.sort_by_key(|session| session.created_at);
    live
}

/// Signs a user in. The user and the client exist.
pub fn sign_in(world: &mut World, client: &str, user: &str, how: SignIn, now: Millis) -> (String, Event) {
    let mut tasks = Vec::new();
    let mut two_factor = false;
    if let Some(user) = world.users.iter_mut().find(|one| one.id == user) {
        user.last_sign_in_at = Some(now);
        tasks.clone_from(&user.tasks);
        two_factor = user.two_factor;
    }
    if how.organization.is_some() {
        tasks.retain(|task| task != "choose-organization");
    }
    let id = random::id("sess");
    let session = Session {
        id: id.clone(),
        user: user.to_owned(),
        client: client.to_owned(),
        status: if tasks.is_empty() { Status::Active } else { Status::Pending },
        actor: how.actor,
        organization: how.organization,
        tasks,
        first_factor_at: Some(now),
        second_factor_at: two_factor.then_some(now),
        last_active_at: now,
        expire_at: now.saturating_add(how.lifetime.unwrap_or(LIFETIME)),
        abandon_at: now.saturating_add(ABANDONED),
        created_at: now,
        updated_at: now,
    };
    let kind = if session.status == Status::Pending { "session.pending" } else { "session.created" };
    world.sessions.insert(id.clone(), session);
    if let Some(client) = world.clients.get_mut(client) {
        client.last_active_session = Some(id.clone());
        client.changed_at = now;
    }
    (id.clone(), Event { kind, session: id })
}

/// Ends a session in one of the ways in which that is done. Nothing happens to one that has ended.
pub fn end(world: &mut World, id: &str, to: Status, now: Millis) -> Option<Event> {
    let session = world.sessions.get_mut(id)?;
    if !status(session, now).is_live() {
        return None;
    }
    session.status = to;
    session.updated_at = now;
    if to == Status::Expired {
        session.expire_at = now;
    }
    let client = session.client.clone();
    settle_client(world, &client, now);
    let kind = match to {
        Status::Ended => "session.ended",
        Status::Removed => "session.removed",
        Status::Revoked => "session.revoked",
        // Clerk sends none when time ends a session.
        _ => return None,
    };
    Some(Event { kind, session: id.to_owned() })
}

/// After a session of it has ended, a client takes another one that lives, or none.
fn settle_client(world: &mut World, client: &str, now: Millis) {
    let next = live(world, client, now).last().map(|session| session.id.clone());
    let still = |client: &Client| {
        let last = client.last_active_session.as_ref().and_then(|id| world.sessions.get(id));
        last.is_some_and(|session| status(session, now).is_live())
    };
    let keeps = world.clients.get(client).is_some_and(still);
    if let Some(client) = world.clients.get_mut(client) {
        client.changed_at = now;
        if !keeps {
            client.last_active_session = next;
        }
    }
}

/// A use of a session in its browser: it becomes the client's active one.
pub fn touch(world: &mut World, id: &str, now: Millis) {
    let Some(session) = world.sessions.get_mut(id) else { return };
    session.last_active_at = now;
    session.updated_at = now;
    let client = session.client.clone();
    if let Some(client) = world.clients.get_mut(&client) {
        client.last_active_session = Some(id.to_owned());
    }
}

/// Makes an organization the active one, or none. A session that had to choose one has done so.
pub fn choose(world: &mut World, id: &str, organization: Option<String>, now: Millis) -> Option<Event> {
    let session = world.sessions.get_mut(id)?;
    let chosen = organization.is_some();
    session.organization = organization;
    session.updated_at = now;
    if !chosen {
        return None;
    }
    let left: Vec<String> = session.tasks.iter().filter(|task| *task != "choose-organization").cloned().collect();
    set_tasks(world, id, left, now)
}

/// Leaves a session so much to do. With nothing left, it is active.
pub fn set_tasks(world: &mut World, id: &str, tasks: Vec<String>, now: Millis) -> Option<Event> {
    let session = world.sessions.get_mut(id)?;
    let was = session.status;
    session.tasks = tasks;
    session.updated_at = now;
    if !was.is_live() {
        return None;
    }
    session.status = if session.tasks.is_empty() { Status::Active } else { Status::Pending };
    let kind = match (was, session.status) {
        (Status::Pending, Status::Active) => "session.created",
        (Status::Active, Status::Pending) => "session.pending",
        _ => return None,
    };
    Some(Event { kind, session: id.to_owned() })
}
