fn main() {
    let _app: axum::Router = axum::Router::new();
}
