use rocket::{get, launch, routes};

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[launch]
fn rocket() -> _ {
    let mut rocket = rocket::build();
    if std::env::var_os("HELLO").is_some() {
        rocket = rocket.mount("/", routes![hello]);
    }
    rocket
}
