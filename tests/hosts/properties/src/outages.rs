//! How long a key is trusted that Clerk has removed, and what an outage of the key server does.

use std::time::{Duration, Instant};

use crate::clerk::testing::TestIssuer;
use crate::clerk::{Reason, Verifier};
use crate::rules::user;
use crate::server::{Answer, Server};

const HOUR: Duration = Duration::from_secs(60 * 60);
const SECOND: Duration = Duration::from_secs(1);

/// Much less than a fetch that hangs takes, and more than a busy machine does.
const AT_ONCE: Duration = Duration::from_secs(3);

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

const UNAVAILABLE: Result<String, Reason> = Err(Reason::KEYS_UNAVAILABLE);
const REMOVED: Result<String, Reason> = Err(Reason::TOKEN_KEY_UNKNOWN);

/// One request is still let in after an hour. It has the keys fetched, and those after it meet the new ones.
#[tokio::test]
async fn with_requests_a_removed_key_is_trusted_for_an_hour() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(without(&issuer));
    issuer.clock().advance(HOUR - SECOND);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    assert_eq!(server.fetches(), 1);
    issuer.clock().advance(SECOND);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    server.asked(2).await;
    server.settled().await;
    assert_eq!(ask(&issuer, &verifier).await, REMOVED);
}

/// A request whose key is known never waits for a refresh before that.
#[tokio::test]
async fn without_requests_a_removed_key_is_trusted_for_two_hours() {
    for (age, expected) in [(2 * HOUR - SECOND, user("user_test")), (2 * HOUR, REMOVED)] {
        let (issuer, server, verifier) = loaded().await;
        server.answer(without(&issuer));
        issuer.clock().advance(age);
        assert_eq!(ask(&issuer, &verifier).await, expected, "{age:?}");
    }
}

#[tokio::test]
async fn a_refresh_that_hangs_holds_nobody_up_for_two_hours() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Silence);
    issuer.clock().advance(2 * HOUR - SECOND);
    let start = Instant::now();
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    assert!(start.elapsed() < AT_ONCE);
    server.asked(2).await;
    issuer.clock().advance(SECOND);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"), "it waits, and the old key still counts");
    assert!(start.elapsed() > AT_ONCE);
}

#[tokio::test]
async fn in_an_outage_a_key_is_trusted_for_a_day_and_half_a_minute_after_it() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Failure);
    issuer.clock().advance(24 * HOUR - 30 * SECOND);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    assert_eq!(server.fetches(), 2, "it waited for a fetch");
    server.answer(without(&issuer));
    issuer.clock().advance(15 * SECOND);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"), "one failed a moment ago");
    assert_eq!(server.fetches(), 2);
    issuer.clock().advance(15 * SECOND);
    assert_eq!(ask(&issuer, &verifier).await, REMOVED);
    server.answer(Answer::Failure);
    issuer.clock().advance(24 * HOUR);
    assert_eq!(ask(&issuer, &verifier).await, UNAVAILABLE);
}

/// Under requests an outage holds nobody up after the first: the next fetch is tried before the last failure is forgotten.
#[tokio::test]
async fn in_an_outage_one_request_waits() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Silence);
    issuer.clock().advance(3 * HOUR);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    for round in 1..=6 {
        server.answer(Answer::Silence);
        issuer.clock().advance(10 * SECOND);
        let start = Instant::now();
        assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
        assert!(start.elapsed() < AT_ONCE, "round {round}");
        server.asked(2 + round / 2).await;
        server.answer(Answer::Failure);
        server.settled().await;
    }
    assert_eq!(server.fetches(), 5);
}

#[tokio::test]
async fn one_failed_fetch_keeps_no_removed_key() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Failure);
    // A stranger can have this fetched at any time.
    assert_eq!(verdict(&verifier, &unknown(&issuer)).await, UNAVAILABLE);
    server.answer(without(&issuer));
    issuer.clock().advance(23 * HOUR);
    assert_eq!(ask(&issuer, &verifier).await, REMOVED);
}

/// The monotonic clock of Linux stands still meanwhile.
#[tokio::test]
async fn a_night_of_sleep_is_time_too() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(without(&issuer));
    let morning = issuer.clock().seconds() + 9 * 60 * 60;
    issuer.clock().set_wall(morning);
    assert_eq!(ask(&issuer, &verifier).await, REMOVED);
}

#[tokio::test]
async fn a_wall_clock_that_goes_back_keeps_no_key() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(without(&issuer));
    let morning = issuer.clock().seconds();
    issuer.clock().advance(2 * HOUR);
    issuer.clock().set_wall(morning);
    assert_eq!(ask(&issuer, &verifier).await, REMOVED);
}

#[tokio::test]
async fn a_signature_is_no_verdict_while_fetches_fail() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Failure);
    let rotated = TestIssuer::stranger();
    let token = rotated.token().sign();
    assert_eq!(verdict(&verifier, &token).await, UNAVAILABLE, "Clerk's `kid` names the instance");
    server.answer(Answer::Keys(rotated.jwks()));
    assert_eq!(verdict(&verifier, &token).await, UNAVAILABLE, "nobody can have this fetched all the time");
    assert_eq!(server.fetches(), 2);
    issuer.clock().advance(30 * SECOND);
    assert_eq!(verdict(&verifier, &token).await, user("user_test"));
    assert_eq!(verdict(&verifier, &TestIssuer::stranger().token().sign()).await, Err(Reason::TOKEN_SIGNATURE));
}

#[tokio::test]
async fn who_comes_after_a_fetch_that_hung_does_not_wait() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    server.answer(Answer::Silence);
    let verifier = server.verifier(&issuer);
    assert_eq!(ask(&issuer, &verifier).await, UNAVAILABLE);
    let start = Instant::now();
    assert_eq!(ask(&issuer, &verifier).await, UNAVAILABLE);
    std::thread::sleep(SECOND / 3);
    assert_eq!(server.fetches(), 1, "within a second it is not tried again");
    for _ in 0..2 {
        issuer.clock().advance(SECOND);
        assert_eq!(ask(&issuer, &verifier).await, UNAVAILABLE);
    }
    assert!(start.elapsed() < AT_ONCE);
    server.asked(2).await;
    assert_eq!(server.fetches(), 2, "it is tried again, by one at a time");
    server.answer(Answer::Keys(issuer.jwks()));
    while ask(&issuer, &verifier).await != user("user_test") {
        assert!(start.elapsed() < 20 * SECOND);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_waited_for_a_fetch_that_failed_waits_for_no_other() {
    let (issuer, server, verifier) = loaded().await;
    server.answer(Answer::Silence);
    issuer.clock().advance(HOUR);
    assert_eq!(ask(&issuer, &verifier).await, user("user_test"));
    server.asked(2).await;
    assert_eq!(verdict(&verifier, &unknown(&issuer)).await, UNAVAILABLE);
    assert_eq!(server.fetches(), 2);
}

/// Such as that of a `#[tokio::test]`, beside others that share the verifier.
#[test]
fn a_fetch_outlives_the_runtime_that_began_it() {
    let issuer = TestIssuer::new();
    let server = Server::start(&issuer);
    server.answer(Answer::Silence);
    let verifier = server.verifier(&issuer);
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (asking, token) = (verifier.clone(), issuer.token().sign());
    let first = runtime();
    first.spawn(async move { asking.verify(&token).await.is_ok() });
    first.block_on(server.asked(1));
    drop(first);
    server.answer(Answer::Keys(issuer.jwks()));
    assert_eq!(runtime().block_on(ask(&issuer, &verifier)), user("user_test"));
    assert_eq!(server.fetches(), 1);
}
