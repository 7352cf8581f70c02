// clerk-sessions: module/extract.rs
//! What a handler writes into its arguments to get a session.

use std::marker::PhantomData;
use std::ops::Deref;

use «crates.rocket»::http::Status;
use «crates.rocket»::request::{self, FromRequest};

use «crates.rocket»::Request;

use super::fairing;
use super::outcome::Outcome;
use super::rejection::Rejection;
use super::session::Session;

/// A session where there is one. Without a credential, or with the cookie of a visitor who left
/// long ago, it is `None`; any other bad credential is refused.
///
/// Never write `Option<Session>`: Rocket has it for every request guard, and there a bad token, and
/// an outage too, reads as no token.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. Only for the
/// routes where that is done; an active session is refused here.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

/// What a request guard of your own asks of a session.
///
/// ```ignore
/// struct Admin;
///
/// impl Requirement for Admin {
///     fn check(session: &Session) -> Result<(), Rejection> {
///         session.require_role("org:admin")
///     }
/// }
///
/// #[get("/users")]
/// fn users(admin: Allowed<Admin>) -> String {
///     format!("hello, {}", admin.user_id())
/// }
/// ```
pub trait Requirement {
    /// Whether a session will do.
    ///
    /// # Errors
    ///
    /// Where it lacks what is asked for.
    fn check(session: &Session) -> Result<(), Rejection>;
}

/// A session that meets a requirement. It reads as the session.
#[derive(Debug, Clone)]
pub struct Allowed<R>(Session, PhantomData<fn() -> R>);

impl<R> Deref for Allowed<R> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

type Reading<T> = fn(Outcome, bool) -> Result<T, Rejection>;

async fn extract<T>(request: &Request<'_>, read: Reading<T>) -> request::Outcome<T, Rejection> {
    let found = fairing::outcome(request).await;
    match found.and_then(|(outcome, reveal)| read(outcome, reveal)) {
        Ok(found) => request::Outcome::Success(found),
        Err(rejection) => {
            fairing::remember(request, &rejection);
            request::Outcome::Error((Status::new(rejection.status()), rejection))
        }
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for Session {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        extract(request, Outcome::active).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for MaybeSession {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        let read: Reading<Self> = |outcome, reveal| outcome.optional(reveal).map(Self);
        extract(request, read).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for PendingSession {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        let read: Reading<Self> = |outcome, reveal| outcome.pending(reveal).map(Self);
        extract(request, read).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r, R: Requirement> FromRequest<'r> for Allowed<R> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        let read: Reading<Self> = |outcome, reveal| {
            let session = outcome.active(reveal)?;
            R::check(&session)?;
            Ok(Self(session, PhantomData))
        };
        extract(request, read).await
    }
}
