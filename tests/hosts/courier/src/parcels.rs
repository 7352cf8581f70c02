//! Parcels.

use std::sync::Mutex;

use rocket::http::Status;
use rocket::serde::json::Json;
use rocket::{delete, get, post, routes, Route, State};

/// Where the parcels go, in memory.
#[derive(Default)]
pub struct Parcels(Mutex<Vec<String>>);

#[get("/")]
fn list(parcels: &State<Parcels>) -> Json<Vec<String>> {
    Json(parcels.0.lock().unwrap().clone())
}

#[post("/", data = "<address>")]
fn send(address: String, parcels: &State<Parcels>) -> Status {
    parcels.0.lock().unwrap().push(address);
    Status::Created
}

#[delete("/")]
fn clear(parcels: &State<Parcels>) -> Status {
    parcels.0.lock().unwrap().clear();
    Status::NoContent
}

pub fn routes() -> Vec<Route> {
    routes![list, send, clear]
}

#[cfg(test)]
mod tests {
    use rocket::local::blocking::Client;

    use super::*;

    #[test]
    fn what_is_sent_is_listed() {
        let app = rocket::build().manage(Parcels::default()).mount("/", routes());
        let client = Client::tracked(app).unwrap();
        assert_eq!(client.post("/").body("Main Street 1").dispatch().status(), Status::Created);
        assert_eq!(client.get("/").dispatch().into_string().unwrap(), "[\"Main Street 1\"]");
    }
}
