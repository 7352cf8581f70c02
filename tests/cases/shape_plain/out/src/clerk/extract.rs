// clerk-sessions: module/extract.rs
//! What a handler writes into its arguments to get a session.

use axum::extract::FromRequestParts;
use axum::http::header::HeaderName;
use axum::http::request::Parts;

use super::credential::Incoming;
use super::layer;
use super::rejection::Rejection;
use super::session::Session;

/// A session where there is one. Without a credential, or with the cookie of a visitor who left
/// long ago, it is `None`; any other bad credential is refused.
///
/// There is no `Option<Session>`: it would read a bad token as no token.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. Only for the
/// routes where that is done; an active session is refused here.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let (outcome, reveal) = layer::outcome(parts).await?;
        outcome.active(reveal)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeSession {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let (outcome, reveal) = layer::outcome(parts).await?;
        outcome.optional(reveal).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PendingSession {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let (outcome, reveal) = layer::outcome(parts).await?;
        outcome.pending(reveal).map(Self)
    }
}
