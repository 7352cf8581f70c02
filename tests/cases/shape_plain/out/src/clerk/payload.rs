// clerk-sessions: module/payload.rs
//! The payload of a token as Clerk writes it, read into claims.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts. Stricter: a member that no session token has in
//! that form refuses the token, where JavaScript carries on with `undefined`.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::claims::Claims;
use super::json::{Member, Object, WrongType};
use super::organization::{Actor, Organization};
use super::permissions::{self, Grants};
use super::token::Text;

use super::json::given;

/// A payload that is not that of a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// The members that are read. A duplicate of one of them is an error; all others are passed over.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(default)]
    sub: Box<str>,
    #[serde(default)]
    sid: Box<str>,
    #[serde(default, deserialize_with = "given")]
    iss: Option<Box<str>>,
    #[serde(default, deserialize_with = "given")]
    azp: Option<Box<str>>,
    #[serde(borrow, default, deserialize_with = "given")]
    sts: Option<Text<'a>>,
    #[serde(default)]
    aud: Member,
    #[serde(default, deserialize_with = "given")]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    iat: Option<f64>,
    #[serde(default)]
    v: Member,
    #[serde(default)]
    fva: Member,
    #[serde(default)]
    pla: Member,
    #[serde(default)]
    fea: Member,
    #[serde(default)]
    o: Object<SecondOrganization>,
    #[serde(default)]
    act: Object<Acting>,
    #[serde(default)]
    org_id: Member,
    #[serde(default)]
    org_slug: Member,
    #[serde(default)]
    org_role: Member,
    #[serde(default)]
    org_permissions: Member,
}

/// The member `o` of version 2.
#[derive(Deserialize)]
struct SecondOrganization {
    #[serde(default)]
    id: Member,
    #[serde(default)]
    slg: Member,
    #[serde(default)]
    rol: Member,
    #[serde(default)]
    per: Member,
    #[serde(default)]
    fpm: Member,
}

/// The members of version 1 that name the organization.
struct FirstOrganization {
    id: Member,
    slug: Member,
    role: Member,
    permissions: Member,
}

/// The member `act`, which may hold anything else besides.
#[derive(Deserialize)]
struct Acting {
    #[serde(default)]
    sub: Member,
    #[serde(default, rename = "type")]
    kind: Member,
}

/// Reads a payload.
pub(crate) fn read(payload: &[u8]) -> Result<Claims, Malformed> {
    let text = std::str::from_utf8(payload).map_err(|_| Malformed)?;
    // Serde would take a list for a struct. White space before the brace is fine.
    if !text.trim_start().starts_with('{') {
        return Err(Malformed);
    }
    let payload: Payload<'_> = serde_json::from_str(text).map_err(|_| Malformed)?;
    claims(payload).map_err(|WrongType| Malformed)
}

fn claims(payload: Payload<'_>) -> Result<Claims, WrongType> {
    // Only the number 2 is version 2; everything else is read as version 1, without these two.
    let second = payload.v.number() == Some(2.0);
    let (features, plans) = if second {
        (payload.fea.into_text()?, payload.pla.into_text()?)
    } else {
        (optional(payload.fea), optional(payload.pla))
    };
    let first = FirstOrganization {
        id: payload.org_id,
        slug: payload.org_slug,
        role: payload.org_role,
        permissions: payload.org_permissions,
    };
    let organization = if second {
        payload.o.organization(features.as_deref())?
    } else {
        first.organization()?
    };
    Ok(Claims {
        sub: payload.sub,
        sid: payload.sid,
        iss: payload.iss,
        azp: payload.azp,
        sts: payload.sts.map(status),
        audiences: audiences(payload.aud),
        exp: payload.exp,
        nbf: payload.nbf,
        iat: payload.iat,
        factor_ages: factor_ages(&payload.fva),
        plans,
        features,
        organization,
        actor: actor(payload.act)?,
    })
}

/// A text; anything else is none.
fn optional(member: Member) -> Option<Box<str>> {
    member.into_text().ok().flatten()
}

/// The two words that Clerk knows are not copied.
fn status(text: Text<'_>) -> Cow<'static, str> {
    match &*text.0 {
        "active" => Cow::Borrowed("active"),
        "pending" => Cow::Borrowed("pending"),
        _ => Cow::Owned(text.0.into_owned()),
    }
}

/// A text or a list of texts; anything else is for nobody.
fn audiences(member: Member) -> Vec<Box<str>> {
    match member {
        Member::Text(audience) => vec![audience],
        list => list.into_texts().unwrap_or_default(),
    }
}

/// Two numbers; anything else says nothing about factors.
fn factor_ages(member: &Member) -> Option<(f64, f64)> {
    match member {
        Member::List(ages) => match ages.as_slice() {
            [first, second] => first.number().zip(second.number()),
            _ => None,
        },
        _ => None,
    }
}

fn actor(member: Object<Acting>) -> Result<Option<Actor>, WrongType> {
    match member {
        Object::Absent => Ok(None),
        Object::Other => Err(WrongType),
        Object::Is(acting) => Ok(Some(Actor {
            sub: optional(acting.sub),
            kind: optional(acting.kind),
        })),
    }
}

impl Object<SecondOrganization> {
    /// Of the members of `o` only `id` is sure to be there.
    fn organization(self, features: Option<&str>) -> Result<Option<Organization>, WrongType> {
        let members = match self {
            Self::Absent => return Ok(None),
            Self::Other => return Err(WrongType),
            Self::Is(members) => members,
        };
        // The official parser fails on a feature without a scope where there is an organization.
        if !permissions::are_scoped(features.unwrap_or_default()) {
            return Err(WrongType);
        }
        let id = members.id.into_text()?.filter(|id| !id.is_empty());
        Ok(Some(Organization {
            id: id.ok_or(WrongType)?,
            slug: members.slg.into_text()?,
            role: members.rol.into_text()?.filter(|role| !role.is_empty()),
            grants: Grants::Masks {
                names: members.per.into_text()?.unwrap_or_default(),
                masks: members.fpm.into_text()?.unwrap_or_default(),
            },
        }))
    }
}

impl FirstOrganization {
    fn organization(self) -> Result<Option<Organization>, WrongType> {
        let id = self.id.into_text()?.filter(|id| !id.is_empty());
        let slug = self.slug.into_text()?;
        let role = self.role.into_text()?.filter(|role| !role.is_empty());
        let grants = Grants::List(self.permissions.into_texts()?);
        Ok(id.map(|id| Organization {
            id,
            slug,
            role,
            grants,
        }))
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the payload is not that of a session token")
    }
}

impl std::error::Error for Malformed {}
