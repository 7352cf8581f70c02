mod clerk;
mod server;

use axum::routing::get;

#[tokio::main]
async fn main() {
    let server = server::Server::new().with("/", get(|| async { "hello" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, server.router).await.unwrap();
}
