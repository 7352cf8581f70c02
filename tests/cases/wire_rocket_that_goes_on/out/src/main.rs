use rocket::{get, launch, routes};

mod clerk;

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[launch]
fn rocket() -> _ {
    let mut rocket = rocket::build().attach(clerk::fairing());
    if std::env::var_os("HELLO").is_some() {
        rocket = rocket.mount("/", routes![hello]);
    }
    rocket
}
