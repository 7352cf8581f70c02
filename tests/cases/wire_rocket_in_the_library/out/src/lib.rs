//! The shop.

pub mod clerk;
mod routes;

use rocket::{Build, Rocket};

pub fn rocket() -> Rocket<Build> {
    rocket::build()
        .mount("/", routes::all())
        // Its own pages for errors.
        .register("/", routes::pages())
        .attach(clerk::fairing())
}
