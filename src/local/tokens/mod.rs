//! Tokens as Clerk makes them, up to the signature. Functions over what the instance knows and the time.

mod bad;
mod facts;

pub use bad::Bad;

use serde_json::{Map, Value, json};

use super::clock::Millis;
use super::keys::{Key, unsigned};
use super::world::{Session, Status, Template, World};
use super::{masks, random, sessions, shortcodes};

/// Claims that a template cannot have. Source: Clerk docs, JWT templates.
pub const TEMPLATE_RESERVED: &[&str] = &["azp", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "v", "pla", "fea"];

/// Claims that cannot be added to session tokens.
pub const SESSION_RESERVED: &[&str] = &[
    "azp",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "sub",
    "sid",
    "v",
    "pla",
    "fea",
    "fva",
    "sts",
    "act",
    "o",
    "org_id",
    "org_role",
    "org_slug",
    "org_permissions",
];

/// What a session may have to do before it is active.
pub const TASKS: &[&str] = &["choose-organization", "reset-password", "setup-mfa"];

/// The header's category. Source: @clerk/backend 3.25, tokens/jwtCategories.ts.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";
const TEMPLATE_CATEGORY: &str = "cl_B7d4PD222AAA";

/// Real tokens begin to hold 10 s before they are made.
const EARLY: i64 = 10;

/// What a token should have that the session alone does not say.
#[derive(Debug, Default, Clone)]
pub struct Wish {
    /// The origin that asks.
    pub party: Option<String>,
    /// Another life than the usual, in seconds.
    pub lifetime: Option<i64>,
    /// Another role than the membership's.
    pub role: Option<String>,
    /// Other permissions than the role's.
    pub permissions: Option<Vec<String>>,
    /// Claims on top.
    pub claims: Map<String, Value>,
}

/// A token that only lacks its signature.
#[derive(Debug, Clone)]
pub struct Unsigned {
    /// The protected header.
    pub header: Value,
    pub claims: Value,
    /// The algorithm and secret of a template that has a key of its own.
    pub secret: Option<(String, String)>,
    /// What is done to it after all.
    pub bad: Option<Bad>,
}

impl Unsigned {
    /// The whole token.
    pub fn sign(&self, key: &Key) -> String {
        match (&self.secret, self.bad) {
            (_, Some(bad)) => bad.sign(&self.header, &self.claims, key),
            (Some((algorithm, secret)), None) => by_secret(&self.header, &self.claims, algorithm, secret),
            (None, None) => key.sign(&self.header, &self.claims),
        }
    }
}

/// Signs with the HMAC of a template's own key.
fn by_secret(header: &Value, claims: &Value, algorithm: &str, secret: &str) -> String {
    use aws_lc_rs::hmac;
    use base64::Engine;
    let hash = match algorithm {
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    let text = unsigned(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hash, secret.as_bytes()), text.as_bytes());
    format!("{text}.{}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// A session token.
pub fn session(world: &World, session: &Session, issuer: &str, now: Millis, wish: &Wish) -> Unsigned {
    let lifetime = wish.lifetime.unwrap_or(world.instance.token_lifetime);
    let mut claims = shortcodes::evaluate(&world.session_claims, &facts::of(world, session));
    claims.extend(wish.claims.clone());
    claims.extend(common(&session.user, issuer, now, lifetime, EARLY, wish));
    claims.insert("sid".to_owned(), session.id.clone().into());
    claims.insert("fva".to_owned(), ages(session, now));
    if let Some(actor) = &session.actor {
        claims.insert("act".to_owned(), actor.clone());
    }
    if sessions::status(session, now) == Status::Pending {
        claims.insert("sts".to_owned(), "pending".into());
    }
    if world.instance.token_version == 1 {
        claims.extend(organization_v1(world, session, wish));
    } else {
        claims.extend(organization_v2(world, session, wish));
    }
    Unsigned {
        header: header(world, SESSION_CATEGORY, "RS256"),
        claims: Value::Object(claims),
        secret: None,
        bad: None,
    }
}

/// A template's token.
pub fn template(
    world: &World,
    session: &Session,
    template: &Template,
    issuer: &str,
    now: Millis,
    wish: &Wish,
) -> Unsigned {
    let mut claims = shortcodes::evaluate(&template.claims, &facts::of(world, session));
    claims.extend(wish.claims.clone());
    let lifetime = wish.lifetime.unwrap_or(template.lifetime);
    claims.extend(common(&session.user, issuer, now, lifetime, template.allowed_clock_skew, wish));
    Unsigned {
        header: header(world, TEMPLATE_CATEGORY, &template.signing_algorithm),
        claims: Value::Object(claims),
        secret: template.signing_key.clone().map(|secret| (template.signing_algorithm.clone(), secret)),
        bad: None,
    }
}

/// What a handshake carries in the form `token`.
pub fn handshake(world: &World, directives: &[String], now: Millis) -> Unsigned {
    let seconds = now.div_euclid(1000);
    Unsigned {
        header: header(world, SESSION_CATEGORY, "RS256"),
        claims: json!({ "handshake": directives, "iat": seconds, "nbf": seconds - EARLY, "exp": seconds + 60 }),
        secret: None,
        bad: None,
    }
}

fn header(world: &World, category: &str, algorithm: &str) -> Value {
    json!({ "alg": algorithm, "cat": category, "kid": world.instance.id, "typ": "JWT" })
}

/// The claims of both kinds.
fn common(user: &str, issuer: &str, now: Millis, lifetime: i64, early: i64, wish: &Wish) -> Map<String, Value> {
    let seconds = now.div_euclid(1000);
    let mut claims = Map::from_iter([
        ("exp".to_owned(), seconds.saturating_add(lifetime).into()),
        ("iat".to_owned(), seconds.into()),
        ("iss".to_owned(), issuer.into()),
        ("jti".to_owned(), random::hex::<10>().into()),
        ("nbf".to_owned(), (seconds - early).into()),
        ("sub".to_owned(), user.into()),
    ]);
    if let Some(party) = &wish.party {
        claims.insert("azp".to_owned(), party.clone().into());
    }
    claims
}

/// Minutes since the factors were verified.
pub fn ages(session: &Session, now: Millis) -> Value {
    let age = |at: Option<Millis>| at.map_or(-1, |at| (now - at).max(0) / 60_000);
    json!([age(session.first_factor_at), age(session.second_factor_at)])
}

/// The active organization with the membership's role and permissions, or those that are wished for.
fn active(world: &World, session: &Session, wish: &Wish) -> Option<(String, String, String, Vec<String>)> {
    let organization = world.organization(session.organization.as_deref()?)?;
    let membership = world.membership(&session.user, &organization.id);
    let role = wish.role.clone().or_else(|| Some(membership?.role.clone()))?;
    let of_role = || world.role(&role).map(|role| role.permissions.clone()).unwrap_or_default();
    let permissions = wish.permissions.clone().unwrap_or_else(of_role);
    Some((organization.id.clone(), organization.slug.clone(), role, permissions))
}

fn organization_v2(world: &World, session: &Session, wish: &Wish) -> Map<String, Value> {
    let mut claims = Map::from_iter([("v".to_owned(), 2.into())]);
    let active = active(world, session, wish);
    let scope = if active.is_some() { "o:" } else { "u:" };
    let of_scope = |words: &[String]| words.iter().filter(|word| word.starts_with(scope)).cloned().collect::<Vec<_>>();
    let mut features = of_scope(&world.instance.features);
    for permission in wish.permissions.iter().flatten().filter_map(|permission| masks::custom(permission)) {
        let feature = format!("o:{}", permission.0);
        if active.is_some() && !features.contains(&feature) {
            features.push(feature);
        }
    }
    if !features.is_empty() {
        claims.insert("fea".to_owned(), features.join(",").into());
    }
    if let Some(plan) = of_scope(&world.instance.plans).into_iter().next() {
        claims.insert("pla".to_owned(), plan.into());
    }
    if let Some((id, slug, role, permissions)) = active {
        let role = role.strip_prefix("org:").unwrap_or(&role);
        let mut organization = json!({ "id": id, "slg": slug, "rol": role });
        let names: Vec<&str> = features.iter().filter_map(|feature| feature.strip_prefix("o:")).collect();
        let masks = masks::of(&names, &permissions);
        if !masks.names.is_empty() {
            organization["per"] = masks.names.into();
            organization["fpm"] = masks.masks.into();
        }
        claims.insert("o".to_owned(), organization);
    }
    claims
}

fn organization_v1(world: &World, session: &Session, wish: &Wish) -> Map<String, Value> {
    let Some((id, slug, role, permissions)) = active(world, session, wish) else { return Map::new() };
    let custom: Vec<String> = permissions.into_iter().filter(|one| masks::custom(one).is_some()).collect();
    Map::from_iter([
        ("org_id".to_owned(), id.into()),
        ("org_slug".to_owned(), slug.into()),
        ("org_role".to_owned(), role.into()),
        ("org_permissions".to_owned(), custom.into()),
    ])
}
