mod live;

use actix_cors::Cors;
use actix_session::storage::CookieSessionStore;
use actix_session::SessionMiddleware;
use actix_web::cookie::Key;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{web, App, HttpServer};

async fn me() -> String {
    "nobody".to_owned()
}

async fn health() -> &'static str {
    "ok"
}

/// Counts in a session of the app's own.
async fn basket(own: actix_session::Session) -> String {
    let count = own.get("count").ok().flatten().unwrap_or(0) + 1;
    let _ = own.insert("count", count);
    count.to_string()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let key = Key::generate();
    let server = HttpServer::new(move || {
        let sessions = SessionMiddleware::builder(CookieSessionStore::default(), key.clone());
        let cors = Cors::default()
            .allowed_origin("https://app.example.com")
            .allowed_methods(["GET", "POST"])
            .allowed_headers([AUTHORIZATION, CONTENT_TYPE])
            .supports_credentials();
        App::new()
            .wrap(sessions.cookie_secure(false).build())
            .wrap(cors)
            .route("/health", web::get().to(health))
            .service(
                web::resource("/me")
                    .route(web::get().to(me))
                    .route(web::post().to(me)),
            )
            .route("/basket", web::post().to(basket))
            .route("/events", web::get().to(live::events))
            .route("/live", web::get().to(live::live))
    })
    .workers(2)
    .bind("127.0.0.1:0")?;
    println!("listening on {}", server.addrs()[0]);
    server.run().await
}
