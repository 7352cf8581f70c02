//! Users, organizations and memberships.

use serde_json::{Value, json};

use crate::local::world::{Membership, Organization, User, World};

/// A user as the Backend API has it.
pub fn user(world: &World, user: &User) -> Value {
    let mut shape = frontend_user(world, user);
    shape["private_metadata"] = Value::Object(user.private_metadata.clone());
    shape["locale"] = Value::Null;
    shape.as_object_mut().map(|shape| shape.remove("organization_memberships"));
    shape
}

/// A user as the Frontend API has it.
pub fn frontend_user(world: &World, user: &User) -> Value {
    let memberships: Vec<Value> = world.memberships_of(&user.id).filter_map(|one| membership(world, one)).collect();
    let address = format!("idn_{}", user.id.strip_prefix("user_").unwrap_or(&user.id));
    let mut shape = json!({
        "object": "user",
        "id": user.id,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": "",
        "profile_image_url": "",
        "has_image": false,
        "primary_email_address_id": address,
        "primary_phone_number_id": null,
        "primary_web3_wallet_id": null,
        "password_enabled": true,
        "two_factor_enabled": user.two_factor,
        "totp_enabled": user.two_factor,
        "backup_code_enabled": false,
        "email_addresses": [email(&address, user)],
        "phone_numbers": [],
        "web3_wallets": [],
        "passkeys": [],
        "organization_memberships": memberships,
        "external_accounts": [],
        "saml_accounts": [],
        "enterprise_accounts": [],
        "public_metadata": user.public_metadata,
        "unsafe_metadata": user.unsafe_metadata,
    });
    state(&mut shape, user);
    shape
}

/// The members of a user that say in which state the account is.
fn state(shape: &mut Value, user: &User) {
    let state = json!({
        "external_id": user.external_id,
        "last_sign_in_at": user.last_sign_in_at,
        "banned": false,
        "locked": false,
        "deprovisioned": false,
        "lockout_expires_in_seconds": null,
        "verification_attempts_remaining": 100,
        "created_at": user.created_at,
        "updated_at": user.last_sign_in_at.unwrap_or(user.created_at),
        "delete_self_enabled": false,
        "create_organization_enabled": false,
        "last_active_at": user.last_sign_in_at,
        "mfa_enabled_at": user.two_factor.then_some(user.created_at),
        "mfa_disabled_at": null,
        "legal_accepted_at": null,
        "password_last_updated_at": user.created_at,
    });
    if let (Some(shape), Value::Object(state)) = (shape.as_object_mut(), state) {
        shape.extend(state);
    }
}

fn email(id: &str, user: &User) -> Value {
    json!({
        "id": id,
        "object": "email_address",
        "email_address": user.email,
        "reserved": false,
        "verification": {
            "object": "verification_admin", "status": "verified", "strategy": "admin", "attempts": null,
            "expire_at": null,
        },
        "linked_to": [],
        "matches_sso_connection": false,
        "created_at": user.created_at,
        "updated_at": user.created_at,
    })
}

/// What other members of an organization see of a user.
pub(super) fn public_data(user: &User) -> Value {
    json!({
        "user_id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": "",
        "profile_image_url": "",
        "has_image": false,
        "identifier": user.email,
        "username": user.username,
        "banned": false,
        "deprovisioned": false,
    })
}

/// A membership with its organization.
pub fn membership(world: &World, membership: &Membership) -> Option<Value> {
    let of = world.organization(&membership.organization)?;
    let role = world.role(&membership.role)?;
    let user = world.users.iter().find(|user| user.id == membership.user)?;
    Some(json!({
        "object": "organization_membership",
        "id": membership.id,
        "role": membership.role,
        "role_name": role.name,
        "permissions": role.permissions,
        "public_metadata": membership.public_metadata,
        "organization": organization(world, of),
        "public_user_data": public_data(user),
        "created_at": membership.created_at,
        "updated_at": membership.created_at,
    }))
}

pub fn organization(world: &World, organization: &Organization) -> Value {
    let members = world.memberships.iter().filter(|one| one.organization == organization.id).count();
    json!({
        "object": "organization",
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "image_url": "",
        "has_image": false,
        "members_count": members,
        "pending_invitations_count": 0,
        "max_allowed_memberships": 0,
        "admin_delete_enabled": false,
        "public_metadata": organization.public_metadata,
        "created_at": organization.created_at,
        "updated_at": organization.created_at,
    })
}
