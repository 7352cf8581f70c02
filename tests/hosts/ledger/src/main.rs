use actix_web::web::Data;
use actix_web::{App, HttpServer};
use ledger_api::state::Ledger;
use ledger_api::{cors, routes};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let ledger = Data::new(Ledger::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(ledger.clone())
            .wrap(cors())
            .configure(routes)
    })
    .workers(2)
    .bind(std::env::var("ADDRESS").unwrap_or("127.0.0.1:0".to_owned()))?;
    println!("listening on {}", server.addrs()[0]);
    server.run().await
}
