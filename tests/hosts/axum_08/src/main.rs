mod live;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::{routing::get, routing::post, Router};
use tower_http::cors::CorsLayer;
use tower_sessions::{MemoryStore, SessionManagerLayer};

async fn me() -> String {
    "nobody".to_owned()
}

/// Counts in a session of the app's own.
async fn basket(own: tower_sessions::Session) -> String {
    let count = own.get("count").await.ok().flatten().unwrap_or(0) + 1;
    let _ = own.insert("count", count).await;
    count.to_string()
}

fn routes() -> Router {
    let origin = HeaderValue::from_static("https://app.example.com");
    let cors = CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .allow_credentials(true);
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/me", get(me).post(me))
        .route("/basket", post(basket))
        .route("/events", get(live::events))
        .route("/live", get(live::live))
        .layer(sessions)
        .layer(cors)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, routes()).await
}
