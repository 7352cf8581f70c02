// clerk-sessions: module/extract.rs
//! What a handler writes into its arguments to get a session.

use std::future::ready;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use std::future::{Future, Ready};
use std::pin::Pin;

use «crates.actix_web»::dev::Payload;
use «crates.actix_web»::{FromRequest, HttpRequest};

use super::data;
use super::outcome::Outcome;
use super::rejection::Rejection;
use super::session::Session;

/// A session where there is one. Without a credential, or with the cookie of a visitor who left
/// long ago, it is `None`; any other bad credential is refused.
///
/// Never write `Option<Session>`: Actix Web has it for every extractor, and there a bad token, and
/// an outage too, reads as no token.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

/// A session whose user has tasks to finish first, such as choosing an organization. Only for the
/// routes where that is done; an active session is refused here.
#[derive(Debug, Clone)]
pub struct PendingSession(pub Session);

/// The answer of an extractor. It is there at once, unless keys must be fetched first.
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

type Reading<T> = fn(Outcome, bool) -> Result<T, Rejection>;

/// Looks once without waiting, so that a request whose key is known needs no room on the heap. Else
/// it starts anew: a fetch that is under way by then is joined.
fn extract<T: 'static>(request: &HttpRequest, read: Reading<T>) -> Extracting<T> {
    let mut context = Context::from_waker(Waker::noop());
    let found = pin!(data::outcome(request)).poll(&mut context);
    let read = move |(outcome, reveal)| read(outcome, reveal);
    Extracting(match found {
        Poll::Ready(found) => Answer::Known(ready(found.and_then(read))),
        Poll::Pending => {
            let request = request.clone();
            Answer::Awaited(Box::pin(async move {
                data::outcome(&request).await.and_then(read)
            }))
        }
    })
}

impl FromRequest for Session {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, Outcome::active)
    }
}

impl FromRequest for MaybeSession {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |outcome, reveal| {
            outcome.optional(reveal).map(Self)
        })
    }
}

impl FromRequest for PendingSession {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |outcome, reveal| outcome.pending(reveal).map(Self))
    }
}
