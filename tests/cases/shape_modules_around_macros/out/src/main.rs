use axum::{routing::get, Router};

mod app;
#[macro_use]
mod macros;
mod clerk;
mod util;

#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = Router::new().route("/", get(app::home));
    axum::serve(listener, app).await.unwrap();
}
