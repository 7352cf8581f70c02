//! The front page, for people. Every action is a form that works without scripts; with them the lists are live.

mod actions;
mod view;

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, response::Redirect};
use tera::{Context, Tera};

use super::errors::{Answer, Refusal};
use super::input::{Fields, Visit, filled};
use crate::local::random;
use crate::local::server::{Local, Shared};
use crate::local::world::Status;

/// The page's template, ready to be filled in.
static TEMPLATE: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::default();
    tera.add_raw_template("page.html", include_str!("page.html")).expect("the page's template is sound");
    tera
});

/// Its paths.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(front))
        .route("/sign-in", get(front))
        .route("/page/sign-in", post(sign_in))
        .route("/page/sessions/{session}/revoke", post(revoke))
        .route("/page/sessions/{session}/expire", post(expire))
        .route("/page/sessions/{session}/token", post(token))
}

/// `GET /`, and `GET /sign-in`, to which the frontend's own sign-in leads.
async fn front(State(local): State<Shared>, visit: Visit) -> Response {
    show(&local, &visit.query, &view::Notice::None, StatusCode::OK)
}

async fn sign_in(State(local): State<Shared>, visit: Visit) -> Answer {
    answer(&local, &visit, actions::sign_in(&local, &visit))
}

async fn revoke(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    answer(&local, &visit, actions::end(&local, &visit, &id, Status::Revoked))
}

async fn expire(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    answer(&local, &visit, actions::end(&local, &visit, &id, Status::Expired))
}

async fn token(State(local): State<Shared>, Path(id): Path<String>, visit: Visit) -> Answer {
    match actions::token(&local, &visit, &id).await {
        Ok(command) => Ok(show(&local, &visit.query, &view::Notice::Command(command), StatusCode::OK)),
        Err(refusal) => answer(&local, &visit, Err(refusal)),
    }
}

/// A refusal is shown on the page, as it is a person who asked.
fn answer(local: &Local, visit: &Visit, done: Answer) -> Answer {
    done.or_else(|refusal: Refusal| {
        let status = refusal.status;
        Ok(show(local, &visit.query, &view::Notice::Fault(refusal.long), status))
    })
}

fn show(local: &Local, query: &Fields, notice: &view::Notice, status: StatusCode) -> Response {
    let nonce = random::letters(22);
    let dev_browser = filled(query, "__clerk_db_jwt").unwrap_or_default();
    let mut context = Context::new();
    context.insert("page", &view::view(local, notice));
    context.insert("nonce", &nonce);
    context.insert("dev_browser", &dev_browser);
    context.insert("form_token", &local.form_token);
    let html = TEMPLATE.render("page.html", &context).expect("the page's template takes what it is given");
    // A form leads to the frontend, whose origin this names.
    let origins = local.options.origins.join(" ");
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         form-action 'self' http://localhost:* http://127.0.0.1:* {origins}; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).expect("origins are ASCII")),
    ];
    (status, headers, html).into_response()
}

/// Back to the page.
fn back() -> Response {
    Redirect::to("/").into_response()
}
