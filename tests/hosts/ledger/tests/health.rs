//! What was there before anybody signed in.

use actix_web::test::{call_service, init_service, TestRequest};
use actix_web::web::Data;
use actix_web::App;
use ledger_api::state::Ledger;
use ledger_api::{cors, routes};

#[actix_web::test]
async fn health_needs_nobody() {
    let app = App::new().app_data(Data::new(Ledger::default())).wrap(cors()).configure(routes);
    let app = init_service(app).await;
    let answer = call_service(&app, TestRequest::get().uri("/health").to_request()).await;
    assert_eq!(answer.status(), 200);
}

#[actix_web::test]
async fn the_frontend_may_ask() {
    let app = init_service(App::new().wrap(cors()).configure(routes)).await;
    let request = TestRequest::with_uri("/account/me")
        .method(actix_web::http::Method::OPTIONS)
        .insert_header(("origin", "https://ledger.example.com"))
        .insert_header(("access-control-request-method", "GET"))
        .insert_header(("access-control-request-headers", "authorization"));
    let answer = call_service(&app, request.to_request()).await;
    let origin = answer.headers().get("access-control-allow-origin").unwrap();
    assert_eq!(origin, "https://ledger.example.com");
}
