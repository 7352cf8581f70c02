use axum::{routing::get, Router};

mod clerk;

#[tokio::main]
async fn main() {
    let app = app();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

#[cfg(feature = "demo")]
fn app() -> Router {
    Router::new().route("/", get(|| async { "a demo" }))
}

#[cfg(not(feature = "demo"))]
fn app() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}
