// clerk-sessions: module/web/wiring.rs
//! The layer that wires the module into a router, and the choice of the verifier for a request.

use «crates.axum»::http::request::Parts;

use super::super::{Authentication, Verifier};
use super::log;

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
pub fn layer() -> «crates.axum»::Extension<Shared> {
    // Extractors use this verifier even without the layer, so forgetting it opens nothing.
    let _ = Verifier::shared();
    «crates.axum»::Extension(Shared)
}

/// Wires a verifier of your own, for example in tests. It comes before that of the whole process,
/// wherever the two layers stand; of several, the innermost counts.
pub fn layer_with(verifier: Verifier) -> «crates.axum»::Extension<Attached> {
    «crates.axum»::Extension(Attached(verifier))
}

/// What was found in a request, for the guards and extractors that ask next.
#[derive(Clone)]
struct Found {
    authentication: Authentication,
    by: Verifier,
}

/// Looks for a session in a request, once, however many guards and extractors ask. The verifier is that
/// of the innermost layer that has one.
pub(crate) async fn authenticate(parts: &mut Parts) -> Authentication {
    let own = parts.extensions.get::<Attached>().map(|Attached(own)| own);
    let Some(by) = own.or_else(|| Verifier::shared().ok()).cloned() else {
        return Authentication::misconfigured(&*parts);
    };
    let found = parts.extensions.get::<Found>();
    if let Some(found) = found.filter(|found| found.by == by) {
        return found.authentication.clone();
    }
    let authentication = by.authenticate(&*parts).await;
    if let Authentication::Active(session) | Authentication::Pending(session) = &authentication {
        log::identified(session);
    }
    parts.extensions.insert(Found {
        authentication: authentication.clone(),
        by,
    });
    authentication
}
