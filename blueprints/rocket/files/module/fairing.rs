// clerk-sessions: module/fairing.rs
//! The one line that wires the module into Rocket, and which verifier a request then meets.

use std::sync::Mutex;

use «crates.rocket»::fairing::{Fairing, Info, Kind};
use «crates.rocket»::{Build, Request, Response, Rocket};

use super::outcome::Outcome;
use super::process;
use super::rejection::{Reason, Rejection};
use super::verify::Verifier;

/// The fairing: it checks the configuration before Rocket launches, and gives refused requests
/// their exact response, whatever the catchers of the app say.
#[derive(Debug, Clone)]
pub struct Attached(Option<Verifier>);

/// Wires the verifier of the whole process, which is built from the environment. A bad
/// configuration stops the launch.
///
/// Without this line request guards use that same verifier and refuse the same requests, but the
/// app's catchers write the response.
#[must_use]
pub fn fairing() -> Attached {
    Attached(None)
}

/// Wires a verifier of your own, in tests for example.
#[must_use]
pub fn fairing_with(verifier: Verifier) -> Attached {
    Attached(Some(verifier))
}

/// The verifier of `fairing_with`, among Rocket's managed state.
struct Own(Verifier);

#[«crates.rocket»::async_trait]
impl Fairing for Attached {
    /// Of several the last one counts, so that a test can replace that of the app.
    fn info(&self) -> Info {
        Info {
            name: "Clerk sessions",
            kind: Kind::Ignite | Kind::Response | Kind::Singleton,
        }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> Result<Rocket<Build>, Rocket<Build>> {
        if let Some(verifier) = &self.0 {
            return Ok(rocket.manage(Own(verifier.clone())));
        }
        if process::verifier().is_some() {
            return Ok(rocket);
        }
        // Rocket has a log of its own, where whoever starts the app looks for the cause.
        if let Err(cause) = Verifier::from_env() {
            «crates.rocket»::error!("clerk sessions are misconfigured: {}", cause);
        }
        Err(rocket)
    }

    /// A guard can only name a status; a catcher has made a response of it by now. One with another
    /// status, such as the redirect to a page for signing in, is what the app wants.
    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let status = response.status().code;
        if !matches!(status, 401 | 403 | 503) {
            return;
        }
        if let Some(rejection) = refusal(request).filter(|one| one.status() == status) {
            rejection.write_to(response);
        }
    }
}

/// The last refusal of a guard in a request.
#[derive(Default)]
struct Refusal(Mutex<Option<Rejection>>);

fn refusal(request: &Request<'_>) -> Option<Rejection> {
    let Refusal(last) = request.local_cache(Refusal::default);
    last.lock().ok()?.clone()
}

/// Remembers why a guard refused a request, for its response.
pub(crate) fn remember(request: &Request<'_>, rejection: &Rejection) {
    let Refusal(last) = request.local_cache(Refusal::default);
    if let Ok(mut last) = last.lock() {
        *last = Some(rejection.clone());
    }
}

/// Looks for a session in a request. A second guard looks again, which is cheaper than what Rocket
/// takes to keep a finding: the verifier remembers the token.
pub(crate) async fn outcome(request: &Request<'_>) -> Result<(Outcome, bool), Rejection> {
    let verifier = match request.rocket().state::<Own>() {
        Some(Own(verifier)) => Some(verifier),
        None => process::verifier(),
    };
    let verifier = verifier.ok_or_else(|| Rejection::new(Reason::Misconfigured))?;
    Ok((verifier.authenticate(request).await, verifier.reveals()))
}
