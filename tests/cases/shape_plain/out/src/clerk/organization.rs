// clerk-sessions: module/organization.rs
//! The active organization, and who acts for the user.

use super::permissions::Grants;

/// The organization that was active when the token was minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub(crate) id: Box<str>,
    pub(crate) slug: Option<Box<str>>,
    pub(crate) role: Option<Box<str>>,
    pub(crate) grants: Grants,
}

/// Who acts in the user's name, as when your staff impersonates a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub(crate) sub: Option<Box<str>>,
    pub(crate) kind: Option<Box<str>>,
}

impl Organization {
    /// Its id, such as `org_2abc…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its slug.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.slug.as_deref()
    }

    /// The user's role in it, such as `org:admin`.
    #[must_use]
    pub fn role(&self) -> Option<String> {
        let role = self.role.as_deref()?;
        match self.grants {
            Grants::Masks { .. } => Some(format!("org:{role}")),
            Grants::List(_) => Some(role.to_owned()),
        }
    }
}

impl Actor {
    /// Who acts, such as `user_2abc…`.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    /// What acts, such as `agent`; a person where it is absent.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }
}
