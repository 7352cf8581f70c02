//! The API of the courier, for its native apps.

pub mod account;
pub mod cors;
pub mod parcels;

use rocket::fairing::AdHoc;
use rocket::{get, routes, Build, Rocket};

#[get("/health")]
fn health() -> &'static str {
    "ok"
}

/// The whole application.
pub fn build() -> Rocket<Build> {
    rocket::build()
        .manage(parcels::Parcels::default())
        .mount("/", routes![health, cors::preflight])
        .mount("/account", account::routes())
        .mount("/parcels", parcels::routes())
        .attach(AdHoc::on_response("cors", |_, response| Box::pin(async move { cors::allow(response) })))
        .attach(AdHoc::on_liftoff("address", |rocket| {
            Box::pin(async move {
                println!("listening on {}:{}", rocket.config().address, rocket.config().port);
            })
        }))
}
