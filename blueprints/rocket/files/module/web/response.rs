// clerk-sessions: module/web/response.rs
//! A rejection as a Rocket response.

use std::io::Cursor;

use «crates.rocket»::http::Status;
use «crates.rocket»::response::{self, Responder};
use «crates.rocket»::{Request, Response};

use super::super::Rejection;

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
