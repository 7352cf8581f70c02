// clerk-sessions: module/web/wiring.rs
//! The app data that wires the module into an application, and the choice of the verifier for a
//! request.

use «crates.actix_web»::{HttpMessage as _, HttpRequest};

use super::super::{Authentication, Verifier};
use super::log;

/// The verifier that belongs to an application or a scope.
#[derive(Debug, Clone)]
#[must_use]
pub struct Attached(Verifier);

/// Stands for the verifier of the whole process.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Shared;

/// Wires the verifier of the whole process, and builds it from the environment variables. All workers
/// share it, so keys are fetched once and tokens are remembered once.
///
/// A bad configuration does not stop the program. The log says what is wrong, and guarded routes
/// answer 503.
pub fn data() -> Shared {
    // Extractors use this verifier even without the data, so forgetting it opens nothing.
    let _ = Verifier::shared();
    Shared
}

/// Wires a verifier of your own, for example in tests. Build it outside the closure that
/// `HttpServer` runs in each worker, and clone it inside: clones share keys and cache.
///
/// It comes before that of the whole process, wherever the two stand; of several, that of the
/// innermost scope counts.
pub fn data_with(verifier: Verifier) -> Attached {
    Attached(verifier)
}

/// What was found in a request, for the guards and extractors that ask next.
#[derive(Clone)]
struct Found {
    authentication: Authentication,
    by: Verifier,
}

/// Looks for a session in a request, once, however many guards and extractors ask. The verifier is that
/// of the innermost scope that has one.
pub(crate) async fn authenticate(request: &HttpRequest) -> Authentication {
    let own = request.app_data::<Attached>().map(|Attached(own)| own);
    let Some(by) = own.or_else(|| Verifier::shared().ok()).cloned() else {
        return Authentication::misconfigured(request);
    };
    let found = request.extensions().get::<Found>().cloned();
    if let Some(found) = found.filter(|found| found.by == by) {
        return found.authentication;
    }
    let authentication = by.authenticate(request).await;
    if let Authentication::Active(session) | Authentication::Pending(session) = &authentication {
        log::identified(session);
    }
    request.extensions_mut().insert(Found {
        authentication: authentication.clone(),
        by,
    });
    authentication
}
