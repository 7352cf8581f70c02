#[tokio::main]
async fn main() {
    let _ = api::build().launch().await;
}
