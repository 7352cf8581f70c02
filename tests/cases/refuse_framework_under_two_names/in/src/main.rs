fn main() {
    let _: axum_07::Router = axum_07::Router::new();
    let _: axum_08::Router = axum_08::Router::new();
}
