use axum::{Router, routing::get};

mod clerk;

// The pages are served by a proxy of another team; this is what it is watched by.
#[tokio::main]
async fn main() {
    let metrics = Router::new().route("/metrics", get(|| async { "requests 0" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:9090").await.unwrap();
    axum::serve(listener, metrics).await.unwrap();
}
