//! The key sets, as they should be or, for tests of an outage, not.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::errors::{Answer, not_found};
use crate::local::keys::Key;
use crate::local::server::{JwksMode, Local, Shared, lock};

/// `GET /.well-known/jwks.json`, and `GET /v1/jwks`.
pub async fn public(State(local): State<Shared>) -> Answer {
    let (mode, delay) = *lock(&local.jwks);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    match mode {
        JwksMode::Ok | JwksMode::Slow => Ok(Json(set(&local).await).into_response()),
        JwksMode::Absent => Err(not_found("key set")),
        JwksMode::Broken => Ok(broken()),
        JwksMode::Wrong => {
            let kid = local.read(|world, _| world.instance.id.clone());
            Ok(Json(json!({ "keys": [Key::generate().jwk(&kid)] })).into_response())
        }
    }
}

/// The keys in use. Clerk's `kid` names the instance, so that during a rotation two keys share it.
async fn set(local: &Local) -> Value {
    let kid = local.read(|world, _| world.instance.id.clone());
    let keys: Vec<Value> = local.keys.published().await.iter().map(|key| key.jwk(&kid)).collect();
    json!({ "keys": keys })
}

fn broken() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], "{\"keys\":[").into_response()
}
