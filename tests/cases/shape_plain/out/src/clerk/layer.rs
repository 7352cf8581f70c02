// clerk-sessions: module/layer.rs
//! The one line that wires the module into a router, and which verifier a request then meets.

use axum::http::Extensions;

use axum::Extension;

use super::outcome::Outcome;
use super::process;
use super::rejection::{Reason, Rejection};
use super::verify::Verifier;

/// Which verifier belongs to a router.
#[derive(Debug, Clone)]
pub struct Attached(Option<Verifier>);

/// Wires the verifier of the whole process, which is built from the environment right now.
///
/// A bad configuration does not stop the program: the log says what is wrong, and guarded routes
/// answer 503.
pub fn layer() -> Extension<Attached> {
    // Extractors use this same verifier where the line is missing: nothing can be forgotten.
    process::verifier();
    Extension(Attached(None))
}

/// Wires a verifier of your own, in tests for example.
pub fn layer_with(verifier: Verifier) -> Extension<Attached> {
    Extension(Attached(Some(verifier)))
}

/// What was found in a request, for whoever asks next.
#[derive(Clone)]
struct Found {
    outcome: Outcome,
    by: Verifier,
}

/// Looks for a session in a request, once, however many guards and extractors ask.
pub(crate) async fn outcome(
    parts: &mut axum::http::request::Parts,
) -> Result<(Outcome, bool), Rejection> {
    let verifier = verifier(&parts.extensions)?;
    let reveal = verifier.reveals();
    let found = parts.extensions.get::<Found>();
    if let Some(found) = found.filter(|found| found.by.is(&verifier)) {
        return Ok((found.outcome.clone(), reveal));
    }
    let outcome = verifier.authenticate(parts).await;
    let found = Found {
        outcome: outcome.clone(),
        by: verifier,
    };
    parts.extensions.insert(found);
    Ok((outcome, reveal))
}

fn verifier(extensions: &Extensions) -> Result<Verifier, Rejection> {
    let attached = extensions.get::<Attached>();
    let own = attached.and_then(|attached| attached.0.clone());
    own.or_else(|| process::verifier().cloned())
        .ok_or_else(|| Rejection::new(Reason::Misconfigured))
}
