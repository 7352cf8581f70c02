use actix_web::{web, App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let public = HttpServer::new(|| App::new().route("/", web::get().to(|| async { "hello" })));
    let metrics = HttpServer::new(|| {
        App::new()
            .route("/metrics", web::get().to(|| async { "0" }))
    });
    let public = public.bind(("127.0.0.1", 8080))?.run();
    let metrics = metrics.bind(("127.0.0.1", 9090))?.run();
    public.await?;
    metrics.await
}
