pub async fn home() -> &'static str {
    crate::util::greeting()
}
