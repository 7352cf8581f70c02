mod clerk;

#[rocket::launch]
fn rocket() -> _ {
    rocket::build()
}
