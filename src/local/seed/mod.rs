//! Whom the instance knows when it starts: a TOML file, or the default one.

mod check;

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Deserialize;
use serde_json::{Map, Value};
use toml::{Spanned, Table};

use super::clock::Millis;
use super::error::LocalError;
use super::random;
use super::world::{Instance, Membership, Organization, Role, Template, User, World};

/// What `--print-seed` writes.
pub const DEFAULT: &str = r#"# Whom the local Clerk knows when it starts: `cargo clerk-sessions local --seed <FILE>`.

[instance]
token_version = 2                 # 1 for the tokens of before April 2025
token_lifetime = "60s"
features = ["o:projects"]         # `o:` of an organization, `u:` of a user
plans = ["u:free", "o:pro"]

[[roles]]
key = "org:admin"
name = "Admin"
permissions = ["org:projects:read", "org:projects:manage", "org:sys_memberships:manage"]

[[roles]]
key = "org:member"
name = "Member"
permissions = ["org:projects:read"]

[[users]]
id = "user_owner"
email = "owner@example.com"
first_name = "Olivia"
last_name = "Owner"

[[users]]
id = "user_member"
email = "member@example.com"
first_name = "Milo"
last_name = "Member"

[[organizations]]
id = "org_example"
name = "Example"
slug = "example"

[[memberships]]
user = "owner@example.com"
organization = "example"
role = "org:admin"

[[memberships]]
user = "member@example.com"
organization = "example"
role = "org:member"

# [session_claims]
# plan = "{{user.public_metadata.plan || 'free'}}"

# [[jwt_templates]]
# name = "hasura"
# lifetime = "60s"
# claims = { "https://hasura.io/jwt/claims" = { "x-hasura-user-id" = "{{user.id}}" } }
"#;

/// Claims, each with the place of its name.
type Claims = BTreeMap<Spanned<String>, toml::Value>;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    instance: InstanceTable,
    #[serde(default)]
    roles: Vec<RoleTable>,
    #[serde(default)]
    users: Vec<UserTable>,
    #[serde(default)]
    organizations: Vec<OrganizationTable>,
    #[serde(default)]
    memberships: Vec<MembershipTable>,
    #[serde(default)]
    session_claims: Claims,
    #[serde(default)]
    jwt_templates: Vec<TemplateTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstanceTable {
    token_version: Option<Spanned<u8>>,
    token_lifetime: Option<Spanned<String>>,
    #[serde(default)]
    features: Vec<Spanned<String>>,
    #[serde(default)]
    plans: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    key: Spanned<String>,
    name: Option<String>,
    #[serde(default)]
    permissions: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserTable {
    id: Option<Spanned<String>>,
    email: Spanned<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
    external_id: Option<String>,
    #[serde(default)]
    two_factor: bool,
    #[serde(default)]
    tasks: Vec<Spanned<String>>,
    #[serde(default)]
    public_metadata: Table,
    #[serde(default)]
    private_metadata: Table,
    #[serde(default)]
    unsafe_metadata: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationTable {
    id: Option<Spanned<String>>,
    name: Spanned<String>,
    slug: Option<String>,
    #[serde(default)]
    public_metadata: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MembershipTable {
    user: Spanned<String>,
    organization: Spanned<String>,
    role: Spanned<String>,
    #[serde(default)]
    public_metadata: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateTable {
    id: Option<String>,
    name: Spanned<String>,
    claims: Claims,
    lifetime: Option<Spanned<String>>,
    allowed_clock_skew: Option<Spanned<String>>,
}

/// A world with the people of a seed. `path` is for messages.
pub fn world(text: &str, path: &Utf8Path, now: Millis) -> Result<World, LocalError> {
    let file: File = toml::from_str(text).map_err(|cause| {
        let (what, allowed) = cause.message().split_once(", expected").map_or_else(
            || (cause.message().to_owned(), check::HELP.to_owned()),
            |(what, allowed)| (what.to_owned(), format!("expected{allowed}")),
        );
        check::at(path, text, cause.span().map_or(0, |span| span.start), what, allowed)
    })?;
    let world = build(&file, now);
    check::file(&file, &world).map_err(|fault| check::at(path, text, fault.at, fault.what, fault.allowed))?;
    Ok(world)
}

fn build(file: &File, now: Millis) -> World {
    let users: Vec<User> = file.users.iter().map(|table| user(table, now)).collect();
    let organizations: Vec<Organization> = file.organizations.iter().map(|table| organization(table, now)).collect();
    let mut world = World {
        instance: instance(&file.instance),
        users,
        organizations,
        memberships: Vec::new(),
        roles: roles(&file.roles),
        session_claims: claims(&file.session_claims),
        templates: file.jwt_templates.iter().map(|table| template(table, now)).collect(),
        clients: [].into(),
        sessions: [].into(),
        tickets: [].into(),
        nonces: [].into(),
    };
    world.memberships = file.memberships.iter().map(|table| membership(table, &world, now)).collect();
    world
}

fn instance(table: &InstanceTable) -> Instance {
    let words = |words: &[Spanned<String>]| words.iter().map(|word| word.get_ref().clone()).collect();
    Instance {
        id: random::id("ins"),
        token_version: table.token_version.as_ref().map_or(2, |version| *version.get_ref()),
        token_lifetime: check::seconds(table.token_lifetime.as_ref()).unwrap_or(60),
        features: words(&table.features),
        plans: words(&table.plans),
    }
}

fn roles(tables: &[RoleTable]) -> Vec<Role> {
    let role = |key: &str, name: &str, permissions: Vec<String>| Role {
        key: key.to_owned(),
        name: name.to_owned(),
        permissions,
    };
    if tables.is_empty() {
        return vec![role("org:admin", "Admin", Vec::new()), role("org:member", "Member", Vec::new())];
    }
    let of = |table: &RoleTable| {
        let key = table.key.get_ref();
        let name = table.name.as_deref().unwrap_or_else(|| key.strip_prefix("org:").unwrap_or(key));
        role(key, name, table.permissions.iter().map(|one| one.get_ref().clone()).collect())
    };
    tables.iter().map(of).collect()
}

fn user(table: &UserTable, now: Millis) -> User {
    let email = table.email.get_ref();
    let id = table.id.as_ref().map(|id| id.get_ref().clone());
    User {
        id: id.unwrap_or_else(|| format!("user_{}", word(email.split('@').next().unwrap_or_default()))),
        email: email.clone(),
        first_name: table.first_name.clone(),
        last_name: table.last_name.clone(),
        username: table.username.clone(),
        external_id: table.external_id.clone(),
        two_factor: table.two_factor,
        tasks: table.tasks.iter().map(|task| task.get_ref().clone()).collect(),
        public_metadata: json(&table.public_metadata),
        private_metadata: json(&table.private_metadata),
        unsafe_metadata: json(&table.unsafe_metadata),
        created_at: now,
        last_sign_in_at: None,
    }
}

fn organization(table: &OrganizationTable, now: Millis) -> Organization {
    let name = table.name.get_ref();
    let slug = table.slug.clone().unwrap_or_else(|| word(name));
    let id = table.id.as_ref().map(|id| id.get_ref().clone());
    Organization {
        id: id.unwrap_or_else(|| format!("org_{slug}")),
        name: name.clone(),
        slug,
        public_metadata: json(&table.public_metadata),
        created_at: now,
    }
}

fn membership(table: &MembershipTable, world: &World, now: Millis) -> Membership {
    let (user, organization) = (table.user.get_ref(), table.organization.get_ref());
    Membership {
        id: random::id("orgmem"),
        user: world.user(user).map_or_else(String::new, |user| user.id.clone()),
        organization: world.organization(organization).map_or_else(String::new, |one| one.id.clone()),
        role: table.role.get_ref().clone(),
        public_metadata: json(&table.public_metadata),
        created_at: now,
    }
}

fn template(table: &TemplateTable, now: Millis) -> Template {
    Template {
        id: table.id.clone().unwrap_or_else(|| random::id("jtmp")),
        name: table.name.get_ref().clone(),
        claims: claims(&table.claims),
        lifetime: check::seconds(table.lifetime.as_ref()).unwrap_or(60),
        allowed_clock_skew: check::seconds(table.allowed_clock_skew.as_ref()).unwrap_or(5),
        signing_key: None,
        signing_algorithm: "RS256".to_owned(),
        created_at: now,
        updated_at: now,
    }
}

/// Letters and digits of a name, for an id.
fn word(name: &str) -> String {
    let kept = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    name.chars().map(kept).collect()
}

fn claims(table: &Claims) -> Map<String, Value> {
    table.iter().map(|(key, value)| (key.get_ref().clone(), json_value(value))).collect()
}

fn json(table: &Table) -> Map<String, Value> {
    table.iter().map(|(key, value)| (key.clone(), json_value(value))).collect()
}

fn json_value(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.clone().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json_value).collect(),
        toml::Value::Table(table) => Value::Object(json(table)),
    }
}
