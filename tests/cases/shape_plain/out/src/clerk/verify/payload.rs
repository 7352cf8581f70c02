// clerk-sessions: module/verify/payload.rs
//! Reads the payload of a token into claims.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts. Stricter: a member of a type that no session
//! token has makes the payload malformed, where JavaScript carries on with `undefined`.

use std::borrow::Cow;

use serde::Deserialize;

use super::super::authorization::permissions;
use super::super::claims::{Actor, Claims, Granted, Organization};
use super::super::texts::Texts;
use super::json::{self, Malformed, Member, Members, Object, Text};

/// The members that matter. It is an error if one of them occurs twice. All others are skipped.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default, deserialize_with = "json::present")]
    sub: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    sid: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    iss: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    azp: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "json::present")]
    sts: Option<Text<'a>>,
    #[serde(borrow, default)]
    aud: Member<'a>,
    #[serde(default, deserialize_with = "json::present")]
    exp: Option<f64>,
    #[serde(default, deserialize_with = "json::present")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "json::present")]
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

/// The members of version 1 that describe the organization.
struct FirstOrganization<'a> {
    id: Member<'a>,
    slug: Member<'a>,
    role: Member<'a>,
    permissions: Member<'a>,
}

/// The member `act`, which may have other members as well.
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

/// Reads a payload. Only call this once the signature has been verified.
pub(crate) fn read(payload: &[u8]) -> Result<Claims, Malformed> {
    let text = std::str::from_utf8(payload).map_err(|_| Malformed)?;
    // Serde would also read a struct from a list. White space before the brace is fine.
    if !text.trim_start().starts_with('{') {
        return Err(Malformed);
    }
    let payload: Payload<'_> = serde_json::from_str(text).map_err(|_| Malformed)?;
    claims(payload)
}

fn claims(payload: Payload<'_>) -> Result<Claims, Malformed> {
    if payload.o.is_ambiguous() {
        return Err(Malformed);
    }
    // Only the number 2 means version 2. Anything else is version 1, which may lack these two.
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
        text(payload.sub.as_ref()),
        text(payload.sid.as_ref()),
        text(payload.iss.as_ref()),
        text(payload.azp.as_ref()),
        text(payload.sts.as_ref()),
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

fn text<'t>(text: Option<&'t Text<'_>>) -> Option<&'t str> {
    text.map(|text| &*text.0)
}

/// The string, if it is one.
fn optional(member: Member<'_>) -> Option<Cow<'_, str>> {
    member.into_text().ok().flatten()
}

/// A string or a list of strings. Anything else names no audience.
fn audiences(member: Member<'_>) -> Vec<Box<str>> {
    match member {
        Member::Text(audience) => vec![audience.into()],
        list => list.into_texts().unwrap_or_default(),
    }
}

/// Two numbers. Anything else says nothing about factors.
fn factor_ages(member: &Member<'_>) -> Option<(f64, f64)> {
    match member {
        Member::Pair(first, second) => Some((*first, *second)),
        _ => None,
    }
}

fn actor(member: Object<Acting<'_>>) -> Result<Option<Actor>, Malformed> {
    match member {
        Object::Absent => Ok(None),
        Object::Is(acting) => Ok(Some(Actor {
            sub: optional(acting.sub).map(Box::from),
            kind: optional(acting.kind).map(Box::from),
        })),
        Object::Ambiguous | Object::Other => Err(Malformed),
    }
}

impl Object<SecondOrganization<'_>> {
    /// Only `id` is always present.
    fn organization(self, features: Option<&str>) -> Result<Option<Organization>, Malformed> {
        let members = match self {
            Self::Absent => return Ok(None),
            Self::Is(members) => members,
            Self::Ambiguous | Self::Other => return Err(Malformed),
        };
        // As in the official parser, which throws for a feature without a scope.
        if !permissions::are_scoped(features.unwrap_or_default()) {
            return Err(Malformed);
        }
        let (id, slug) = (members.id.into_text()?, members.slg.into_text()?);
        let (role, names) = (members.rol.into_text()?, members.per.into_text()?);
        let masks = members.fpm.into_text()?;
        let (texts, [id, slug, role, names, masks]) = Texts::new([
            Some(filled(id.as_deref()).ok_or(Malformed)?),
            slug.as_deref(),
            filled(role.as_deref()),
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
    fn organization(self) -> Result<Option<Organization>, Malformed> {
        let (id, slug) = (self.id.into_text()?, self.slug.into_text()?);
        let role = self.role.into_text()?;
        let granted = Granted::List(self.permissions.into_texts()?);
        let known = filled(id.as_deref()).is_some();
        let (texts, [id, slug, role]) =
            Texts::new([id.as_deref(), slug.as_deref(), filled(role.as_deref())]);
        Ok(known.then_some(Organization {
            texts,
            id,
            slug,
            role,
            granted,
        }))
    }
}

/// The string, unless it is empty.
fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
