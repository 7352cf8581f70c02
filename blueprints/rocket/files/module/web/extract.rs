// clerk-sessions: module/web/extract.rs
//! What a handler takes as an argument to get a session.

use std::marker::PhantomData;
use std::ops::Deref;

use «crates.rocket»::http::Status;
use «crates.rocket»::request::{self, FromRequest, Request};

use super::super::verify::authentication::Authentication;
use super::super::{Rejection, Session};
use super::wiring;

/// A session, if there is one. It is `None` without a credential, and for the old cookie of a
/// visitor who left long ago. Any other bad credential is refused.
///
/// Never take an `Option<Session>` or a `Result` of one, which Rocket offers for every request guard:
/// to both a bad token, and even an outage, is like no token.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. It is for the
/// routes where they do that; an active session is refused.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

/// What a request guard of your own requires of a session.
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
    /// Checks whether a session meets the requirement.
    ///
    /// # Errors
    ///
    /// If it does not.
    fn check(session: &Session) -> Result<(), Rejection>;
}

/// A session that meets a requirement. It derefs to the session.
#[derive(Debug, Clone)]
pub struct Allowed<R>(Session, PhantomData<fn() -> R>);

impl<R> Deref for Allowed<R> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

type Reading<T> = fn(Authentication) -> Result<T, Rejection>;

async fn extract<T>(request: &Request<'_>, read: Reading<T>) -> request::Outcome<T, Rejection> {
    match wiring::authenticate(request).await.and_then(read) {
        Ok(found) => request::Outcome::Success(found),
        Err(rejection) => {
            wiring::remember(request, &rejection);
            request::Outcome::Error((Status::new(rejection.status()), rejection))
        }
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for Session {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        extract(request, Authentication::active).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for MaybeSession {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        extract(request, |found| found.optional().map(Self)).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r> FromRequest<'r> for PendingSession {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        extract(request, |found| found.pending().map(Self)).await
    }
}

#[«crates.rocket»::async_trait]
impl<'r, R: Requirement> FromRequest<'r> for Allowed<R> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Rejection> {
        let read: Reading<Self> = |found| {
            let session = found.active()?;
            R::check(&session)?;
            Ok(Self(session, PhantomData))
        };
        extract(request, read).await
    }
}
