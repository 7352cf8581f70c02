// clerk-sessions: module/tests/mod.rs
//! The tests of the module itself. Keys are generated when they run, and no network is used.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod verifier;
mod web;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::testing::TestIssuer;
use super::{AzpMissing, ClientUatPolicy, Profile, Reason, Settings, Verifier};

/// Makes settings ones that do not depend on what this project chose.
fn plain(settings: &mut Settings) {
    *settings = Settings {
        instance_keys: settings.instance_keys,
        header: true,
        cookie: true,
        azp_missing: AzpMissing::Refuse,
        parties_required: true,
        client_uat: ClientUatPolicy::IfPresent,
        leeway: Duration::from_secs(5),
        audience: Vec::new(),
        maximum_token_age: None,
        cache_entries: 100,
        refresh_percent: 10,
    };
}

/// A verifier for the tokens of an issuer, with plain settings and a change to them. Its responses
/// name no reasons.
pub(crate) fn verifier(issuer: &TestIssuer, change: impl FnOnce(&mut Settings)) -> Verifier {
    let builder = issuer.builder_for(Profile::Prod);
    let builder = builder.settings(|settings| {
        plain(settings);
        change(settings);
    });
    builder.build().unwrap()
}

/// Runs a future that never waits. With a PEM nothing is fetched.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("with a PEM nothing waits"),
    }
}

/// The user of a token, or why it is refused.
fn verdict(verifier: &Verifier, token: &str) -> Result<String, Reason> {
    let result = ready(verifier.verify(token));
    result
        .map(|session| session.user_id().to_owned())
        .map_err(|rejection| rejection.reason())
}
