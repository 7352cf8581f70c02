fn main() {
    rocket::build();
}
