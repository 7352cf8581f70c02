use axum::{routing::get, Router};

mod calls;
mod events;

#[tokio::main]
async fn main() {
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/calls", get(|| async { calls::router().name() }));
    events::router().send("start");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
