use rocket::{get, routes};

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[rocket::main]
async fn main() -> Result<(), rocket::Error> {
    let _ = rocket::custom(rocket::Config::figment())
        .mount("/", routes![hello])
        .ignite()
        .await?
        .launch()
        .await?;
    Ok(())
}
