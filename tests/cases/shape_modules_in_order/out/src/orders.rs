pub async fn show() -> &'static str {
    "nothing yet"
}
