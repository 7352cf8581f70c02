// clerk-sessions: module/layer.rs
//! The layer that wires the module into a router, and the choice of the verifier for a request.

use axum::http::request::Parts;

use super::outcome::Outcome;
use super::process;
use super::rejection::{Reason, Rejection};
use super::verify::Verifier;

/// The verifier that belongs to a router.
#[derive(Debug, Clone)]
pub struct Attached(Verifier);

/// Stands for the verifier of the whole process.
#[derive(Debug, Clone, Copy)]
pub struct Shared;

/// Wires the verifier of the whole process, and builds it from the environment variables.
///
/// A bad configuration does not stop the program. The log says what is wrong, and guarded routes
/// answer 503.
pub fn layer() -> axum::Extension<Shared> {
    // Extractors use this verifier even without the layer, so forgetting it opens nothing.
    let _ = process::verifier();
    axum::Extension(Shared)
}

/// Wires a verifier of your own, for example in tests. It comes before that of the whole process,
/// wherever the two layers stand; of several, the innermost counts.
pub fn layer_with(verifier: Verifier) -> axum::Extension<Attached> {
    axum::Extension(Attached(verifier))
}

/// What a guard found in a request, for the guards and extractors after it.
#[derive(Clone)]
struct Found {
    outcome: Outcome,
    by: Verifier,
}

/// Looks for a session in a request, unless a guard has already done so.
pub(crate) async fn outcome(parts: &Parts) -> Result<Outcome, Rejection> {
    let verifier = verifier(parts)?;
    let found = parts.extensions.get::<Found>();
    Ok(match found.filter(|found| found.by.is(verifier)) {
        Some(found) => found.outcome.clone(),
        None => verifier.authenticate(parts).await,
    })
}

/// Looks for a session in a request, and keeps what is found for the guards and the handler.
pub(crate) async fn outcome_for_all(parts: &mut Parts) -> Result<Outcome, Rejection> {
    let outcome = outcome(parts).await?;
    let found = Found {
        outcome: outcome.clone(),
        by: verifier(parts)?.clone(),
    };
    parts.extensions.insert(found);
    Ok(outcome)
}

fn verifier(parts: &Parts) -> Result<&Verifier, Rejection> {
    match parts.extensions.get::<Attached>() {
        Some(Attached(own)) => Ok(own),
        None => process::verifier().map_err(|_| Rejection::new(Reason::Misconfigured)),
    }
}
