use axum::Router;

fn main() {
    let _app: Router = Router::new();
}
