//! When what waits for the end of a session goes on, by a clock that the test moves.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::clerk::testing::{TestIssuer, TestToken};
use crate::clerk::{Session, Verifier};
use crate::properties::ready;

const LEEWAY: Duration = Duration::from_secs(5);
const MILLISECOND: Duration = Duration::from_millis(1);

fn session(verifier: &Verifier, token: &TestToken) -> Session {
    ready(verifier.verify(&token.sign())).unwrap()
}

/// Whether it has ended, once everything that can happen at this time has happened.
fn has_ended(expiry: &mut Pin<Box<dyn Future<Output = ()> + Send>>) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_millis(50), expiry).await.is_ok() })
}

#[test]
fn it_ends_with_the_leeway_and_not_before() {
    let issuer = TestIssuer::new();
    let verifier = issuer.builder().settings(|settings| settings.leeway = LEEWAY).build().unwrap();
    let session = session(&verifier, &issuer.token());
    let mut expiry = session.until_expiry();
    issuer.clock().advance(session.expires_in() + LEEWAY - MILLISECOND);
    assert!(!has_ended(&mut expiry));
    issuer.clock().advance(MILLISECOND);
    assert!(has_ended(&mut expiry));
}

/// The machine was suspended, or the clock was wrong and is put right.
#[test]
fn it_ends_by_whichever_clock_is_first() {
    let issuer = TestIssuer::new();
    let session = session(&issuer.verifier(), &issuer.token());
    let now = issuer.clock().seconds();
    let mut expiry = session.until_expiry();
    issuer.clock().set_wall(now + 600);
    assert!(has_ended(&mut expiry));
    issuer.clock().set_wall(now - 600);
    let mut expiry = session.until_expiry();
    assert!(!has_ended(&mut expiry));
    issuer.clock().advance(Duration::from_secs(66));
    assert!(has_ended(&mut expiry));
}

#[test]
fn it_ends_when_the_token_is_too_old() {
    let issuer = TestIssuer::new();
    let old = |settings: &mut crate::clerk::Settings| {
        settings.leeway = Duration::ZERO;
        settings.maximum_token_age = Some(Duration::from_secs(300));
    };
    let verifier = issuer.builder().settings(old).build().unwrap();
    let years = issuer.clock().seconds() + 100_000_000;
    let mut expiry = session(&verifier, &issuer.token().claim("exp", years)).until_expiry();
    issuer.clock().advance(Duration::from_secs(298));
    assert!(!has_ended(&mut expiry));
    issuer.clock().advance(Duration::from_secs(1));
    assert!(has_ended(&mut expiry));
}

#[test]
fn it_ends_when_its_own_session_is_revoked() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let session = session(&verifier, &issuer.token());
    let mut expiry = session.until_expiry();
    verifier.revoke("sess_other");
    assert!(!has_ended(&mut expiry));
    verifier.clone().revoke(session.session_id());
    assert!(has_ended(&mut expiry));
    assert!(has_ended(&mut session.until_expiry()), "one that is asked for later ends at once");
}

/// Nobody looks all the time: whoever waits is told.
#[test]
fn it_ends_at_once_for_one_who_waits() {
    let issuer = TestIssuer::new();
    let verifier = issuer.verifier();
    let session = session(&verifier, &issuer.token());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let start = tokio::time::Instant::now();
        let revoke = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            verifier.revoke(session.session_id());
        };
        tokio::join!(session.until_expiry(), revoke);
        assert!(start.elapsed() < Duration::from_secs(1));
    });
}
