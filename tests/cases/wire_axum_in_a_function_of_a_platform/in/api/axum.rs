use axum::{routing::get, Router};
use vercel_runtime::{axum::VercelLayer, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let router = Router::new().route("/", get(|| async { "hello" }));
    let app = tower::ServiceBuilder::new().layer(VercelLayer::new()).service(router);
    vercel_runtime::run(app).await
}
