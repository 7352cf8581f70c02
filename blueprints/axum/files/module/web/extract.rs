// clerk-sessions: module/web/extract.rs
//! What a handler takes as an argument to get a session.

use «crates.axum»::extract::FromRequestParts;
use «crates.axum»::http::request::Parts;

use super::super::{Rejection, Session};
use super::wiring;

/// A session, if there is one. It is `None` without a credential, and for the old cookie of a
/// visitor who left long ago. Any other bad credential is refused.
///
/* if framework_version == "0.7" -*/
/// Never take an `Option<Session>`, which Axum 0.7 offers for every extractor, nor a `Result` of one:
/// to both a bad token, and even an outage, is like no token.
/* else -*/
/// Never take a `Result<Session, Rejection>` for this: a bad token, and even an outage, is an `Err` like
/// no token. `Option<Session>` is not an extractor.
/* endif -*/
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. It is for the
/// routes where they do that; an active session is refused.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

/* if framework_version == "0.7" -*/
#[«crates.axum»::async_trait]
/* endif -*/
impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        wiring::authenticate(parts).await.active()
    }
}

/* if framework_version == "0.7" -*/
#[«crates.axum»::async_trait]
/* endif -*/
impl<S: Send + Sync> FromRequestParts<S> for MaybeSession {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        wiring::authenticate(parts).await.optional().map(Self)
    }
}

/* if framework_version == "0.7" -*/
#[«crates.axum»::async_trait]
/* endif -*/
impl<S: Send + Sync> FromRequestParts<S> for PendingSession {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        wiring::authenticate(parts).await.pending().map(Self)
    }
}
