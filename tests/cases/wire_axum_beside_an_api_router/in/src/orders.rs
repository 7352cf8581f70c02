use aide::axum::{routing::get, ApiRouter};

pub fn router() -> ApiRouter {
    ApiRouter::new().api_route("/", get(|| async { "none" }))
}
