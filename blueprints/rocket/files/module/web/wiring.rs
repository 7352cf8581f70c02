// clerk-sessions: module/web/wiring.rs
//! The fairing that wires the module into Rocket, and the choice of the verifier for a request.

use std::sync::Mutex;

use «crates.rocket»::fairing::{self, AdHoc, Fairing, Info, Kind};
use «crates.rocket»::{Build, Request, Response, Rocket};

use super::super::verify::authentication::Authentication;
use super::super::{Rejection, Verifier};

/// The fairing for the verifier of the whole process. It checks the configuration before Rocket
/// launches, and gives refused requests their exact response, whatever the app's catchers write. What a
/// handler answers by itself, and where a catcher redirects to, is left alone.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Shared;

/// The fairing for a verifier of your own. It gives refused requests the same response.
#[derive(Debug, Clone)]
#[must_use]
pub struct Attached(Verifier);

/// Wires the verifier of the whole process, which is built from the environment variables. A bad
/// configuration stops the launch.
///
/// Without the fairing, request guards use the same verifier and refuse the same requests, but the
/// app's catchers write the responses.
pub fn fairing() -> Shared {
    Shared
}

/// Wires a verifier of your own, for example in tests. It comes before that of the whole process,
/// in whichever order the two are attached; of several, the last one counts.
pub fn fairing_with(verifier: Verifier) -> Attached {
    Attached(verifier)
}

/// The verifier of `fairing_with`, in Rocket's managed state.
struct Own(Verifier);

/// Tells, in Rocket's managed state, that `fairing` is attached.
struct Wired;

/// The cookie that a guard sets when it refuses. Rocket drops what was set before it runs a catcher, so
/// one that is still in the response means that a handler wrote it. The fairing takes it out, and
/// no client ever sees it.
const REFUSED: &str = "__clerk_refused";

#[«crates.rocket»::async_trait]
impl Fairing for Shared {
    fn info(&self) -> Info {
        info()
    }

    /// Looks at the configuration once all other fairings have had their turn: it does not matter if
    /// one of them has brought a verifier of its own.
    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        let check = AdHoc::try_on_ignite("Clerk configuration", configured);
        Ok(rocket.manage(Wired).attach(check))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        answer(request, response);
    }
}

#[«crates.rocket»::async_trait]
impl Fairing for Attached {
    fn info(&self) -> Info {
        info()
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        Ok(rocket.manage(Own(self.0.clone())))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        answer(request, response);
    }
}

/// If several of a kind are attached, the last one counts, so that a test can replace the one of the
/// app.
fn info() -> Info {
    Info {
        name: "Clerk sessions",
        kind: Kind::Ignite | Kind::Response | Kind::Singleton,
    }
}

async fn configured(rocket: Rocket<Build>) -> fairing::Result {
    if rocket.state::<Own>().is_some() {
        return Ok(rocket);
    }
    match Verifier::shared() {
        Ok(_) => Ok(rocket),
        Err(cause) => {
            // Rocket has its own log, where whoever launches the app looks for the cause.
            «crates.rocket»::error!("clerk sessions are misconfigured: {}", cause);
            Err(rocket)
        }
    }
}

/// A guard only sets a status, which a catcher has turned into a response by now. A response with
/// another status, such as a redirect to a sign-in page, is left as it is; so is that of a handler.
fn answer(request: &Request<'_>, response: &mut Response<'_>) {
    let status = response.status().code;
    let Some(rejection) = refusal(request) else {
        return;
    };
    let by_handler = take_mark(response);
    if !by_handler && rejection.status() == status {
        rejection.write_to(response);
    }
}

/// Takes the cookie of a guard out of a response, and says whether it was there.
fn take_mark(response: &mut Response<'_>) -> bool {
    let cookies = response.headers().get("set-cookie").map(str::to_owned);
    let (marks, others): (Vec<String>, Vec<String>) =
        cookies.partition(|cookie| cookie.starts_with(REFUSED));
    if marks.is_empty() {
        return false;
    }
    response.remove_header("set-cookie");
    for cookie in others {
        response.adjoin_raw_header("set-cookie", cookie);
    }
    true
}

/// Why a guard last refused a request.
#[derive(Default)]
struct Refusal(Mutex<Option<Rejection>>);

/// Taken out, so that only one of several fairings answers.
fn refusal(request: &Request<'_>) -> Option<Rejection> {
    let Refusal(last) = request.local_cache(Refusal::default);
    last.lock().ok()?.take()
}

/// Remembers why a guard refused a request, for the fairing, if one is attached.
pub(crate) fn remember(request: &Request<'_>, rejection: &Rejection) {
    let rocket = request.rocket();
    if rocket.state::<Wired>().is_none() && rocket.state::<Own>().is_none() {
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
pub(crate) async fn authenticate(request: &Request<'_>) -> Result<Authentication, Rejection> {
    let verifier = match request.rocket().state::<Own>() {
        Some(Own(verifier)) => verifier,
        None => Verifier::shared()?,
    };
    Ok(verifier.authenticate(request).await)
}
