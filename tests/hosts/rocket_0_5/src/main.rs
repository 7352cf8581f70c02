use rocket::fairing::AdHoc;
use rocket::{catch, catchers, get, launch, post, routes, Config};

#[get("/health")]
fn health() -> &'static str {
    "ok"
}

#[get("/me")]
fn me() -> String {
    "nobody".to_owned()
}

#[post("/me")]
fn change() -> String {
    "nobody".to_owned()
}

/// A page of its own for every error, as many an app has one.
#[catch(default)]
fn page() -> &'static str {
    "something went wrong"
}

#[launch]
fn rocket() -> _ {
    let quiet = Config::figment()
        .merge(("log_level", "off"))
        .merge(("port", 0));
    rocket::custom(quiet)
        .mount("/", routes![health, me, change])
        .register("/", catchers![page])
        .attach(AdHoc::on_liftoff("address", |rocket| {
            Box::pin(async move {
                let config = rocket.config();
                println!("listening on {}:{}", config.address, config.port);
            })
        }))
}
