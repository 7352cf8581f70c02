//! Projects.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use planner_models::Project;

use crate::state::Store;

async fn list(State(store): State<Store>) -> Json<Vec<Project>> {
    Json(store.all())
}

async fn create(State(store): State<Store>, name: String) -> Json<Project> {
    Json(store.add(name))
}

async fn clear(State(store): State<Store>) -> StatusCode {
    store.clear();
    StatusCode::NO_CONTENT
}

pub fn routes() -> Router<Store> {
    Router::new().route("/", get(list).post(create).delete(clear))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_created_is_listed() {
        let store = Store::default();
        let created = create(State(store.clone()), "roof".to_owned()).await;
        assert_eq!(list(State(store)).await.0, [created.0]);
    }
}
