use rocket::{get, launch, routes};

mod clerk;

#[get("/")]
fn index() -> &'static str {
    "hello"
}

#[launch]
fn rocket() -> _ {
    rocket::build()
        .mount("/", routes![index])
        .attach(clerk::fairing())
}
