// clerk-sessions: module/tests/app.rs
//! A small app on Axum, and how the tests ask it.

use axum::body::to_bytes;
use axum::http::Request;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use axum::body::Body;
use axum::response::Response;

use axum::Router;

use tower::ServiceExt;

use super::super::extract::{MaybeSession, PendingSession};
use super::super::guard;
use super::super::layer::layer_with;
use super::super::rejection::Rejection;
use super::super::reverification::Reverification;
use super::super::session::Session;
use super::super::verify::Verifier;
use super::http::Answer;
use super::ready;

async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

async fn maybe(session: MaybeSession) -> String {
    let user = session.0.map(|session| session.user_id().to_owned());
    user.unwrap_or_else(|| "nobody".to_owned())
}

async fn pending(session: PendingSession) -> String {
    session.0.user_id().to_owned()
}

async fn delete(session: Session) -> Result<&'static str, Rejection> {
    session.require_permission("org:projects:delete")?;
    session.require_reverification(Reverification::STRICT)?;
    Ok("deleted")
}

pub(crate) async fn open() -> &'static str {
    "open"
}

/// An app with a route of every kind.
pub(crate) fn app(verifier: Verifier) -> Router {
    let admin = Router::new()
        .route("/admin/users", get(open))
        .route_layer(guard::require_role("org:admin"));
    let members = Router::new()
        .route("/members", get(open))
        .route_layer(guard::require_organization());
    Router::new()
        .route("/me", get(me).post(me))
        .route("/maybe", get(maybe))
        .route("/pending", get(pending))
        .route("/delete", post(delete))
        .route("/open", get(open))
        .merge(admin)
        .merge(members)
        .layer(layer_with(verifier))
}

/// A route that needs a session, in an app without the line that wires it.
pub(crate) fn unwired() -> Router {
    Router::new().route("/me", get(me))
}

/// Asks an app.
pub(crate) fn ask(app: &Router, request: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let mut builder = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder.body(Body::empty()).unwrap();
    answer(ready(app.clone().oneshot(request)).unwrap())
}

/// What a caller gets for a rejection.
pub(crate) fn refusal(rejection: Rejection) -> Answer {
    answer(rejection.into_response())
}

fn answer(response: Response) -> Answer {
    let headers = response.headers().iter();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Answer {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&ready(to_bytes(response.into_body(), 1 << 20)).unwrap()),
    }
}
