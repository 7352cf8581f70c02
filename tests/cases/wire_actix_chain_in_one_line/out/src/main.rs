use actix_web::{get, web, App, HttpServer};

mod clerk;

#[get("/hello/{name}")]
async fn greet(name: web::Path<String>) -> String {
    format!("hello {name}")
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().service(greet).route("/", web::get().to(index)))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await
}

async fn index() -> &'static str {
    "hello"
}
