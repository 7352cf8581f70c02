use axum::Router;
use tower_http::{cors::CorsLayer, trace::TraceLayer};

mod clerk;
mod orders;
mod users;

#[tokio::main]
async fn main() {
    let app = Router::new()
        .nest("/users", users::router())
        .nest("/orders", orders::router())
        .layer(clerk::layer())
        .layer(CorsLayer::permissive())
        .layer(TraceLayer::new_for_http());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
