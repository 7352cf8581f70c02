use axum::{routing::get, Router};

#[tokio::main]
async fn main() {
    let app = Router::new().route("/orders", get(api::orders));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
