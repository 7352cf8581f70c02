use rocket::{get, routes};

mod clerk;

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[shuttle_runtime::main]
async fn main() -> shuttle_rocket::ShuttleRocket {
    let rocket = rocket::build()
        .mount("/", routes![hello])
        .attach(clerk::fairing());

    Ok(rocket.into())
}
