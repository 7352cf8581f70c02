//! Who is signed in.

use axum::routing::get;
use axum::Router;

use crate::state::Store;

async fn me() -> String {
    "nobody".to_owned()
}

pub fn routes() -> Router<Store> {
    Router::new().route("/me", get(me))
}
