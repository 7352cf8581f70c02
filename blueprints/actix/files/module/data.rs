// clerk-sessions: module/data.rs
//! The one line that wires the module into an application, and which verifier a request then meets.

use «crates.actix_web»::{HttpMessage as _, HttpRequest};

use super::outcome::Outcome;
use super::process;
use super::rejection::{Reason, Rejection};
use super::verify::Verifier;

/// Which verifier belongs to an application or a scope.
#[derive(Debug, Clone)]
pub struct Attached(Option<Verifier>);

/// Wires the verifier of the whole process, which is built from the environment right now.
///
/// Every worker has an application of its own, but all of them share this verifier: keys are
/// fetched once, and tokens are remembered once. A bad configuration does not stop the program: the
/// log says what is wrong, and guarded routes answer 503.
pub fn data() -> Attached {
    // Extractors use this same verifier where the line is missing: nothing can be forgotten.
    process::verifier();
    Attached(None)
}

/// Wires a verifier of your own, in tests for example. Build it outside of the closure that
/// `HttpServer` runs in each worker, and clone it in there: clones share keys and cache.
pub fn data_with(verifier: Verifier) -> Attached {
    Attached(Some(verifier))
}

/// What was found in a request, for whoever asks next.
#[derive(Clone)]
struct Found {
    outcome: Outcome,
    by: Verifier,
}

/// Looks for a session in a request, once, however many guards and extractors ask.
pub(crate) async fn outcome(request: &HttpRequest) -> Result<(Outcome, bool), Rejection> {
    let verifier = verifier(request)?;
    let reveal = verifier.reveals();
    let found = request.extensions().get::<Found>().cloned();
    if let Some(found) = found.filter(|found| found.by.is(&verifier)) {
        return Ok((found.outcome, reveal));
    }
    let outcome = verifier.authenticate(request).await;
    let found = Found {
        outcome: outcome.clone(),
        by: verifier,
    };
    request.extensions_mut().insert(found);
    Ok((outcome, reveal))
}

/// The verifier of the innermost scope that has one.
fn verifier(request: &HttpRequest) -> Result<Verifier, Rejection> {
    let attached = request.app_data::<Attached>();
    let own = attached.and_then(|attached| attached.0.clone());
    own.or_else(|| process::verifier().cloned())
        .ok_or_else(|| Rejection::new(Reason::Misconfigured))
}
