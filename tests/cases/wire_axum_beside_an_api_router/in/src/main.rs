use aide::{axum::ApiRouter, openapi::OpenApi};

mod orders;

#[tokio::main]
async fn main() {
    let mut api = OpenApi::default();
    let app = ApiRouter::new()
        .nest_api_service("/orders", orders::router())
        .finish_api(&mut api);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
