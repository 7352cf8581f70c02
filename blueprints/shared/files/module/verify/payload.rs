// clerk-sessions: module/verify/payload.rs
//! Reads the payload of a token, of either version, into claims.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts. Stricter: a member of a type that no session
//! token has makes the payload malformed, where JavaScript carries on with `undefined`.

use «crates.serde»::Deserialize;

use super::super::authorization::permissions;
use super::super::claims::{Claims, Organization};
use super::json;

/// The payload is not of the form that session tokens have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The members of version 1 that describe the organization.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "so Clerk names them")]
/*- if crates.serde != "serde" */
#[serde(crate = "«crates.serde»")]
/*- endif */
struct FirstVersion {
    org_id: Option<String>,
    org_slug: Option<String>,
    org_role: Option<String>,
    org_permissions: Option<Vec<String>>,
}

/// Reads a payload. Only call this once the signature has been verified.
pub(crate) fn read(payload: &[u8]) -> Result<Claims, Malformed> {
    let mut claims: Claims = json::read(payload).ok_or(Malformed)?;
    // Only the number 2 means version 2. Anything else is version 1.
    claims.organization = if claims.v == Some(2.0) {
        let organization = claims.organization.take();
        organization.map(|one| second(one, &claims)).transpose()?
    } else {
        first(json::read(payload).ok_or(Malformed)?)
    };
    Ok(claims)
}

/// The organization of version 2. Its role is written without `org:`.
fn second(organization: Organization, claims: &Claims) -> Result<Organization, Malformed> {
    // As in the official parser, which throws for a feature without a scope.
    if organization.id.is_empty() || !permissions::are_scoped(claims.features()) {
        return Err(Malformed);
    }
    let role = filled(organization.role).map(|role| format!("org:{role}"));
    Ok(Organization {
        role,
        ..organization
    })
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

/// The string, unless it is empty.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
