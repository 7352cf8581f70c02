//! Tokens on demand: for `token`, for tests, and for the page.

use serde_json::{Map, Value};

use super::errors::{self, Answer};
use crate::local::server::Local;
use crate::local::sessions::{self, SignIn};
use crate::local::tokens::{self, Bad, Wish};
use crate::local::world::{Client, Session, World};

/// The client of sessions that no browser has.
const CLIENT: &str = "client_of_tokens";

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// By id or address; else the first one.
    pub user: Option<String>,
    /// By id or slug.
    pub organization: Option<String>,
    /// Instead of the membership's.
    pub role: Option<String>,
    /// Instead of the role's.
    pub permissions: Option<Vec<String>>,
    /// On top.
    pub claims: Map<String, Value>,
    /// By name.
    pub template: Option<String>,
    /// Seconds.
    pub lifetime: Option<i64>,
    /// Instead of the first authorized party.
    pub party: Option<String>,
    /// In which way the token is bad.
    pub bad: Option<Bad>,
    /// A session that there is.
    pub session: Option<String>,
}

/// The token, and the session that it is of.
pub(super) async fn mint(local: &Local, order: Order) -> Answer<(String, String)> {
    let session = match &order.session {
        Some(id) => {
            let live = |session: &&Session, now| sessions::status(session, now).is_live();
            let found = local.read(|world, now| world.sessions.get(id).filter(|one| live(one, now)).cloned());
            found.ok_or_else(|| errors::not_found("live session"))?
        }
        None => of_order(local, &order)?,
    };
    let wish = Wish {
        party: order.party.or_else(|| local.options.parties().into_iter().next()),
        lifetime: order.lifetime,
        role: order.role,
        permissions: order.permissions,
        claims: order.claims,
    };
    let issuer = local.issuer();
    let mut token = local.read(|world, now| match &order.template {
        None => Ok(tokens::session(world, &session, &issuer, now, &wish)),
        Some(name) => {
            let template = world.template(name).ok_or_else(|| errors::not_found("JWT template"))?;
            Ok(tokens::template(world, &session, template, &issuer, now, &wish))
        }
    })?;
    if let Some(bad) = order.bad {
        bad.spoil(&mut token);
    }
    Ok((local.sign(&token).await, session.id))
}

/// The session that tokens for this user and organization are of, which is made at the first one.
fn of_order(local: &Local, order: &Order) -> Answer<Session> {
    let (user, organization) = local.read(|world, _| whom(world, order))?;
    local.change(|world, now| {
        let has_it = |session: &&Session| {
            session.client == CLIENT && session.user == user && session.organization == organization
        };
        let live = |session: &&Session| sessions::status(session, now).is_live();
        if let Some(session) = world.sessions.values().filter(has_it).find(live) {
            return (Ok(session.clone()), Vec::new());
        }
        let client = || Client { id: CLIENT.to_owned(), ..Client::new(None, now) };
        world.clients.entry(CLIENT.to_owned()).or_insert_with(client);
        let how = SignIn { organization, ..SignIn::default() };
        let (id, event) = sessions::sign_in(world, CLIENT, &user, how, now);
        (world.sessions.get(&id).cloned().ok_or_else(|| errors::not_found("session")), vec![event])
    })
}

/// The ids of user and organization. A role or permission without an organization means the user's first one.
fn whom(world: &World, order: &Order) -> Answer<(String, Option<String>)> {
    let user = match &order.user {
        Some(named) => world.user(named),
        None => world.users.first(),
    };
    let user = user.ok_or_else(|| errors::not_found("user"))?.id.clone();
    let needed = order.role.is_some() || order.permissions.is_some();
    let organization = match &order.organization {
        Some(named) => Some(world.organization(named).ok_or_else(|| errors::not_found("organization"))?.id.clone()),
        None if needed => {
            let first = world.memberships_of(&user).next().or(world.memberships.first());
            Some(first.ok_or_else(|| errors::not_found("organization"))?.organization.clone())
        }
        None => None,
    };
    let known = organization.as_ref().is_none_or(|id| order.role.is_some() || world.membership(&user, id).is_some());
    if known { Ok((user, organization)) } else { Err(errors::not_found("membership of that user")) }
}
