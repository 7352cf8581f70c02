//! What an instance of Clerk knows: people, organizations, sessions, and how tokens look. One value, kept behind one lock
//! and written as one file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::clock::Millis;
use super::random;

/// Everything that the instance knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    /// The instance itself.
    pub instance: Instance,
    /// In the order of the seed.
    pub users: Vec<User>,
    /// In the order of the seed.
    pub organizations: Vec<Organization>,
    /// Who belongs where.
    pub memberships: Vec<Membership>,
    /// What roles may do.
    pub roles: Vec<Role>,
    /// Claims that are added to session tokens.
    pub session_claims: Map<String, Value>,
    /// JWT templates.
    pub templates: Vec<Template>,
    /// Browsers, by id.
    pub clients: BTreeMap<String, Client>,
    /// Sessions of every state, by id.
    pub sessions: BTreeMap<String, Session>,
    /// Sign-in tokens and actor tokens, by id.
    pub tickets: BTreeMap<String, Ticket>,
    /// Directives of handshakes, by nonce.
    #[serde(skip)]
    pub nonces: BTreeMap<String, Nonce>,
}

/// The instance itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Instance {
    /// Such as `ins_…`, which is also the `kid` of tokens.
    pub id: String,
    /// 1 or 2.
    pub token_version: u8,
    /// Seconds.
    pub token_lifetime: i64,
    /// Such as `o:projects`.
    pub features: Vec<String>,
    /// Such as `o:pro`.
    pub plans: Vec<String>,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// Such as `user_…`.
    pub id: String,
    /// The primary address.
    pub email: String,
    /// The name that comes first.
    pub first_name: Option<String>,
    /// The family's name.
    pub last_name: Option<String>,
    /// A name to sign in with.
    pub username: Option<String>,
    /// The team's own id.
    pub external_id: Option<String>,
    /// Whether a second factor is set up.
    pub two_factor: bool,
    /// What a new session has to do before it is active, such as `choose-organization`.
    pub tasks: Vec<String>,
    /// Seen by all.
    pub public_metadata: Map<String, Value>,
    /// Seen by the backend alone.
    pub private_metadata: Map<String, Value>,
    /// Written by the user.
    pub unsafe_metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Millis,
    pub last_sign_in_at: Option<Millis>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organization {
    /// Such as `org_…`.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// As addresses have it.
    pub slug: String,
    /// Seen by all.
    pub public_metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Millis,
}

/// A user in an organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Membership {
    /// Such as `orgmem_…`.
    pub id: String,
    /// The user's id.
    pub user: String,
    /// The organization's id.
    pub organization: String,
    /// The role's key, such as `org:admin`.
    pub role: String,
    /// Seen by all.
    pub public_metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Millis,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    /// Such as `org:admin`.
    pub key: String,
    /// As people read it.
    pub name: String,
    /// Such as `org:projects:read`.
    pub permissions: Vec<String>,
}

/// A JWT template.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Template {
    /// Such as `jtmp_…`.
    pub id: String,
    /// By which it is asked for.
    pub name: String,
    /// With shortcodes.
    pub claims: Map<String, Value>,
    /// Seconds.
    pub lifetime: i64,
    /// Seconds by which `nbf` lies before `iat`.
    pub allowed_clock_skew: i64,
    /// A key of its own: the secret of an HMAC.
    pub signing_key: Option<String>,
    /// Such as `RS256` or `HS256`.
    pub signing_algorithm: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was changed.
    pub updated_at: Millis,
}

/// A browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Such as `client_…`.
    pub id: String,
    /// The value of the cookie `__client`.
    pub secret: String,
    /// The dev browser that carries it, `dvb_…`.
    pub dev_browser: Option<String>,
    /// The value of `__refresh`, once it was handed out.
    pub refresh: Option<String>,
    /// The session that a new tab takes.
    pub last_active_session: Option<String>,
    /// Changes with every sign-in and sign-out: `__client_uat`, in milliseconds.
    pub changed_at: Millis,
    /// When it was made.
    pub created_at: Millis,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Such as `sess_…`.
    pub id: String,
    /// The user's id.
    pub user: String,
    /// The client's id.
    pub client: String,
    /// As it was last set; [`super::sessions::status`] knows whether it has expired since.
    pub status: Status,
    /// Who acts in the user's name.
    pub actor: Option<Value>,
    /// The active organization's id.
    pub organization: Option<String>,
    /// What is left to do.
    pub tasks: Vec<String>,
    /// When the first factor was verified last.
    pub first_factor_at: Option<Millis>,
    /// When the second factor was verified last.
    pub second_factor_at: Option<Millis>,
    /// When it was used last.
    pub last_active_at: Millis,
    /// When it ends by itself.
    pub expire_at: Millis,
    /// When it is forgotten.
    pub abandon_at: Millis,
    /// When it was made.
    pub created_at: Millis,
    /// When it was changed.
    pub updated_at: Millis,
}

/// The states of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Signed in.
    Active,
    /// Signed in, with tasks to do.
    Pending,
    /// Signed out by its user.
    Ended,
    /// Taken out of its client.
    Removed,
    /// Ended by the backend or another session.
    Revoked,
    /// Ended by time.
    Expired,
}

impl Status {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Ended => "ended",
            Self::Removed => "removed",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// Whether its user is signed in.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }
}

/// A sign-in token or an actor token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    /// Such as `sit_…` or `act_…`.
    pub id: String,
    /// What is handed in to sign in.
    pub secret: String,
    /// Whom it signs in.
    pub user: String,
    /// Who acts in the user's name, in an actor token.
    pub actor: Option<Value>,
    /// The active organization of the new session.
    pub organization: Option<String>,
    /// The longest life of the new session, in milliseconds.
    pub session_lifetime: Option<Millis>,
    /// What became of it.
    pub status: TicketStatus,
    /// Until when it is taken.
    pub expire_at: Millis,
    /// When it was made.
    pub created_at: Millis,
    /// When it was changed.
    pub updated_at: Millis,
}

/// What became of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// Not used yet.
    Pending,
    /// Used.
    Accepted,
    /// Taken back.
    Revoked,
}

/// What a handshake leaves for the backend to fetch.
#[derive(Debug, Clone)]
pub struct Nonce {
    /// Values of `Set-Cookie`.
    pub directives: Vec<String>,
    /// Until when it can be fetched.
    pub expire_at: Millis,
}

impl World {
    /// A user by id, else by address or name.
    pub fn user(&self, named: &str) -> Option<&User> {
        let by_id = self.users.iter().find(|user| user.id == named);
        by_id.or_else(|| self.users.iter().find(|user| user.email == named || user.username.as_deref() == Some(named)))
    }

    /// An organization by id, else by slug.
    pub fn organization(&self, named: &str) -> Option<&Organization> {
        let by_id = self.organizations.iter().find(|one| one.id == named);
        by_id.or_else(|| self.organizations.iter().find(|one| one.slug == named))
    }

    /// The membership of a user in an organization, both by id.
    pub fn membership(&self, user: &str, organization: &str) -> Option<&Membership> {
        self.memberships.iter().find(|one| one.user == user && one.organization == organization)
    }

    /// All memberships of a user.
    pub fn memberships_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Membership> {
        self.memberships.iter().filter(move |one| one.user == user)
    }

    /// A role by its key.
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == key)
    }

    /// A template by its name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }
}

impl Client {
    /// A browser that nobody has seen.
    pub fn new(dev_browser: Option<String>, now: Millis) -> Self {
        Self {
            id: random::id("client"),
            secret: random::letters(43),
            dev_browser,
            refresh: None,
            last_active_session: None,
            changed_at: now,
            created_at: now,
        }
    }
}
