// clerk-sessions: module/web/extract.rs
//! What a handler takes as an argument to get a session.

use std::future::{self, Future, Ready};
use std::pin::{self, Pin};
use std::task::{Context, Poll, Waker};

use «crates.actix_web»::dev::Payload;
use «crates.actix_web»::{FromRequest, HttpRequest};

use super::super::verify::authentication::Authentication;
use super::super::{Rejection, Session};
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

/// The future of an extractor. It is ready at once, unless keys have to be fetched.
pub struct Extracting<T>(Answer<T>);

enum Answer<T> {
    Known(Ready<Result<T, Rejection>>),
    Awaited(Pin<Box<dyn Future<Output = Result<T, Rejection>>>>),
}

impl<T> Future for Extracting<T> {
    type Output = Result<T, Rejection>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Answer::Known(answer) => Pin::new(answer).poll(context),
            Answer::Awaited(answer) => answer.as_mut().poll(context),
        }
    }
}

type Reading<T> = fn(Authentication) -> Result<T, Rejection>;

/// Tries once without waiting, on the stack, which succeeds unless keys have to be fetched. In that
/// case it starts again on the heap, and joins the fetch that is running by then.
fn extract<T: 'static>(request: &HttpRequest, read: Reading<T>) -> Extracting<T> {
    let mut context = Context::from_waker(Waker::noop());
    let found = pin::pin!(wiring::authenticate(request)).poll(&mut context);
    Extracting(match found {
        Poll::Ready(found) => Answer::Known(future::ready(found.and_then(read))),
        Poll::Pending => {
            let request = request.clone();
            Answer::Awaited(Box::pin(async move {
                wiring::authenticate(&request).await.and_then(read)
            }))
        }
    })
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
