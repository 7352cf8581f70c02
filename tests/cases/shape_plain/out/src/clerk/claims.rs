// clerk-sessions: module/claims.rs
//! Clerk's claims, in both versions of the session token. Your own claims are in `custom.rs`.
//!
//! A member that is read must not occur twice. One that has no field here is skipped: give it a
//! field, and say above it whether `null` counts as absent, as it does without a word.
//!
//! Source: Clerk's documentation, session-tokens.mdx, and @clerk/shared 4.41, jwtPayloadParser.ts.
//! Stricter: a member of a type that no session token has makes the payload malformed, where JavaScript
//! carries on with `undefined`.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::authorization::{self, permissions};
use super::verify::json;

/// What a verified token says. The fields have the names of the claims, but for the organization.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// The user's id, such as `user_2abc…`.
    pub sub: String,
    /// The session's id, such as `sess_2abc…`.
    pub sid: String,
    /// The issuer: the Frontend API, such as `https://clerk.example.com`.
    #[serde(deserialize_with = "json::present")]
    pub iss: Option<String>,
    /// The authorized party: the origin that the token was issued to.
    #[serde(deserialize_with = "json::present")]
    pub azp: Option<String>,
    /// The session's status. Clerk leaves it out unless it is `pending`.
    #[serde(deserialize_with = "json::present")]
    pub sts: Option<String>,
    /// The audiences, of which a string is one. Anything else names none.
    #[serde(deserialize_with = "audiences")]
    pub aud: Vec<String>,
    /// When the token expires, in seconds since 1970.
    #[serde(deserialize_with = "json::present")]
    pub exp: Option<f64>,
    /// When the token becomes valid, in seconds since 1970.
    #[serde(deserialize_with = "json::present")]
    pub nbf: Option<f64>,
    /// When the token was issued, in seconds since 1970.
    #[serde(deserialize_with = "json::present")]
    pub iat: Option<f64>,
    /// Minutes from the last check of the first and second factor to the time of issue; -1 is never.
    #[serde(deserialize_with = "json::lenient")]
    pub fva: Option<(f64, f64)>,
    /// The plans, such as `o:team,u:pro`.
    pub pla: Option<String>,
    /// The features, such as `o:reports,u:export`.
    pub fea: Option<String>,
    /// The version of the token: 2, unless it is an old one.
    #[serde(deserialize_with = "json::lenient")]
    pub v: Option<f64>,
    /// Who acts on the user's behalf.
    #[serde(deserialize_with = "json::object")]
    pub act: Option<Actor>,
    /// The active organization.
    #[serde(rename = "o", deserialize_with = "json::object")]
    pub organization: Option<Organization>,
}

/// The organization that was active when the token was issued.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Organization {
    /// Its id, such as `org_2abc…`.
    pub id: String,
    /// Its slug.
    #[serde(rename = "slg")]
    pub slug: Option<String>,
    /// The user's role in it, such as `org:admin`.
    #[serde(rename = "rol")]
    pub role: Option<String>,
    /// Version 2: the names of permissions.
    pub(crate) per: Option<String>,
    /// Version 2: for each feature a mask that selects among the names.
    pub(crate) fpm: Option<String>,
    /// Version 1: the permissions.
    #[serde(skip)]
    pub(crate) listed: Option<Vec<String>>,
}

/// Who acts on the user's behalf: a member of your staff who impersonates the user, or an agent.
///
/// Source: Clerk's documentation, impersonation.mdx and restrict-agent-sessions.mdx.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Actor {
    /// Who acts, such as `user_2abc…`.
    pub sub: Option<String>,
    /// The kind of actor, such as `agent`. For a person it is absent.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Claims {
    /// The user's permissions in the active organization, such as `org:projects:read`.
    pub fn permissions(&self) -> Vec<String> {
        let organization = self.organization.as_ref();
        organization.map_or_else(Vec::new, |one| permissions::list(one, self.features()))
    }

    /// Whether the user has a role in the active organization. `admin` is short for `org:admin`.
    pub fn has_role(&self, role: &str) -> bool {
        let organization = self.organization.as_ref();
        let own = organization.and_then(|one| one.role.as_deref());
        let wanted = permissions::bare(role);
        !wanted.is_empty() && own.is_some_and(|own| permissions::bare(own) == wanted)
    }

    /// Whether the user has a permission in the active organization.
    pub fn has_permission(&self, permission: &str) -> bool {
        let organization = self.organization.as_ref();
        organization.is_some_and(|one| permissions::holds(one, self.features(), permission))
    }

    /// Whether the organization or the user has a feature. `o:` or `u:` asks about one of the two.
    pub fn has_feature(&self, feature: &str) -> bool {
        authorization::listed(self.features(), feature)
    }

    /// Whether the organization or the user is on a plan. `o:` or `u:` asks about one of the two.
    pub fn has_plan(&self, plan: &str) -> bool {
        authorization::listed(self.pla.as_deref().unwrap_or_default(), plan)
    }

    pub(crate) fn features(&self) -> &str {
        self.fea.as_deref().unwrap_or_default()
    }
}

impl Actor {
    /// Whether it is an agent.
    pub fn is_agent(&self) -> bool {
        self.kind.as_deref() == Some("agent")
    }
}

fn audiences<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let member = <&RawValue>::deserialize(deserializer)?;
    let one = json::as_type(member).map(|audience| vec![audience]);
    Ok(one.or_else(|| json::as_type(member)).unwrap_or_default())
}

/// The members of version 1 that describe the organization.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "so Clerk names them")]
struct FirstVersion {
    org_id: Option<String>,
    org_slug: Option<String>,
    org_role: Option<String>,
    org_permissions: Option<Vec<String>>,
}

/// Reads a payload, if it is of the form that session tokens have. Only call this once the signature
/// has been verified.
pub(crate) fn read(payload: &[u8]) -> Option<Claims> {
    let mut claims: Claims = json::read(payload)?;
    // Only the number 2 means version 2. Anything else is version 1.
    if claims.v != Some(2.0) {
        claims.organization = first(json::read(payload)?);
        return Some(claims);
    }
    // As in the official parser, which throws for a feature without a scope.
    let scoped = permissions::are_scoped(claims.features());
    if let Some(organization) = &mut claims.organization {
        if organization.id.is_empty() || !scoped {
            return None;
        }
        // The role of version 2 is written without `org:`.
        organization.role = filled(organization.role.take()).map(|role| format!("org:{role}"));
    }
    Some(claims)
}

fn first(members: FirstVersion) -> Option<Organization> {
    Some(Organization {
        id: filled(members.org_id)?,
        slug: members.org_slug,
        role: filled(members.org_role),
        listed: Some(members.org_permissions.unwrap_or_default()),
        ..Organization::default()
    })
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
