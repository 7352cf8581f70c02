// clerk-sessions: module/payload.rs
//! The payload of a token as Clerk writes it, read into claims.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts. Stricter: a member that no session token has in
//! that form refuses the token, where JavaScript carries on with `undefined`.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::claims::Claims;
use super::json::{Member, Members, Object, Text, WrongType};
use super::organization::{Actor, Granted, Organization};
use super::permissions;
use super::texts::Texts;

use super::json::given;

/// A payload that is not that of a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// The members that are read. A duplicate of one of them is an error; all others are passed over.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default, deserialize_with = "given")]
    sub: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    sid: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    iss: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    azp: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "given")]
    sts: Option<Text<'a>>,
    #[serde(borrow, default)]
    aud: Member<'a>,
    #[serde(default, deserialize_with = "given")]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    iat: Option<f64>,
    #[serde(borrow, default)]
    v: Member<'a>,
    #[serde(borrow, default)]
    fva: Member<'a>,
    #[serde(borrow, default)]
    pla: Member<'a>,
    #[serde(borrow, default)]
    fea: Member<'a>,
    #[serde(borrow, default)]
    o: Object<SecondOrganization<'a>>,
    #[serde(borrow, default)]
    act: Object<Acting<'a>>,
    #[serde(borrow, default)]
    org_id: Member<'a>,
    #[serde(borrow, default)]
    org_slug: Member<'a>,
    #[serde(borrow, default)]
    org_role: Member<'a>,
    #[serde(borrow, default)]
    org_permissions: Member<'a>,
}

/// The member `o` of version 2.
#[derive(Default)]
struct SecondOrganization<'a> {
    id: Member<'a>,
    slg: Member<'a>,
    rol: Member<'a>,
    per: Member<'a>,
    fpm: Member<'a>,
}

/// The members of version 1 that name the organization.
struct FirstOrganization<'a> {
    id: Member<'a>,
    slug: Member<'a>,
    role: Member<'a>,
    permissions: Member<'a>,
}

/// The member `act`, which may hold anything else besides.
#[derive(Default)]
struct Acting<'a> {
    sub: Member<'a>,
    kind: Member<'a>,
}

impl<'a> Members for SecondOrganization<'a> {
    type Member = Member<'a>;

    fn place(&mut self, name: &str) -> Option<&mut Member<'a>> {
        match name {
            "id" => Some(&mut self.id),
            "slg" => Some(&mut self.slg),
            "rol" => Some(&mut self.rol),
            "per" => Some(&mut self.per),
            "fpm" => Some(&mut self.fpm),
            _ => None,
        }
    }
}

impl<'a> Members for Acting<'a> {
    type Member = Member<'a>;

    fn place(&mut self, name: &str) -> Option<&mut Member<'a>> {
        match name {
            "sub" => Some(&mut self.sub),
            "type" => Some(&mut self.kind),
            _ => None,
        }
    }
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
    if payload.o.is_ambiguous() {
        return Err(WrongType);
    }
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
    let (texts, [sub, sid, iss, azp, sts, plans, features]) = Texts::new([
        text(&payload.sub),
        text(&payload.sid),
        text(&payload.iss),
        text(&payload.azp),
        text(&payload.sts),
        plans.as_deref(),
        features.as_deref(),
    ]);
    Ok(Claims {
        texts,
        sub,
        sid,
        iss,
        azp,
        sts,
        plans,
        features,
        audiences: audiences(payload.aud),
        exp: payload.exp,
        nbf: payload.nbf,
        iat: payload.iat,
        factor_ages: factor_ages(&payload.fva),
        organization,
        actor: actor(payload.act)?,
    })
}

fn text<'t>(text: &'t Option<Text<'_>>) -> Option<&'t str> {
    text.as_ref().map(|text| &*text.0)
}

/// A text; anything else is none.
fn optional(member: Member<'_>) -> Option<Cow<'_, str>> {
    member.into_text().ok().flatten()
}

/// A text or a list of texts; anything else is for nobody.
fn audiences(member: Member<'_>) -> Vec<Box<str>> {
    match member {
        Member::Text(audience) => vec![audience.into()],
        list => list.into_texts().unwrap_or_default(),
    }
}

/// Two numbers; anything else says nothing about factors.
fn factor_ages(member: &Member<'_>) -> Option<(f64, f64)> {
    match member {
        Member::Pair(first, second) => Some((*first, *second)),
        _ => None,
    }
}

fn actor(member: Object<Acting<'_>>) -> Result<Option<Actor>, WrongType> {
    match member {
        Object::Absent => Ok(None),
        Object::Is(acting) => Ok(Some(Actor {
            sub: optional(acting.sub).map(Box::from),
            kind: optional(acting.kind).map(Box::from),
        })),
        Object::Ambiguous | Object::Other => Err(WrongType),
    }
}

impl Object<SecondOrganization<'_>> {
    /// Of the members of `o` only `id` is sure to be there.
    fn organization(self, features: Option<&str>) -> Result<Option<Organization>, WrongType> {
        let members = match self {
            Self::Absent => return Ok(None),
            Self::Is(members) => members,
            Self::Ambiguous | Self::Other => return Err(WrongType),
        };
        // The official parser fails on a feature without a scope where there is an organization.
        if !permissions::are_scoped(features.unwrap_or_default()) {
            return Err(WrongType);
        }
        let (id, slug) = (members.id.into_text()?, members.slg.into_text()?);
        let (role, names) = (members.rol.into_text()?, members.per.into_text()?);
        let masks = members.fpm.into_text()?;
        let (texts, [id, slug, role, names, masks]) = Texts::new([
            Some(filled(&id).ok_or(WrongType)?),
            slug.as_deref(),
            filled(&role),
            names.as_deref(),
            masks.as_deref(),
        ]);
        let granted = Granted::Masks { names, masks };
        Ok(Some(Organization {
            texts,
            id,
            slug,
            role,
            granted,
        }))
    }
}

impl FirstOrganization<'_> {
    fn organization(self) -> Result<Option<Organization>, WrongType> {
        let (id, slug) = (self.id.into_text()?, self.slug.into_text()?);
        let role = self.role.into_text()?;
        let granted = Granted::List(self.permissions.into_texts()?);
        let known = filled(&id).is_some();
        let (texts, [id, slug, role]) = Texts::new([id.as_deref(), slug.as_deref(), filled(&role)]);
        Ok(known.then_some(Organization {
            texts,
            id,
            slug,
            role,
            granted,
        }))
    }
}

/// A text that is not empty.
fn filled<'t>(text: &'t Option<Cow<'_, str>>) -> Option<&'t str> {
    text.as_deref().filter(|text| !text.is_empty())
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the payload is not that of a session token")
    }
}

impl std::error::Error for Malformed {}
