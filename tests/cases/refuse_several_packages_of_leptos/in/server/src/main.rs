use axum::Router;

#[tokio::main]
async fn main() {
    let app = Router::new().fallback(|| async { "a page" });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
