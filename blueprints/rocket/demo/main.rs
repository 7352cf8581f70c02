use rocket::fairing::AdHoc;
use rocket::{get, launch, routes, Config};

#[get("/health")]
fn health() -> &'static str {
    "ok"
}

#[get("/me")]
fn me() -> String {
    "hello, whoever you are".to_owned()
}

#[launch]
fn rocket() -> _ {
    let quiet = Config::figment()
        .merge(("log_level", "off"))
        .merge(("port", 0));
    rocket::custom(quiet)
        .mount("/", routes![health, me])
        .attach(AdHoc::on_liftoff("address", |rocket| {
            Box::pin(async move {
                let config = rocket.config();
                println!("listening on {}:{}", config.address, config.port);
            })
        }))
}
