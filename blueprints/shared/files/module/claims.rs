// clerk-sessions: module/claims.rs
//! Clerk's claims, in both versions of the session token. Your own claims are in `custom.rs`.
//!
//! Source: Clerk's documentation, session-tokens.mdx, and @clerk/shared 4.41, jwtPayloadParser.ts.

use std::fmt;

use super::authorization::permissions::{self, Grants};
use super::authorization::{self, Check, Reverification};
use super::texts::{Place, Texts};

/// What a verified token says.
#[derive(Clone, PartialEq)]
pub struct Claims {
    pub(crate) texts: Texts,
    pub(crate) sub: Option<Place>,
    pub(crate) sid: Option<Place>,
    pub(crate) iss: Option<Place>,
    pub(crate) azp: Option<Place>,
    pub(crate) sts: Option<Place>,
    pub(crate) plans: Option<Place>,
    pub(crate) features: Option<Place>,
    pub(crate) audiences: Vec<Box<str>>,
    pub(crate) exp: Option<f64>,
    pub(crate) nbf: Option<f64>,
    pub(crate) iat: Option<f64>,
    pub(crate) factor_ages: Option<(f64, f64)>,
    pub(crate) organization: Option<Organization>,
    pub(crate) actor: Option<Actor>,
}

/// The organization that was active when the token was issued.
#[derive(Clone, PartialEq, Eq)]
pub struct Organization {
    pub(crate) texts: Texts,
    pub(crate) id: Option<Place>,
    pub(crate) slug: Option<Place>,
    pub(crate) role: Option<Place>,
    pub(crate) granted: Granted,
}

/// What is granted, in the form of either version of the token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Granted {
    List(Vec<Box<str>>),
    Masks {
        names: Option<Place>,
        masks: Option<Place>,
    },
}

/// Who acts on the user's behalf: a member of your staff who impersonates the user, or an agent.
///
/// Source: Clerk's documentation, impersonation.mdx and restrict-agent-sessions.mdx.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub(crate) sub: Option<Box<str>>,
    pub(crate) kind: Option<Box<str>>,
}

impl Claims {
    /// The user's id, such as `user_2abc…`.
    #[must_use]
    pub fn sub(&self) -> &str {
        self.texts.get(self.sub).unwrap_or_default()
    }

    /// The session's id, such as `sess_2abc…`.
    #[must_use]
    pub fn sid(&self) -> &str {
        self.texts.get(self.sid).unwrap_or_default()
    }

    /// The issuer: the Frontend API, such as `https://clerk.example.com`.
    #[must_use]
    pub fn iss(&self) -> Option<&str> {
        self.texts.get(self.iss)
    }

    /// The authorized party: the origin that the token was issued to.
    #[must_use]
    pub fn azp(&self) -> Option<&str> {
        self.texts.get(self.azp)
    }

    /// The session's status. Clerk leaves it out unless it is `pending`.
    #[must_use]
    pub fn sts(&self) -> Option<&str> {
        self.texts.get(self.sts)
    }

    /// When the token expires, in seconds since 1970.
    #[must_use]
    pub fn exp(&self) -> Option<f64> {
        self.exp
    }

    /// When the token becomes valid, in seconds since 1970.
    #[must_use]
    pub fn nbf(&self) -> Option<f64> {
        self.nbf
    }

    /// When the token was issued, in seconds since 1970.
    #[must_use]
    pub fn iat(&self) -> Option<f64> {
        self.iat
    }

    /// Minutes from the last check of the first and second factor to the time of issue; -1 is never.
    #[must_use]
    pub fn factor_ages(&self) -> Option<(f64, f64)> {
        self.factor_ages
    }

    /// Whether the audience is, or contains, one of these.
    #[must_use]
    pub fn audience_has(&self, accepted: &[String]) -> bool {
        let accepts = |audience: &str| accepted.iter().any(|one| one == audience);
        self.audiences.iter().any(|audience| accepts(audience))
    }

    /// The active organization.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// Who acts on the user's behalf.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// The user's permissions in the active organization, such as `org:projects:read`.
    #[must_use]
    pub fn permissions(&self) -> Vec<String> {
        let organization = self.organization.as_ref();
        organization.map_or_else(Vec::new, |one| {
            permissions::list(one.grants(), self.features())
        })
    }

    /// Whether the user has a role in the active organization. `admin` is short for `org:admin`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        let organization = self.organization.as_ref();
        let own = organization.and_then(Organization::written_role);
        let wanted = permissions::bare(role);
        !wanted.is_empty() && own.is_some_and(|own| permissions::bare(own) == wanted)
    }

    /// Whether the user has a permission in the active organization.
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        let organization = self.organization.as_ref();
        organization
            .is_some_and(|one| permissions::holds(one.grants(), self.features(), permission))
    }

    /// Whether the organization or the user has a feature. `o:` or `u:` asks about one of the two.
    #[must_use]
    pub fn has_feature(&self, feature: &str) -> bool {
        authorization::listed(self.features(), feature)
    }

    /// Whether the organization or the user is on a plan. `o:` or `u:` asks about one of the two.
    #[must_use]
    pub fn has_plan(&self, plan: &str) -> bool {
        authorization::listed(self.plans(), plan)
    }

    /// Whether the user has verified their credentials recently enough.
    #[must_use]
    pub fn reverified(&self, wanted: Reverification) -> bool {
        wanted.is_met(self.factor_ages)
    }

    /// Whether every condition holds. A check without conditions never does.
    #[must_use]
    pub fn has(&self, check: &Check) -> bool {
        check.holds(self)
    }

    fn features(&self) -> &str {
        self.texts.get(self.features).unwrap_or_default()
    }

    fn plans(&self) -> &str {
        self.texts.get(self.plans).unwrap_or_default()
    }
}

impl Organization {
    /// Its id, such as `org_2abc…`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.texts.get(self.id).unwrap_or_default()
    }

    /// Its slug.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.texts.get(self.slug)
    }

    /// The user's role in it, such as `org:admin`.
    #[must_use]
    pub fn role(&self) -> Option<String> {
        let role = self.written_role()?;
        match self.granted {
            Granted::Masks { .. } => Some(format!("org:{role}")),
            Granted::List(_) => Some(role.to_owned()),
        }
    }

    /// The role as it is written in the token.
    pub(crate) fn written_role(&self) -> Option<&str> {
        self.texts.get(self.role)
    }

    /// What the user has been granted in it.
    pub(crate) fn grants(&self) -> Grants<'_> {
        let text = |place| self.texts.get(place).unwrap_or_default();
        match &self.granted {
            Granted::List(list) => Grants::List(list),
            Granted::Masks { names, masks } => Grants::Masks {
                names: text(*names),
                masks: text(*masks),
            },
        }
    }
}

impl Actor {
    /// Who acts, such as `user_2abc…`.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    /// The kind of actor, such as `agent`. For a person it is absent.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// Whether it is an agent.
    #[must_use]
    pub fn is_agent(&self) -> bool {
        self.kind() == Some("agent")
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Claims")
            .field("sub", &self.sub())
            .field("sid", &self.sid())
            .field("iss", &self.iss())
            .field("azp", &self.azp())
            .field("sts", &self.sts())
            .field("audiences", &self.audiences)
            .field("exp", &self.exp)
            .field("nbf", &self.nbf)
            .field("iat", &self.iat)
            .field("factor_ages", &self.factor_ages)
            .field("plans", &self.plans())
            .field("features", &self.features())
            .field("organization", &self.organization)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Organization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Organization")
            .field("id", &self.id())
            .field("slug", &self.slug())
            .field("role", &self.role())
            .field("grants", &self.grants())
            .finish()
    }
}
