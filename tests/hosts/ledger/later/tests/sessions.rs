//! The whole application, asked as its callers do.

use actix_web::test::{call_service, init_service, TestRequest};
use actix_web::web::Data;
use actix_web::App;
use ledger_api::clerk::*;
use ledger_api::routes;
use ledger_api::state::Ledger;

#[path = "../src/clerk/testing.rs"]
mod testing;

use testing::TestIssuer;

/// The status of the answer, with a token of this role or without one.
async fn asked(request: TestRequest, role: Option<&str>) -> u16 {
    let issuer = TestIssuer::new();
    let app = App::new()
        .app_data(Data::new(Ledger::default()))
        .configure(routes)
        .app_data(data_with(issuer.verifier()));
    let app = init_service(app).await;
    let request = match role {
        Some(role) => {
            let token = issuer.token().organization("org_1", "acme").role(role);
            request.insert_header(("authorization", token.bearer()))
        }
        None => request,
    };
    call_service(&app, request.to_request()).await.status().as_u16()
}

#[actix_web::test]
async fn an_admin_closes_the_balance() {
    for (role, status) in [("org:admin", 204), ("org:member", 403)] {
        let request = TestRequest::delete().uri("/organizations/acme/balance");
        assert_eq!(asked(request, Some(role)).await, status, "{role}");
    }
}

#[actix_web::test]
async fn nobody_is_signed_in_without_a_token() {
    assert_eq!(asked(TestRequest::get().uri("/account/me"), None).await, 401);
}
