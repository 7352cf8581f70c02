//! Refusals in Clerk's envelope, with Clerk's codes.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::local::random;

/// A request that is refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Of the answer.
    pub status: StatusCode,
    /// Clerk's.
    pub code: &'static str,
    /// A few words.
    pub message: String,
    /// A sentence.
    pub long: String,
    /// Such as the parameter that is meant.
    pub meta: Value,
}

/// What a handler answers.
pub type Answer<T = Response> = Result<T, Refusal>;

/// A refusal with a status of its own.
pub fn refuse(status: StatusCode, code: &'static str, message: &str, long: impl Into<String>) -> Refusal {
    Refusal { status, code, message: message.to_owned(), long: long.into(), meta: json!({}) }
}

/// There is nothing of that id.
pub fn not_found(what: &str) -> Refusal {
    let long = format!("No {what} was found with that id");
    refuse(StatusCode::NOT_FOUND, "resource_not_found", "not found", long)
}

/// A parameter that must be there.
pub fn missing(parameter: &str) -> Refusal {
    let mut refusal = refuse(
        StatusCode::UNPROCESSABLE_ENTITY,
        "form_param_missing",
        "is missing",
        format!("`{parameter}` must be included."),
    );
    refusal.meta = json!({ "param_name": parameter });
    refusal
}

/// A parameter whose value does not fit.
pub fn invalid(parameter: &str, expected: &str) -> Refusal {
    let mut refusal = refuse(
        StatusCode::UNPROCESSABLE_ENTITY,
        "form_param_value_invalid",
        "is invalid",
        format!("`{parameter}` must be {expected}."),
    );
    refusal.meta = json!({ "param_name": parameter });
    refusal
}

/// A parameter that is not known.
pub fn unknown(parameter: &str) -> Refusal {
    let mut refusal = refuse(
        StatusCode::UNPROCESSABLE_ENTITY,
        "form_param_unknown",
        "is unknown",
        format!("`{parameter}` is not a parameter of this request."),
    );
    refusal.meta = json!({ "param_name": parameter });
    refusal
}

/// A body that cannot be read.
pub fn body(long: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, "request_body_invalid", "Request body invalid", long)
}

/// Nobody is signed in.
pub fn signed_out() -> Refusal {
    let long = "You are signed out, or the session does not belong to this client";
    refuse(StatusCode::UNAUTHORIZED, "authentication_invalid", "Invalid authentication", long)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({
            "message": self.message, "long_message": self.long, "code": self.code, "meta": self.meta,
        });
        let document = json!({ "errors": [error], "clerk_trace_id": random::hex::<16>() });
        (self.status, Json(document)).into_response()
    }
}
