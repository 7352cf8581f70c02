// clerk-sessions: module/request.rs
//! A Rocket request, as far as a credential may stand in it.
//!
//! Rocket drops a header that is not UTF-8 before anyone sees it: that is no credential here.

use «crates.rocket»::Request;

use super::credential::Incoming;

/// The authority of a request over HTTP/2, as text.
struct Authority(Option<String>);

impl Incoming for Request<'_> {
    /// That of the route which will run: the field `_method` of a form can have changed it.
    fn method(&self) -> &str {
        Request::method(self).as_str()
    }

    /// HTTP/1.1 has it in a header of which there must be one, HTTP/2 beside the headers.
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
