#[rocket::launch]
fn rocket() -> _ {
    courier_api::build()
}
