//! The API of the ledger: what organizations owe.

pub mod account;
pub mod organizations;
pub mod state;

use actix_cors::Cors;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::web::{self, ServiceConfig};

/// All routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/health", web::get().to(|| async { "ok" }))
        .service(web::scope("/account").configure(account::routes))
        .service(web::scope("/organizations").configure(organizations::routes));
}

/// The frontend comes from another origin.
pub fn cors() -> Cors {
    Cors::default()
        .allowed_origin("https://ledger.example.com")
        .allowed_methods(["GET", "POST", "DELETE"])
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE])
        .supports_credentials()
}
