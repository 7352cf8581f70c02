use rocket::{get, routes};

mod clerk;

#[get("/")]
fn hello() -> &'static str {
    "hello"
}

#[rocket::main]
async fn main() -> Result<(), rocket::Error> {
    let rocket = rocket::build().mount("/", routes![hello]).ignite().await?;
    println!("{}", rocket.config().port);
    rocket.launch().await?;
    Ok(())
}
