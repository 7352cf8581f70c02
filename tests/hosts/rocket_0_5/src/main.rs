mod cors;
mod live;

use rocket::fairing::AdHoc;
use rocket::http::CookieJar;
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

/// Counts in a private cookie of the app's own.
#[post("/basket")]
fn basket(cookies: &CookieJar<'_>) -> String {
    let count = cookies
        .get_private("count")
        .and_then(|cookie| cookie.value().parse().ok())
        .unwrap_or(0)
        + 1;
    cookies.add_private(("count", count.to_string()));
    count.to_string()
}

/// A page of its own for every error, as many an app has one.
#[catch(default)]
fn page() -> &'static str {
    "something went wrong"
}

#[launch]
fn rocket() -> _ {
    let level = std::env::var("LETTERS_LOG").unwrap_or_else(|_| "off".to_owned());
    let quiet = Config::figment()
        .merge(("log_level", level))
        .merge(("port", 0));
    rocket::custom(quiet)
        .mount("/", routes![health, me, change, basket])
        .mount("/", routes![live::events, live::live, cors::preflight])
        .register("/", catchers![page])
        .attach(AdHoc::on_response("cors", |_, response| {
            Box::pin(async move { cors::allow(response) })
        }))
        .attach(AdHoc::on_liftoff("address", |rocket| {
            Box::pin(async move {
                let config = rocket.config();
                println!("listening on {}:{}", config.address, config.port);
            })
        }))
}
