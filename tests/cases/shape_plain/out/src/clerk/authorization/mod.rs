// clerk-sessions: module/authorization/mod.rs
//! What a user may do: conditions on a session, and what a guard asks of the requests to its routes.
//!
//! Source: @clerk/shared 4.41, authorization.ts.

pub(crate) mod permissions;
mod public_routes;
mod reverification;

pub use self::public_routes::PublicRoutes;
pub use self::reverification::{Level, Reverification};

use super::{Claims, Rejection, Session};

/// Conditions that must all hold, such as `Check::new().role("org:admin").plan("pro")`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Check {
    role: Option<String>,
    permission: Option<String>,
    feature: Option<String>,
    plan: Option<String>,
    reverification: Option<Reverification>,
}

impl Check {
    /// A check without conditions, which no session passes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a role, such as `org:admin`.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Asks for a permission, such as `org:projects:read`.
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }

    /// Asks for a feature, such as `o:reports`.
    pub fn feature(mut self, feature: impl Into<String>) -> Self {
        self.feature = Some(feature.into());
        self
    }

    /// Asks for a plan, such as `u:pro`.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.plan = Some(plan.into());
        self
    }

    /// Asks that the user has verified their credentials recently.
    pub fn reverification(mut self, reverification: Reverification) -> Self {
        self.reverification = Some(reverification);
        self
    }

    /// Whether there are conditions, and all of them hold.
    pub(crate) fn holds(&self, claims: &Claims) -> bool {
        let answers = [
            self.role.as_deref().map(|role| claims.has_role(role)),
            self.permission
                .as_deref()
                .map(|one| claims.has_permission(one)),
            self.feature.as_deref().map(|one| claims.has_feature(one)),
            self.plan.as_deref().map(|plan| claims.has_plan(plan)),
            self.reverification.map(|wanted| claims.reverified(wanted)),
        ];
        let mut asked = answers.iter().flatten().peekable();
        asked.peek().is_some() && asked.all(|holds| *holds)
    }
}

/// What a guard asks of the requests to its routes.
#[derive(Debug)]
pub(crate) enum Policy {
    Session,
    SessionExcept(PublicRoutes),
    Role(String),
    Permission(String),
    Organization,
    Person,
}

impl Policy {
    /// Whether a request needs no session. The path is the raw one, not decoded.
    pub(crate) fn exempts(&self, method: &str, path: &str) -> bool {
        match self {
            Self::SessionExcept(routes) => routes.contains(method, path),
            _ => false,
        }
    }

    /// Checks whether a session is enough.
    pub(crate) fn admits(&self, session: &Session) -> Result<(), Rejection> {
        match self {
            Self::Session | Self::SessionExcept(_) => Ok(()),
            Self::Role(role) => session.require_role(role),
            Self::Permission(permission) => session.require_permission(permission),
            Self::Organization => session.require_organization(),
            Self::Person => session.require_person(),
        }
    }
}

/// Whether a list such as `o:reports,u:export` has an entry. If it is asked for without a scope, any
/// scope will do.
///
/// As in the official SDK, a list that has an entry without a scope grants nothing. Stricter: a
/// name with a colon is never found, where that SDK looks for the part before the colon.
pub(crate) fn listed(list: &str, wanted: &str) -> bool {
    let (scope, name) = match wanted.split_once(':') {
        Some(("o" | "org" | "organization", name)) => (Some('o'), name),
        Some(("u" | "user", name)) => (Some('u'), name),
        Some(_) => return false,
        None => (None, wanted),
    };
    !name.is_empty()
        && !name.contains(':')
        && permissions::are_scoped(list)
        && permissions::parts(list).any(|part| match part.split_once(':') {
            Some((own @ ("o" | "u" | "ou" | "uo"), entry)) => {
                entry == name && scope.is_none_or(|scope| own.contains(scope))
            }
            _ => false,
        })
}
