// clerk-sessions: module/layer.rs
//! The one line that wires the module into a router, and which verifier a request then meets.

use «crates.axum»::http::Extensions;

use «crates.axum»::http::request::Parts;

use «crates.axum»::Extension;

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

/// What a guard found in a request, for whoever asks behind it.
#[derive(Clone)]
struct Found {
    outcome: Outcome,
    by: Verifier,
}

/// Looks for a session in a request, unless a guard has done so.
pub(crate) async fn outcome(parts: &Parts) -> Result<(Outcome, bool), Rejection> {
    let verifier = verifier(&parts.extensions)?;
    let found = parts.extensions.get::<Found>();
    let outcome = match found.filter(|found| found.by.is(verifier)) {
        Some(found) => found.outcome.clone(),
        None => verifier.authenticate(parts).await,
    };
    Ok((outcome, verifier.reveals()))
}

/// Looks for a session, and leaves what is found to the guards and the handler behind.
pub(crate) async fn outcome_for_all(parts: &mut Parts) -> Result<(Outcome, bool), Rejection> {
    let (outcome, reveal) = outcome(parts).await?;
    let found = Found {
        outcome: outcome.clone(),
        by: verifier(&parts.extensions)?.clone(),
    };
    parts.extensions.insert(found);
    Ok((outcome, reveal))
}

fn verifier(extensions: &Extensions) -> Result<&Verifier, Rejection> {
    match extensions.get::<Attached>() {
        Some(Attached(Some(own))) => Ok(own),
        _ => process::verifier().ok_or_else(|| Rejection::new(Reason::Misconfigured)),
    }
}
