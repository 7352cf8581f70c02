use axum::{routing::get, Router};

mod sessions;

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hello" }));
}
