//! Who is signed in.

use rocket::{get, routes, Route};

#[get("/me")]
fn me() -> String {
    "nobody".to_owned()
}

pub fn routes() -> Vec<Route> {
    routes![me]
}
