//! The whole application, asked as its callers do.

use courier_api::clerk::*;
use rocket::http::{Header, Status};
use rocket::local::blocking::Client;

#[path = "../src/clerk/testing.rs"]
mod testing;

use testing::TestIssuer;

fn client(issuer: &TestIssuer) -> Client {
    Client::tracked(courier_api::build().attach(fairing_with(issuer.verifier()))).unwrap()
}

#[test]
fn an_admin_clears_the_parcels() {
    let issuer = TestIssuer::new();
    let client = client(&issuer);
    for (role, status) in [("org:admin", Status::NoContent), ("org:member", Status::Forbidden)] {
        let token = issuer.token().organization("org_1", "acme").role(role).bearer();
        let request = client.delete("/parcels").header(Header::new("authorization", token));
        assert_eq!(request.dispatch().status(), status, "{role}");
    }
}

#[test]
fn nobody_is_signed_in_without_a_token() {
    let answered = client(&TestIssuer::new()).get("/account/me").dispatch().status();
    assert_eq!(answered, Status::Unauthorized);
}
