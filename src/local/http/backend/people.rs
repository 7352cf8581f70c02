//! Users and organizations, to be read: the seed says who they are.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::super::errors::{self, Answer};
use super::super::input::{Page, filled, several};
use super::super::shapes;
use crate::local::server::{Local, Shared};
use crate::local::world::{Membership, User, World};

/// `GET /v1/users`.
pub(super) async fn users(State(local): State<Shared>, page: Page) -> Answer {
    Ok(Json(page.of(&wanted(&local, &page), false)).into_response())
}

/// `GET /v1/users/count`, which the official SDK asks beside every list.
pub(super) async fn count(State(local): State<Shared>, page: Page) -> Answer {
    Ok(Json(json!({ "object": "total_count", "total_count": wanted(&local, &page).len() })).into_response())
}

/// The users that a query asks for.
fn wanted(local: &Local, page: &Page) -> Vec<Value> {
    let [ids, emails, names, organizations, external] =
        ["user_id", "email_address", "username", "organization_id", "external_id"]
            .map(|name| several(&page.text, name));
    let words = filled(&page.query, "query").map(str::to_lowercase);
    local.read(|world, _| {
        let fits = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|one| one == value))
        };
        let wanted = |user: &&User| {
            fits(&ids, Some(&user.id))
                && fits(&emails, Some(&user.email))
                && fits(&names, user.username.as_deref())
                && fits(&external, user.external_id.as_deref())
                && (organizations.is_empty() || belongs(world, user, &organizations))
                && words.as_deref().is_none_or(|words| named(user).contains(words))
        };
        world.users.iter().filter(wanted).map(|user| shapes::user(world, user)).collect()
    })
}

fn belongs(world: &World, user: &User, organizations: &[String]) -> bool {
    world.memberships_of(&user.id).any(|one| organizations.contains(&one.organization))
}

fn named(user: &User) -> String {
    let names = [Some(&user.id), Some(&user.email), user.first_name.as_ref(), user.last_name.as_ref()];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    names.join(" ").to_lowercase()
}

/// `GET /v1/users/{id}`.
pub(super) async fn user(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    let found =
        local.read(|world, _| world.users.iter().find(|user| user.id == id).map(|user| shapes::user(world, user)));
    found.map(|user| Json(user).into_response()).ok_or_else(|| errors::not_found("user"))
}

/// `GET /v1/users/{id}/organization_memberships`.
pub(super) async fn memberships_of_user(State(local): State<Shared>, Path(id): Path<String>, page: Page) -> Answer {
    if local.read(|world, _| world.users.iter().all(|user| user.id != id)) {
        return Err(errors::not_found("user"));
    }
    memberships(&local, page, |one| one.user == id)
}

/// `GET /v1/organizations/{id}/memberships`.
pub(super) async fn memberships_of_organization(
    State(local): State<Shared>,
    Path(id): Path<String>,
    page: Page,
) -> Answer {
    let id = local.read(|world, _| world.organization(&id).map(|one| one.id.clone()));
    let id = id.ok_or_else(|| errors::not_found("organization"))?;
    memberships(&local, page, |one| one.organization == id)
}

fn memberships(local: &Shared, page: Page, of: impl Fn(&Membership) -> bool) -> Answer {
    let all: Vec<Value> = local.read(|world, _| {
        world.memberships.iter().filter(|one| of(one)).filter_map(|one| shapes::membership(world, one)).collect()
    });
    Ok(Json(page.of(&all, true)).into_response())
}

/// `GET /v1/organizations`.
pub(super) async fn organizations(State(local): State<Shared>, page: Page) -> Answer {
    let [ids, users] = ["organization_id", "user_id"].map(|name| several(&page.text, name));
    let all: Vec<Value> = local.read(|world, _| {
        let of_user = |id: &str| users.is_empty() || users.iter().any(|user| world.membership(user, id).is_some());
        let wanted =
            world.organizations.iter().filter(|one| (ids.is_empty() || ids.contains(&one.id)) && of_user(&one.id));
        wanted.map(|one| shapes::organization(world, one)).collect()
    });
    Ok(Json(page.of(&all, true)).into_response())
}

/// `GET /v1/organizations/{id or slug}`.
pub(super) async fn organization(State(local): State<Shared>, Path(id): Path<String>) -> Answer {
    let found = local.read(|world, _| world.organization(&id).map(|one| shapes::organization(world, one)));
    found.map(|one| Json(one).into_response()).ok_or_else(|| errors::not_found("organization"))
}
