use axum::Router;
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

#[derive(OpenApi)]
struct Api;

#[tokio::main]
async fn main() {
    let app = Router::new().merge(SwaggerUi::new("/docs").url("/openapi.json", Api::openapi()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
