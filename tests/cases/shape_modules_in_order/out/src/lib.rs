//! The shop.

pub mod basket;
pub mod clerk;
pub mod orders;
pub mod prices;

use axum::{Router, routing::get};

pub fn app() -> Router {
    Router::new()
        .route("/", get(basket::show))
        .route("/orders", get(orders::show))
}
