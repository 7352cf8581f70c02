mod routes;

use actix_web::{middleware::Logger, App, HttpServer};

pub async fn run() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .app_data(crate::clerk::data())
            .wrap(Logger::default())
            .configure(routes::all)
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::{test, App};

    #[actix_web::test]
    async fn it_answers() {
        test::init_service(App::new().configure(super::routes::all)).await;
    }
}
