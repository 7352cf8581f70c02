//! The routes, a router for each matter.

mod account;
mod projects;

use axum::Router;

use crate::state::Store;

pub fn api() -> Router<Store> {
    Router::new().merge(account::routes()).nest("/projects", projects::routes())
}
