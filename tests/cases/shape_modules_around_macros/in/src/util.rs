pub fn greeting() -> &'static str {
    greeting!()
}
