use axum::{routing::get, Router};

mod features;

#[tokio::main]
async fn main() {
    let app = Router::new()
        .route("/health", get(|| async { "up" }))
        .nest("/notes", with_limit(10, features::notes::router()))
        .nest("/tasks", features::tasks::router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

fn with_limit(bytes: usize, router: Router) -> Router {
    router.layer(axum::extract::DefaultBodyLimit::max(bytes))
}
