// clerk-sessions: module/web/wiring.rs
//! The fairing that wires the module into Rocket, and the choice of the verifier for a request.

use std::sync::{Mutex, PoisonError, RwLock};

use «crates.rocket»::fairing::{self, AdHoc, Fairing, Info, Kind};
use «crates.rocket»::{Build, Phase, Request, Response, Rocket};

use super::super::{Authentication, Rejection, Verifier};

/// Gives refused requests their exact response, whatever the app's catchers write. What a handler
/// answers by itself, and where a catcher redirects to, is left alone.
#[derive(Debug, Clone)]
#[must_use]
pub struct SessionFairing(Option<Verifier>);

/// Wires the verifier of the whole process. A bad configuration stops the launch. Without the fairing,
/// request guards refuse the same requests, but the app's catchers write the responses.
pub fn fairing() -> SessionFairing {
    SessionFairing(None)
}

/// Wires a verifier of your own, such as a test's. It comes before that of the whole process, in
/// whichever order the two are attached; of several, the last one counts.
pub fn fairing_with(verifier: Verifier) -> SessionFairing {
    SessionFairing(Some(verifier))
}

/// In Rocket's managed state: a fairing is attached, perhaps with a verifier of its own.
#[derive(Default)]
struct Wired(RwLock<Option<Verifier>>);

/// The cookie that a guard sets when it refuses. Rocket drops what was set before it runs a catcher, so
/// one that is still in the response means that a handler wrote it. The fairing takes it out, and
/// no client ever sees it.
const REFUSED: &str = "__clerk_refused";

#[«crates.rocket»::async_trait]
impl Fairing for SessionFairing {
    fn info(&self) -> Info {
        Info {
            name: "Clerk sessions",
            kind: Kind::Ignite | Kind::Response,
        }
    }

    async fn on_ignite(&self, mut rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Wired>().is_none() {
            // It runs once all other fairings had their turn, one of which may bring a verifier.
            let check = AdHoc::try_on_ignite("Clerk configuration", configured);
            rocket = rocket.manage(Wired::default()).attach(check);
        }
        if let (Some(own), Some(Wired(last))) = (&self.0, rocket.state()) {
            *last.write().unwrap_or_else(PoisonError::into_inner) = Some(own.clone());
        }
        Ok(rocket)
    }

    /// A guard only sets a status, which a catcher has turned into a response by now. A response with
    /// another status, such as a redirect to a sign-in page, is left as it is; so is that of a handler.
    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        // Taken out, so that only one of several fairings answers.
        let Refusal(last) = request.local_cache(Refusal::default);
        let last = last.lock().ok().and_then(|mut last| last.take());
        let Some(rejection) = last else {
            return;
        };
        let by_handler = take_mark(response);
        if !by_handler && rejection.status() == response.status().code {
            rejection.write_to(response);
        }
    }
}

async fn configured(rocket: Rocket<Build>) -> fairing::Result {
    match verifier(&rocket) {
        Some(_) => Ok(rocket),
        None => Err(rocket),
    }
}

fn verifier<P: Phase>(rocket: &Rocket<P>) -> Option<Verifier> {
    let own = |Wired(own): &Wired| own.read().ok()?.clone();
    let own = rocket.state().and_then(own);
    own.or_else(|| Verifier::from_env().ok())
}

/// Takes the cookie of a guard out of a response, and says whether it was there.
fn take_mark(response: &mut Response<'_>) -> bool {
    let cookies = response.headers().get("set-cookie").map(str::to_owned);
    let (marks, others): (Vec<_>, Vec<_>) = cookies.partition(|one| one.starts_with(REFUSED));
    if !marks.is_empty() {
        response.remove_header("set-cookie");
        for cookie in others {
            response.adjoin_raw_header("set-cookie", cookie);
        }
    }
    !marks.is_empty()
}

/// Why a guard last refused a request.
#[derive(Default)]
struct Refusal(Mutex<Option<Rejection>>);

/// Remembers why a guard refused a request, for the fairing, if one is attached.
pub(crate) fn remember(request: &Request<'_>, rejection: &Rejection) {
    if request.rocket().state::<Wired>().is_none() {
        return;
    }
    request.cookies().add((REFUSED, ""));
    let Refusal(last) = request.local_cache(Refusal::default);
    if let Ok(mut last) = last.lock() {
        *last = Some(rejection.clone());
    }
}

/// Looks for a session in a request. A second guard looks again: the verifier remembers the token,
/// so that costs less than storing what was found in Rocket's local cache.
pub(crate) async fn authenticate(request: &Request<'_>) -> Authentication {
    match verifier(request.rocket()) {
        Some(verifier) => verifier.authenticate(request).await,
        None => Authentication::misconfigured(request),
    }
}
