//! What `clerk-js` asks for when it loads. What is not here it has defaults for; `commerce_settings` must be whole or absent.

use serde_json::{Value, json};

use crate::local::server::Local;
use crate::local::world::World;

/// Addresses that nothing here leads to.
const EMPTY: &[&str] = &[
    "home_url",
    "waitlist_url",
    "oauth_consent_url",
    "after_sign_in_url",
    "after_sign_up_url",
    "after_sign_out_one_url",
    "after_sign_out_all_url",
    "after_switch_session_url",
    "after_join_waitlist_url",
    "organization_profile_url",
    "create_organization_url",
    "after_leave_organization_url",
    "after_create_organization_url",
    "logo_link_url",
];

/// What the instance has nothing of.
const NULL: &[&str] = &[
    "logo_image_url",
    "favicon_image_url",
    "support_email",
    "clerk_js_version",
    "google_one_tap_client_id",
    "help_url",
    "privacy_policy_url",
    "terms_url",
    "logo_url",
    "favicon_url",
    "logo_image",
    "favicon_image",
    "captcha_public_key",
    "captcha_widget_type",
    "captcha_public_key_invisible",
    "captcha_provider",
];

/// The environment of the instance. The address is where people sign in.
pub fn environment(local: &Local, world: &World, sign_in_url: &str) -> Value {
    json!({
        "auth_config": auth(world),
        "display_config": display(local, world, sign_in_url),
        "organization_settings": {
            "enabled": true,
            "max_allowed_memberships": 0,
            "actions": { "admin_delete": false },
            "domains": { "enabled": false, "enrollment_modes": [], "default_role": "org:member" },
            "slug": { "disabled": false },
            "creator_role": "org:admin",
        },
        "commerce_settings": { "billing": {
            "stripe_publishable_key": null,
            "user": { "enabled": false, "has_paid_plans": false },
            "organization": { "enabled": false, "has_paid_plans": false },
        } },
        "api_keys_settings": { "enabled": false, "user_api_keys_enabled": false, "orgs_api_keys_enabled": false },
        "client_debug_mode": false,
        "partitioned_cookies": false,
        "maintenance_mode": false,
    })
}

fn auth(world: &World) -> Value {
    json!({
        "object": "auth_config",
        "id": format!("aconf_{}", world.instance.id),
        "first_name": "on",
        "last_name": "on",
        "email_address": "required",
        "phone_number": "off",
        "username": "on",
        "password": "required",
        "identification_requirements": [["email_address"]],
        "identification_strategies": ["email_address"],
        "first_factors": ["password", "ticket"],
        "second_factors": ["totp"],
        "email_address_verification_strategies": ["email_code"],
        "single_session_mode": false,
        "enhanced_email_deliverability": false,
        "test_mode": true,
        "cookieless_dev": true,
        "url_based_session_syncing": true,
        "claimed_at": null,
        "reverification": true,
        "native_settings": {
            "object": "native_settings",
            "api_enabled": false,
            "trusted_device_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_in_enabled": false,
            "trusted_device_enrollment_prompt_after_sign_up_enabled": false,
        },
    })
}

fn display(local: &Local, world: &World, sign_in_url: &str) -> Value {
    let kind = if local.options.live { "production" } else { "development" };
    let mut config = json!({
        "object": "display_config",
        "id": format!("display_config_{}", world.instance.id),
        "instance_environment_type": kind,
        "application_name": "Local Clerk",
        "theme": {},
        "preferred_sign_in_strategy": "password",
        "sign_in_url": sign_in_url,
        "sign_up_url": sign_in_url,
        "user_profile_url": sign_in_url,
        "branded": false,
        "experimental_force_oauth_first": false,
        "show_devmode_warning": false,
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": false,
    });
    for name in EMPTY {
        config[*name] = "".into();
    }
    for name in NULL {
        config[*name] = Value::Null;
    }
    config
}
