use rocket::{get, routes};

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[shuttle_runtime::main]
async fn main() -> shuttle_rocket::ShuttleRocket {
    let rocket = rocket::build().mount("/", routes![hello]);

    Ok(rocket.into())
}
