//! What was there before anybody signed in.

use rocket::http::Status;
use rocket::local::blocking::Client;

#[test]
fn health_needs_nobody() {
    let client = Client::tracked(courier_api::build()).unwrap();
    assert_eq!(client.get("/health").dispatch().status(), Status::Ok);
}

#[test]
fn the_map_may_ask() {
    let client = Client::tracked(courier_api::build()).unwrap();
    let answer = client.options("/account/me").dispatch();
    assert_eq!(answer.headers().get_one("access-control-allow-headers"), Some("authorization, content-type"));
}
