use axum::{Router, routing::get};

mod clerk;
#[cfg(test)]
mod tests;

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(|| async { "hello" })).layer(clerk::layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
