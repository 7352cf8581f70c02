// clerk-sessions: module/web/extract.rs
//! What a handler takes as an argument to get a session.

use «crates.rocket»::http::Status;
use «crates.rocket»::request::{self, FromRequest, Request};

use super::super::{Authentication, Rejection, Session};
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

type Reading<T> = fn(Authentication) -> Result<T, Rejection>;

async fn extract<T>(request: &Request<'_>, read: Reading<T>) -> request::Outcome<T, Rejection> {
    match read(wiring::authenticate(request).await) {
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
