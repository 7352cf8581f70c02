//! A session that is known already costs no memory, whichever way its token came.

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderName, Request};

use crate::clerk::testing::TestIssuer;
use crate::counting::peak;
use crate::properties::{ready, suffix, test_instance};

#[test]
fn a_session_that_is_known_costs_no_memory() {
    let issuer = TestIssuer::new();
    let verifier = test_instance(&issuer).build().unwrap();
    let token = issuer.token().organization("org_1", "acme").permissions(&["org:a:b"]).sign();
    let (suffix, time) = (suffix(), issuer.clock().seconds() - 100);
    let plain = format!("a=b; __session={token}; __client_uat={time}");
    let both = format!("{plain}; __session_{suffix}={token}; __client_uat_{suffix}={time}");
    let headers: [(HeaderName, String); 3] =
        [(AUTHORIZATION, format!("Bearer {token}")), (COOKIE, plain), (COOKIE, both)];
    for (name, value) in headers {
        let parts = Request::builder().header(&name, value).body(()).unwrap().into_parts().0;
        let ask = || ready(verifier.authenticate(&parts)).active().is_ok();
        assert!(ask());
        assert_eq!(peak(ask), (true, 0), "{name}");
    }
}
