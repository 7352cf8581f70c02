#[macro_use]
extern crate rocket;

use rocket::{Build, Rocket};

pub mod clerk;

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

pub fn build() -> Rocket<Build> {
    rocket::build().mount("/", routes![hello])
}
