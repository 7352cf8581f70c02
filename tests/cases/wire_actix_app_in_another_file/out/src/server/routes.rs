use actix_web::web::{self, ServiceConfig};

/// Health checks and webhooks stay open; handlers that take a session do not.
pub fn all(config: &mut ServiceConfig) {
    config
        .route("/health", web::get().to(|| async { "ok" }))
        .route("/webhooks/clerk", web::post().to(|| async { "thanks" }));
}
