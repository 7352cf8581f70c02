use axum::routing::get;

mod clerk;
mod web;

#[tokio::main]
async fn main() {
    let app = web::base()
        .route("/", get(|| async { "hello" }))
        .route("/bye", get(|| async { "good bye" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
