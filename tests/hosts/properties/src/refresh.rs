//! When keys that grew old are fetched again: in the background, and not all the time.

use std::time::Duration;

use crate::clerk::testing::TestIssuer;
use crate::clerk::Verifier;
use crate::server::{Answer, Server};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Verifies a few tokens that nobody saw before, and waits until the server was asked so often.
async fn ask(issuer: &TestIssuer, verifier: &Verifier, server: &Server, fetches: usize) -> usize {
    for user in 0..5 {
        let token = issuer.token().user(&format!("user_{user}")).sign();
        assert!(verifier.verify(&token).await.is_ok());
        server.asked(fetches).await;
        server.settled().await;
    }
    server.fetches()
}

#[tokio::test]
async fn old_keys_are_fetched_again_but_not_all_the_time() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    let verifier = server.verifier(&issuer);
    assert_eq!(ask(&issuer, &verifier, &server, 1).await, 1);
    issuer.clock().advance(HOUR / 2);
    assert_eq!(ask(&issuer, &verifier, &server, 1).await, 1, "fresh keys are not fetched again");
    server.answer(Answer::Failure);
    issuer.clock().advance(HOUR / 2);
    assert_eq!(ask(&issuer, &verifier, &server, 2).await, 2, "after an hour they are, once");
    issuer.clock().advance(Duration::from_secs(20));
    assert_eq!(ask(&issuer, &verifier, &server, 3).await, 3, "and again after 20 s");
}
