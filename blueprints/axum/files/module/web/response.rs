// clerk-sessions: module/web/response.rs
//! A rejection as an Axum response.

use «crates.axum»::body::Body;
use «crates.axum»::http::{HeaderName, HeaderValue, StatusCode};
use «crates.axum»::response::{IntoResponse, Response};

use super::super::Rejection;

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        let status = StatusCode::from_u16(self.status());
        *response.status_mut() = status.unwrap_or(StatusCode::UNAUTHORIZED);
        for (name, value) in self.headers() {
            let name = HeaderName::from_static(name);
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}
