// clerk-sessions: module/tests/fairing.rs
//! When the fairing stops the launch, and what it leaves to the app.

use «crates.rocket»::error::ErrorKind;
use «crates.rocket»::http::{Method, Status};
use «crates.rocket»::local::blocking::Client;
use «crates.rocket»::route::{BoxFuture, Outcome};
use «crates.rocket»::{Data, Request, Route};

use super::app::{self, App};
use super::verifier;
use crate::«module»::fairing::{fairing, fairing_with};
use crate::«module»::session::Session;
use crate::«module»::testing::TestIssuer;
use crate::«module»::verify::Verifier;

/// Holds whether or not the environment of the test has a configuration.
#[test]
fn a_bad_configuration_stops_the_launch() {
    let launched = match Client::untracked(app::quiet().attach(fairing())) {
        Ok(_) => true,
        Err(cause) => !matches!(cause.kind(), ErrorKind::FailedFairings(_)),
    };
    assert_eq!(launched, Verifier::from_env().is_ok());
}

/// A handler that looks at the refusal itself and gives an answer of its own.
fn lenient<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move {
        let refused = request.guard::<Session>().await.is_error();
        let status = if refused {
            Status::Forbidden
        } else {
            Status::Ok
        };
        Outcome::from(request, (status, "own words"))
    })
}

#[test]
fn an_answer_with_another_status_is_left_alone() {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    let app: App = Box::new(move || {
        app::quiet()
            .mount("/", [Route::new(Method::Get, "/", lenient)])
            .attach(fairing_with(verifier.clone()))
    });
    let answer = app::ask(&app, "GET /", &[]);
    assert_eq!((answer.status, answer.body.as_str()), (403, "own words"));
    assert_eq!(answer.header("www-authenticate"), None);
}
