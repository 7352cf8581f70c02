use rocket::{get, routes};

mod clerk;

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[rocket::main]
async fn main() -> Result<(), rocket::Error> {
    let _ = rocket::custom(rocket::Config::figment())
        .mount("/", routes![hello])
        .attach(clerk::fairing())
        .ignite()
        .await?
        .launch()
        .await?;
    Ok(())
}
