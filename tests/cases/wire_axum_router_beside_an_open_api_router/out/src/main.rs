mod clerk;
mod pages;

use utoipa_axum::{router::OpenApiRouter, routes};

#[utoipa::path(get, path = "/")]
async fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() {
    let (api, document) = OpenApiRouter::new()
        .routes(routes!(hello))
        .split_for_parts();
    let app = api.merge(pages::router(document.to_pretty_json().unwrap_or_default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
