use actix_web::{web, App, HttpServer};

async fn me() -> String {
    "nobody".to_owned()
}

async fn health() -> &'static str {
    "ok"
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| {
        App::new()
            .route("/health", web::get().to(health))
            .service(
                web::resource("/me")
                    .route(web::get().to(me))
                    .route(web::post().to(me)),
            )
    })
    .workers(2)
    .bind("127.0.0.1:0")?;
    println!("listening on {}", server.addrs()[0]);
    server.run().await
}
