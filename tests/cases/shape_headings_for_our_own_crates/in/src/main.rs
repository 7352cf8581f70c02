use axum::{routing::get, Router};

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hello" }));
}
