fn main() {
    let _ = api::routes();
}
