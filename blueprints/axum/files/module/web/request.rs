// clerk-sessions: module/web/request.rs
//! What the module reads of an Axum request.

use «crates.axum»::http::header::HeaderValue;
use «crates.axum»::http::request::Parts;

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
}
