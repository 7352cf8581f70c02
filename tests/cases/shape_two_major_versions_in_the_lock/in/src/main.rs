#[macro_use]
extern crate rocket;

mod api {
    #[get("/")]
    pub fn hello() -> &'static str { "hello" }
}

#[launch]
fn rocket() -> _ {
    rocket::build().mount("/", routes![api::hello])
}
