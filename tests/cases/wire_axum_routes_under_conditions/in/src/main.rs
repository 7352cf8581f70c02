use axum::{routing::get, Router};

#[tokio::main]
async fn main() {
    let mut app = Router::new().route("/", get(|| async { "hello" }));
    for name in ["a", "b"] {
        if std::env::var_os(name).is_some() {
            app = app.route(&format!("/{name}"), get(|| async { "on" }));
        }
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
