// clerk-sessions: module/web/http.rs
//! What the module reads of an Axum request, and its responses.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::super::rejection::Rejection;
use super::super::verify::credential::Incoming;

impl Incoming for Parts {
    fn method(&self) -> &str {
        self.method.as_str()
    }

    /// HTTP/2 has the authority in the URI, HTTP/1.1 in a header that must not be repeated.
    fn authority(&self) -> Option<&str> {
        if let Some(authority) = self.uri.authority() {
            return Some(authority.as_str());
        }
        let mut values = self.headers.get_all("host").iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        value.to_str().ok()
    }

    fn header<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + 'a {
        let values = self.headers.get_all(name).iter();
        values.map(HeaderValue::as_bytes)
    }

    fn route(&self) -> Option<Arc<str>> {
        let matched = self.extensions.get::<MatchedPath>();
        matched.map(|matched| Arc::from(matched.as_str()))
    }
}

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
