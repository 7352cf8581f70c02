use actix_web::rt as runtime;
use actix_web::{web, App, HttpServer};

mod clerk;

#[actix_web::main(runtime)]
async fn run() -> std::io::Result<()> {
    HttpServer::new(|| App::new().app_data(clerk::data()).route("/", web::get().to(|| async { "hello" }))).bind(("127.0.0.1", 8080))?.run().await
}

fn main() -> std::io::Result<()> {
    run()
}
