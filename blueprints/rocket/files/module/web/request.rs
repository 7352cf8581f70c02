// clerk-sessions: module/web/request.rs
//! What the module reads of a Rocket request.
//!
//! Rocket drops headers that are not UTF-8 before anybody sees them (its `request.rs`), so they count
//! as absent. Looser than the official SDK: beside such an `Authorization` a good cookie, or a second
//! header that is good, lets its owner in. And with one such cookie all of its header is gone.

use «crates.rocket»::Request;

use super::super::verify::credential::Incoming;

/// The authority of a request over HTTP/2, as text.
struct Authority(Option<String>);

impl Incoming for Request<'_> {
    /// The method of the route that will run, which the form field `_method` may have changed.
    fn method(&self) -> &str {
        Request::method(self).as_str()
    }

    /// HTTP/1.1 has the authority in a header that must not be repeated, HTTP/2 outside the headers.
    fn authority(&self) -> Option<&str> {
        let mut values = self.headers().get("host");
        match (values.next(), values.next()) {
            (Some(host), None) => Some(host),
            (Some(_), Some(_)) => None,
            (None, _) => {
                let text = || Authority(self.host().map(ToString::to_string));
                self.local_cache(text).0.as_deref()
            }
        }
    }

    fn header<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers().get(name).map(str::as_bytes)
    }
}
