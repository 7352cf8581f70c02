//! What the fuzz targets share: the rendered module, and verifiers with a good token that no input may pass for.

include!(concat!(env!("OUT_DIR"), "/root.rs"));

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use clerk::testing::{ISSUER, PARTY, TestIssuer};
use clerk::{Verifier, VerifierBuilder};

/// Stands in for Clerk.
pub static TEST_ISSUER: LazyLock<TestIssuer> = LazyLock::new(TestIssuer::new);

/// A good token. `@` in an input stands for it, because no fuzzer finds a signature.
pub static TOKEN: LazyLock<String> =
    LazyLock::new(|| TEST_ISSUER.token().organization("org_1", "acme").permissions(&["org:a:b"]).sign());

/// Verifies the tokens of the issuer by its PEM.
pub static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| TEST_ISSUER.verifier());

/// A verifier that still needs to be told its keys.
pub fn without_keys() -> VerifierBuilder {
    let builder = Verifier::builder()
        .variable("CLERK_ISSUER", ISSUER)
        .variable("CLERK_AUTHORIZED_PARTIES", PARTY)
        .clock(TEST_ISSUER.clock().clone());
    builder.settings(|settings| {
        settings.cookie = false;
        settings.cache_entries = 0;
    })
}

/// Signs a header and a payload as somebody who has the key.
pub fn signed(header: &[u8], payload: &[u8]) -> String {
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    TEST_ISSUER.sign(&format!("{}.{}", encode(header), encode(payload)))
}

/// The input with another text for every `@`.
pub fn filled(input: &[u8], text: &str) -> Vec<u8> {
    input.split(|byte| *byte == b'@').collect::<Vec<_>>().join(text.as_bytes())
}

/// Runs what never waits: nothing here is fetched.
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something waits"),
    }
}
