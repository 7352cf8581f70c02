//! A server with a module named `clerk` of its own, older crates, and a router that is split over functions.

mod clerk;

use axum::{Router, routing::get};

async fn me() -> String {
    "nobody".to_owned()
}

fn public() -> Router {
    Router::new().route("/health", get(|| async { base64::encode(clerk::NAME) }))
}

fn private() -> Router {
    Router::new().route("/me", get(me).post(me))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().merge(public()).merge(private());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app).await
}
