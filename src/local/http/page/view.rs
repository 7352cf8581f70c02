//! What the page shows.

use serde::Serialize;

use crate::local::clock::Millis;
use crate::local::log::Entry;
use crate::local::options::loopback_origin;
use crate::local::server::{Local, lock};
use crate::local::sessions;
use crate::local::world::{Session, User, World};

/// So many sessions and requests are listed.
const LISTED: usize = 50;

/// What an action leaves to be said.
pub(super) enum Notice {
    /// Nothing.
    None,
    /// Something that did not work.
    Fault(String),
    /// A command to copy.
    Command(String),
}

/// The page's words.
#[derive(Serialize)]
pub(super) struct View {
    fault: Option<String>,
    command: Option<String>,
    publishable_key: String,
    live: bool,
    target: String,
    users: Vec<Person>,
    organizations: Vec<Group>,
    sessions: Vec<Signed>,
    more_sessions: usize,
    requests: Vec<Line>,
}

#[derive(Serialize)]
struct Person {
    id: String,
    email: String,
    name: String,
    organizations: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Group {
    name: String,
    slug: String,
    members: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Signed {
    id: String,
    user: String,
    organization: Option<String>,
    status: &'static str,
    left: String,
}

#[derive(Serialize)]
struct Line {
    method: String,
    path: String,
    status: u16,
    note: String,
    is_fault: bool,
}

/// Where the browser goes when somebody signs in: the first of the frontends, else the one that asked last; on this machine
/// only.
pub(super) fn target(local: &Local) -> Option<String> {
    let first = local.options.origins.first().cloned().or_else(|| lock(&local.last_origin).clone());
    first.filter(|origin| loopback_origin(origin))
}

/// All that is to be seen now.
pub(super) fn view(local: &Local, notice: &Notice) -> View {
    let requests = local.log.after(0);
    let requests = requests.iter().rev().take(LISTED).map(line).collect();
    let (fault, command) = match notice {
        Notice::None => (None, None),
        Notice::Fault(fault) => (Some(fault.clone()), None),
        Notice::Command(command) => (None, Some(command.clone())),
    };
    local.read(|world, now| {
        let mut live: Vec<&Session> =
            world.sessions.values().filter(|session| sessions::status(session, now).is_live()).collect();
        live.sort_by_key(|session| std::cmp::Reverse(session.created_at));
        let signed = live.iter().take(LISTED).map(|session| signed(world, session, now)).collect();
        View {
            fault,
            command,
            publishable_key: local.publishable.key.clone(),
            live: local.options.live,
            target: target(local).unwrap_or_default(),
            users: world.users.iter().take(LISTED).map(|user| person(world, user)).collect(),
            organizations: groups(world),
            more_sessions: live.len().saturating_sub(LISTED),
            sessions: signed,
            requests,
        }
    })
}

fn person(world: &World, user: &User) -> Person {
    let names: Vec<&str> = [&user.first_name, &user.last_name].into_iter().filter_map(Option::as_deref).collect();
    let of_user = world.memberships_of(&user.id);
    let organizations = of_user.filter_map(|one| world.organization(&one.organization));
    Person {
        id: user.id.clone(),
        email: user.email.clone(),
        name: names.join(" "),
        organizations: organizations.map(|one| (one.id.clone(), one.name.clone())).collect(),
    }
}

fn groups(world: &World) -> Vec<Group> {
    let group = |organization: &crate::local::world::Organization| Group {
        name: organization.name.clone(),
        slug: organization.slug.clone(),
        members: world
            .memberships
            .iter()
            .filter(|one| one.organization == organization.id)
            .take(LISTED)
            .filter_map(|one| Some((world.user(&one.user)?.email.clone(), one.role.clone())))
            .collect(),
    };
    world.organizations.iter().take(LISTED).map(group).collect()
}

fn signed(world: &World, session: &Session, now: Millis) -> Signed {
    let organization = session.organization.as_deref().and_then(|id| world.organization(id));
    Signed {
        id: session.id.clone(),
        user: world.user(&session.user).map_or_else(|| session.user.clone(), |user| user.email.clone()),
        organization: organization.map(|one| one.name.clone()),
        status: sessions::status(session, now).name(),
        left: left(session.expire_at.saturating_sub(now)),
    }
}

/// A span in its two largest units.
fn left(span: Millis) -> String {
    let minutes = span / 60_000;
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn line(entry: &Entry) -> Line {
    let note = entry.event.clone().or_else(|| entry.origin.clone()).unwrap_or_default();
    Line {
        method: entry.method.clone(),
        path: entry.path.clone(),
        status: entry.status,
        note,
        is_fault: entry.status == 0 || entry.status >= 400,
    }
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_is_left_has_two_units() {
        let table =
            [(59_999, "0 min"), (3_540_000, "59 min"), (3_660_000, "1 h 1 min"), (7 * 86_400_000 - 1, "6 d 23 h")];
        for (span, text) in table {
            assert_eq!(left(span), text);
        }
    }
}
