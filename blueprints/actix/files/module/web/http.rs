// clerk-sessions: module/web/http.rs
//! What the module reads of an Actix Web request, and its responses.

use std::sync::Arc;

use «crates.actix_web»::http;
use «crates.actix_web»::{HttpRequest, HttpResponse, ResponseError};

use super::super::rejection::Rejection;
use super::super::verify::credential::Incoming;

impl Incoming for HttpRequest {
    fn method(&self) -> &str {
        self.head().method.as_str()
    }

    /// HTTP/2 has the authority in the URI, HTTP/1.1 in a header that must not be repeated.
    fn authority(&self) -> Option<&str> {
        if let Some(authority) = self.uri().authority() {
            return Some(authority.as_str());
        }
        let mut values = self.headers().get_all("host");
        let value = values.next().filter(|_| values.next().is_none())?;
        value.to_str().ok()
    }

    fn header<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + 'a {
        let values = self.headers().get_all(name);
        values.map(http::header::HeaderValue::as_bytes)
    }

    fn route(&self) -> Option<Arc<str>> {
        self.match_pattern().map(Arc::from)
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> http::StatusCode {
        http::StatusCode::from_u16(self.status()).unwrap_or(http::StatusCode::UNAUTHORIZED)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for header in self.headers() {
            response.insert_header(header);
        }
        response.body(self.body())
    }
}
