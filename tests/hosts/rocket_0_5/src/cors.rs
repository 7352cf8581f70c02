//! Which pages may call from a browser.

use std::path::PathBuf;

use rocket::http::Status;
use rocket::{options, Response};

/// What a browser asks before the request itself.
#[options("/<_path..>")]
pub fn preflight(_path: PathBuf) -> Status {
    Status::NoContent
}

pub fn allow(response: &mut Response<'_>) {
    for (name, value) in [
        ("access-control-allow-origin", "https://app.example.com"),
        ("access-control-allow-methods", "GET, POST"),
        (
            "access-control-allow-headers",
            "authorization, content-type",
        ),
        ("access-control-allow-credentials", "true"),
    ] {
        response.set_raw_header(name, value);
    }
}
