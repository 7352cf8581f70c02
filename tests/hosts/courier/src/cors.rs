//! The map in the apps is a web view, which comes from another origin.

use std::path::PathBuf;

use rocket::http::{Header, Status};
use rocket::{options, Response};

#[options("/<_path..>")]
pub fn preflight(_path: PathBuf) -> Status {
    Status::NoContent
}

pub fn allow(response: &mut Response<'_>) {
    response.set_header(Header::new("access-control-allow-origin", "https://map.courier.example.com"));
    response.set_header(Header::new("access-control-allow-headers", "authorization, content-type"));
    response.set_header(Header::new("access-control-allow-methods", "GET, POST, DELETE"));
}
