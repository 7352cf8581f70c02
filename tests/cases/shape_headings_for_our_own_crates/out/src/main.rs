use axum::{routing::get, Router};

mod clerk;

fn main() {
    let _app: Router = Router::new().route("/", get(|| async { "hello" }));
}
