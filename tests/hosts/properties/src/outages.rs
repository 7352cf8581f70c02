//! How long a key is trusted that Clerk has removed, and what an outage of the key server does.

use std::time::{Duration, Instant};

use crate::clerk::testing::TestIssuer;
use crate::clerk::{Reason, Verifier};
use crate::rules::user;
use crate::server::{Answer, Server};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// An issuer whose key the server has, and a verifier that has fetched it.
async fn loaded() -> (TestIssuer, Server, Verifier) {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    let verifier = server.verifier(&issuer);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    (issuer, server, verifier)
}

/// The verdict on a token that nobody saw before.
async fn ask(issuer: &TestIssuer, verifier: &Verifier) -> Result<String, Reason> {
    verdict(verifier, &issuer.token().claim("jti", fastrand::u64(..)).sign()).await
}

async fn verdict(verifier: &Verifier, token: &str) -> Result<String, Reason> {
    let session = verifier.verify(token).await.map_err(|rejection| rejection.reason())?;
    Ok(session.user_id().to_owned())
}

/// What the server has once Clerk removed the key of an issuer.
fn without(issuer: &TestIssuer) -> Answer {
    Answer::Keys(issuer.jwks().replace("ins_test", "ins_other"))
}

fn unknown(issuer: &TestIssuer) -> String {
    issuer.token().header("kid", "ins_unknown").sign()
}

#[tokio::test]
async fn one_failed_fetch_keeps_no_removed_key() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Failure);
    // A stranger can have this fetched at any time.
    assert_eq!(verdict(&verifier, &unknown(&issuer)).await, Err(Reason::KeysUnavailable));
    server.answer(without(&issuer));
    issuer.clock().advance(23 * HOUR);
    // Wrong: the server can be reached, and does not have the key.
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
}

#[tokio::test]
async fn a_night_of_sleep_is_time_too() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(without(&issuer));
    // The monotonic clock of Linux stands still meanwhile.
    let morning = issuer.clock().now().wall / 1000 + 9 * 60 * 60;
    issuer.clock().set_wall(morning);
    // Wrong: the key is nine hours old.
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    assert_eq!(server.fetches(), 1);
}

#[tokio::test]
async fn a_signature_is_no_verdict_while_fetches_fail() {
    let (_, server, verifier) = loaded().await;
    server.answer(Answer::Failure);
    let rotated = TestIssuer::stranger().token().sign();
    // Wrong: Clerk's `kid` names the instance, so this may be the new key.
    assert_eq!(verdict(&verifier, &rotated).await, Err(Reason::TokenSignature));
}

#[tokio::test]
async fn who_comes_after_a_fetch_that_hung_does_not_wait() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    server.answer(Answer::Silence);
    let verifier = server.verifier(&issuer);
    assert_eq!(ask(&issuer, &verifier).await, Err(Reason::KeysUnavailable));
    issuer.clock().advance(Duration::from_secs(5));
    let start = Instant::now();
    assert_eq!(ask(&issuer, &verifier).await, Err(Reason::KeysUnavailable));
    // Wrong: every request waits as long as the first.
    assert!(start.elapsed() > Duration::from_secs(4));
}

/// Such as that of a `#[tokio::test]`, beside others that share the verifier.
#[test]
fn a_fetch_outlives_the_runtime_that_began_it() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    server.answer(Answer::Silence);
    let verifier = server.verifier(&issuer);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (asking, token) = (verifier.clone(), issuer.token().sign());
    let first = runtime();
    first.spawn(async move { asking.verify(&token).await.is_ok() });
    first.block_on(server.asked(1));
    drop(first);
    server.answer(Answer::Keys(issuer.jwks()));
    // Wrong: the fetch ended with its runtime, and no other is begun for a second.
    assert_eq!(runtime().block_on(ask(&issuer, &verifier)), Err(Reason::KeysUnavailable));
}
