#[rocket::main]
async fn main() -> Result<(), rocket::Error> {
    shop::rocket().launch().await?;
    Ok(())
}
