// clerk-sessions: module/tests/fairing.rs
//! The fairing: when it stops the launch, and what it leaves to the catchers of the app.

use «crates.rocket»::error::ErrorKind;
use «crates.rocket»::http::{Method, Status};
use «crates.rocket»::local::blocking::Client;
use «crates.rocket»::route::{BoxFuture, Outcome};
use «crates.rocket»::{Data, Request, Route};

use super::super::fairing::{fairing, fairing_with};
use super::super::session::Session;
use super::super::testing::TestIssuer;
use super::super::verify::Verifier;
use super::app::{ask, quiet};
use super::verifier;

use super::app::App;

/// Whether the environment of the test has a configuration or not.
#[test]
fn a_bad_configuration_stops_the_launch() {
    let launched = match Client::untracked(quiet().attach(fairing())) {
        Ok(_) => true,
        Err(cause) => !matches!(cause.kind(), ErrorKind::FailedFairings(_)),
    };
    assert_eq!(launched, Verifier::from_env().is_ok());
}

#[test]
fn of_several_fairings_the_last_one_counts() {
    let issuer = TestIssuer::new();
    let app: App = Box::new(|| {
        let stranger = verifier(&TestIssuer::stranger(), |_| ());
        let own = verifier(&TestIssuer::new(), |_| ());
        quiet()
            .mount("/", [Route::new(Method::Get, "/", whoever)])
            .attach(fairing())
            .attach(fairing_with(stranger))
            .attach(fairing_with(own))
    });
    let bearer = issuer.token().bearer();
    let answer = ask(&app, "GET /", &[("authorization", &bearer)]);
    assert_eq!(answer.body, "user_test");
}

fn whoever<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move {
        let session = request.guard::<Session>().await.succeeded();
        let user = session.map(|session| session.user_id().to_owned());
        Outcome::from(request, user)
    })
}

/// A handler that looks at the refusal itself, and answers as it likes.
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
        quiet()
            .mount("/", [Route::new(Method::Get, "/", lenient)])
            .attach(fairing_with(verifier.clone()))
    });
    let answer = ask(&app, "GET /", &[]);
    assert_eq!((answer.status, answer.body.as_str()), (403, "own words"));
    assert_eq!(answer.header("www-authenticate"), None);
}
