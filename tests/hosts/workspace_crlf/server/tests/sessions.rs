//! Tests outside the library have sessions, too, by the file that the module brings for that.

use axum::extract::FromRequestParts;
use axum::http::Request;
use shop_server::clerk::*;

#[path = "../src/clerk/testing.rs"]
mod testing;

use testing::TestIssuer;

#[tokio::test]
async fn a_token_of_the_issuer_makes_a_session() {
    let issuer = TestIssuer::new();
    let token = issuer.token().user("user_7").organization("org_7", "acme").role("admin");
    let session = issuer.verifier().verify(&token.sign()).await.unwrap();
    assert_eq!(session.user_id(), "user_7");
    assert_eq!(session.require_role("org:admin"), Ok(()));
    let stranger = TestIssuer::stranger().token().sign();
    assert!(issuer.verifier().verify(&stranger).await.is_err());
}

#[tokio::test]
async fn a_request_with_such_a_token_has_one() {
    let issuer = TestIssuer::new();
    let request = Request::builder().header("authorization", issuer.token().bearer());
    let mut parts = request.body(()).unwrap().into_parts().0;
    parts.extensions.insert(layer_with(issuer.verifier()).0);
    let session = Session::from_request_parts(&mut parts, &()).await.unwrap();
    assert_eq!(session.session_id(), "sess_test");
}
