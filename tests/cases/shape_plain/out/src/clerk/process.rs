// clerk-sessions: module/process.rs
//! The verifier that the whole process shares, built once from the environment variables.

use std::sync::OnceLock;

use super::verify::Verifier;

static VERIFIER: OnceLock<Option<Verifier>> = OnceLock::new();

/// The shared verifier, or `None` if the configuration is invalid. The log then says why, once, and
/// every guarded route answers 503.
pub(crate) fn verifier() -> Option<&'static Verifier> {
    let verifier = VERIFIER.get_or_init(|| match Verifier::from_env() {
        Ok(verifier) => Some(verifier),
        Err(cause) => {
            tracing::error!(%cause, "clerk sessions are misconfigured, guarded routes answer 503");
            None
        }
    });
    verifier.as_ref()
}
