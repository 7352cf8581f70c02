// clerk-sessions: module/web/http.rs
//! What the module reads of a Rocket request, and its responses.
//!
//! Rocket drops headers that are not UTF-8 before anybody sees them (its `request.rs`), so they count
//! as absent. Looser than the official SDK: beside such an `Authorization` a good cookie, or a second
//! header that is good, lets its owner in. And with one such cookie all of its header is gone.

use std::io::Cursor;
use std::sync::Arc;

use «crates.rocket»::http::Status;
use «crates.rocket»::response::{self, Responder};
use «crates.rocket»::{Request, Response};

use super::super::rejection::Rejection;
use super::super::verify::credential::Incoming;

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

    fn route(&self) -> Option<Arc<str>> {
        Request::route(self).map(|route| Arc::from(route.uri.as_str()))
    }
}

impl<'r> Responder<'r, 'static> for Rejection {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::new();
        self.write_to(&mut response);
        Ok(response)
    }
}

impl Rejection {
    /// Turns a response into this rejection. Headers that others have set, such as for CORS, stay.
    pub(crate) fn write_to(&self, response: &mut Response<'_>) {
        let body = self.body();
        response.set_status(Status::new(self.status()));
        for (name, value) in self.headers() {
            response.set_raw_header(name, value);
        }
        response.set_sized_body(body.len(), Cursor::new(body));
    }
}
