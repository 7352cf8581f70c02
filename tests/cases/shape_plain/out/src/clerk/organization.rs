// clerk-sessions: module/organization.rs
//! The active organization, and who acts on the user's behalf.

use std::fmt;

use super::permissions::Grants;
use super::texts::{Place, Texts};

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
