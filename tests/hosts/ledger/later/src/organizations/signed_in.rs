//! The tests of handlers that take a session.

use actix_web::test::{call_and_read_body, init_service, TestRequest};
use actix_web::App;

use crate::account;
use crate::clerk::data_with;
use crate::clerk::testing::TestIssuer;

#[actix_web::test]
async fn a_handler_has_the_session() {
    let issuer = TestIssuer::new();
    let app = App::new().configure(account::routes).app_data(data_with(issuer.verifier()));
    let app = init_service(app).await;
    let token = issuer.token().user("user_7").bearer();
    let request = TestRequest::get().uri("/me").insert_header(("authorization", token));
    assert_eq!(call_and_read_body(&app, request.to_request()).await, "signed in as user_7");
}
