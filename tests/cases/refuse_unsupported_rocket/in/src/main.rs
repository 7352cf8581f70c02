fn main() {
    rocket::ignite().launch();
}
