use actix_web::{get, App, HttpServer};

mod clerk;

#[get("/")]
async fn hello() -> &'static str {
    "hello"
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .app_data(clerk::data())
            .service(hello)
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await
}
