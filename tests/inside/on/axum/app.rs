//! Small Axum apps, and how the tests send requests to them.

use axum::body::{self, Body};
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{self, Router};
use tower::ServiceExt;

use super::super::testing::TestIssuer;
use super::http::Answer;
use super::super::{
    MaybeSession, PendingSession, PublicRoutes, Rejection, Reverification, Session, Verifier,
};
use super::super::web::{guard, wiring};
use super::{ready, verifier};

/// A verifier that accepts nobody.
fn nobodys() -> Verifier {
    verifier(&TestIssuer::new(), |settings| {
        settings.audience = vec!["nobody".to_owned()];
    })
}

/// Requests for public paths with two slashes in a row.
pub(crate) const DOUBLE_SLASHES: &[&str] = &["GET //public", "GET /in//public"];

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

async fn open() -> &'static str {
    "open"
}

/// An app with a route of every kind. Of its verifiers the innermost counts, and any of them comes
/// before that of the process.
pub(crate) fn app(verifier: Verifier) -> Router {
    let admin = Router::new()
        .route("/admin/users", routing::get(open))
        .route_layer(guard::require_role("org:admin"));
    let members = Router::new()
        .route("/members", routing::get(open))
        .route_layer(guard::require_organization());
    let people = Router::new()
        .route("/people", routing::get(open))
        .route_layer(guard::require_person());
    Router::new()
        .route("/me", routing::get(me).post(me))
        .route("/maybe", routing::get(maybe))
        .route("/pending", routing::get(pending))
        .route("/delete", routing::post(delete))
        .route("/open", routing::get(open))
        .merge(admin)
        .merge(members)
        .merge(people)
        .layer(wiring::layer())
        .layer(wiring::layer_with(verifier))
        .layer(wiring::layer_with(nobodys()))
}

/// An app in which only `GET /`, `GET /public` and `GET /in/public` need no session.
pub(crate) fn all_but_public(verifier: Verifier) -> Router {
    let public = PublicRoutes::new().get("/").get("/public");
    let inner = PublicRoutes::new().get("/in/public");
    let inner = Router::new()
        .route("/public", routing::get(open))
        .fallback(open)
        .layer(guard::require_session_except(inner));
    Router::new()
        .route("/", routing::get(open))
        .route("/public", routing::get(open).post(open))
        .route("/private", routing::get(open))
        .layer(guard::require_session_except(public))
        .nest("/in", inner)
        .layer(wiring::layer_with(verifier))
}

/// An app without the layer, with a route that needs a session.
pub(crate) fn unwired() -> Router {
    Router::new().route("/me", routing::get(me))
}

/// Sends a request to an app.
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
pub(crate) fn refusal(rejection: &Rejection) -> Answer {
    answer(rejection.clone().into_response())
}

fn answer(response: Response) -> Answer {
    let headers = response.headers().iter();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Answer {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&ready(body::to_bytes(response.into_body(), 1 << 20)).unwrap()),
    }
}
