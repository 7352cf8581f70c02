// clerk-sessions: module/web/extract.rs
//! What a handler takes as an argument to get a session.

use std::future::Future;
use std::pin::Pin;

use «crates.actix_web»::dev::Payload;
use «crates.actix_web»::{FromRequest, HttpRequest};

use super::super::{Authentication, Rejection, Session};
use super::wiring;

/// A session, if there is one. It is `None` without a credential, and for the old cookie of a
/// visitor who left long ago. Any other bad credential is refused.
///
/// Never take an `Option<Session>` or a `Result` of one, which Actix Web offers for every extractor:
/// to both a bad token, and even an outage, is like no token.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. It is for the
/// routes where they do that; an active session is refused.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

/// The future of an extractor.
pub type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

type Reading<T> = fn(Authentication) -> Result<T, Rejection>;

fn extract<T: 'static>(request: &HttpRequest, read: Reading<T>) -> Extracting<T> {
    let request = request.clone();
    Box::pin(async move { read(wiring::authenticate(&request).await) })
}

impl FromRequest for Session {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, Authentication::active)
    }
}

impl FromRequest for MaybeSession {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |found| found.optional().map(Self))
    }
}

impl FromRequest for PendingSession {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |found| found.pending().map(Self))
    }
}
