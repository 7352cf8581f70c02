//! What shortcodes can name: the documented list, and nothing else.

use serde_json::{Map, Value, json};

use crate::local::world::{Session, User, World};

/// The facts about a session, its user and its organization.
pub(super) fn of(world: &World, session: &Session) -> Value {
    let mut facts = Map::new();
    if let Some(user) = world.users.iter().find(|user| user.id == session.user) {
        facts.insert("user".to_owned(), user_facts(world, user));
    }
    let organization = session.organization.as_deref().and_then(|id| world.organization(id));
    if let Some((organization, membership)) =
        organization.and_then(|one| Some((one, world.membership(&session.user, &one.id)?)))
    {
        let permissions = world.role(&membership.role).map(|role| role.permissions.clone()).unwrap_or_default();
        facts.insert(
            "org".to_owned(),
            json!({
                "id": organization.id, "name": organization.name, "slug": organization.slug, "role": membership.role,
                "public_metadata": organization.public_metadata,
            }),
        );
        facts.insert(
            "org_membership".to_owned(),
            json!({
                "role": membership.role, "permissions": permissions, "public_metadata": membership.public_metadata,
            }),
        );
    }
    facts.insert(
        "session".to_owned(),
        json!({
            "actor": session.actor, "created_at": session.created_at, "expire_at": session.expire_at,
        }),
    );
    Value::Object(facts)
}

fn user_facts(world: &World, user: &User) -> Value {
    let names: Vec<&str> = [&user.first_name, &user.last_name].into_iter().filter_map(Option::as_deref).collect();
    let organizations: Map<String, Value> =
        world.memberships_of(&user.id).map(|one| (one.organization.clone(), one.role.clone().into())).collect();
    json!({
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "full_name": (!names.is_empty()).then(|| names.join(" ")),
        "username": user.username,
        "external_id": user.external_id,
        "created_at": user.created_at,
        "updated_at": user.created_at,
        "primary_email_address": user.email,
        "primary_phone_number": null,
        "email_verified": true,
        "phone_number_verified": false,
        "image_url": "",
        "two_factor_enabled": user.two_factor,
        "public_metadata": user.public_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        "organizations": organizations,
    })
}
