#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() {
    use axum::Router;

    let app: Router = Router::new().route("/", axum::routing::get(|| async { "hello" })).layer(web::clerk::layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

#[cfg(not(feature = "ssr"))]
pub fn main() {}
