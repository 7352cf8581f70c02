//! Guards where there is no router around them.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use tower::{Layer, ServiceExt};

use crate::clerk::testing::TestIssuer;
use crate::clerk::{layer_with, require_session_except, PublicRoutes};
use crate::properties::ready;
use crate::rules::token;

/// There nobody knows the whole path.
#[test]
fn outside_a_router_no_route_is_public() {
    let open = tower::service_fn(|_: Request| async { Ok::<_, Infallible>("open".into_response()) });
    let guard = require_session_except(PublicRoutes::new().get("/"));
    let app = layer_with(TestIssuer::new().verifier()).layer(guard.layer(open));
    let status = |request: Request| ready(app.clone().oneshot(request)).unwrap().status();
    assert_eq!(status(Request::default()), StatusCode::UNAUTHORIZED);
    let signed_in = Request::builder().header(AUTHORIZATION, token().bearer());
    assert_eq!(status(signed_in.body(Body::empty()).unwrap()), StatusCode::OK);
}
