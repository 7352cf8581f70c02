use actix_web::{web, App, HttpServer};

async fn health() -> &'static str {
    "ok"
}

async fn me() -> String {
    "hello, whoever you are".to_owned()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| {
        App::new()
            .route("/health", web::get().to(health))
            .route("/me", web::get().to(me))
    })
    .workers(2)
    .bind("127.0.0.1:0")?;
    println!("listening on {}", server.addrs()[0]);
    server.run().await
}
