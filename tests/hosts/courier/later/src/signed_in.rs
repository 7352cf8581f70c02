//! The tests of handlers that take a session.

use rocket::http::Header;
use rocket::local::blocking::Client;

use crate::clerk::fairing_with;
use crate::clerk::testing::TestIssuer;

#[test]
fn a_handler_has_the_session() {
    let issuer = TestIssuer::new();
    let client = Client::tracked(crate::build().attach(fairing_with(issuer.verifier()))).unwrap();
    let token = issuer.token().user("user_7").bearer();
    let answer = client.get("/account/me").header(Header::new("authorization", token)).dispatch();
    assert_eq!(answer.into_string().as_deref(), Some("signed in as user_7"));
}
