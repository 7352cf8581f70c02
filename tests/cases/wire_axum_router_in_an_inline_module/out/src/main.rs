mod clerk;

#[tokio::main]
async fn main() {
    server::run().await;
}

mod server {
    use axum::{Router, routing::get};

    pub async fn run() {
        let app = Router::new().route("/", get(|| async { "hello" })).layer(crate::clerk::layer());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
        axum::serve(listener, app).await.unwrap();
    }
}
