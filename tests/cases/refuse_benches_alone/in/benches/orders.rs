fn main() { drop(axum::Router::<()>::new()) }
