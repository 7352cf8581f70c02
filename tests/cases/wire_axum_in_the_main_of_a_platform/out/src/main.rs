use axum::{Router, routing::get};
use shuttle_runtime::SecretStore;

mod clerk;

#[shuttle_runtime::main]
async fn main(#[shuttle_runtime::Secrets] secrets: SecretStore) -> shuttle_axum::ShuttleAxum {
    let greeting = secrets.get("GREETING").unwrap_or_default();
    let router = Router::new().route("/", get(move || async { greeting })).layer(clerk::layer());
    Ok(router.into())
}
