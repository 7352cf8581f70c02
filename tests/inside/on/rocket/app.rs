//! Small Rocket apps, and how the tests send requests to them.

use rocket::catcher::{self, Catcher};
use rocket::config::{Config, LogLevel};
use rocket::error::ErrorKind;
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::outcome::Outcome;
use rocket::request::FromRequest;
use rocket::response::Responder;
use rocket::route::{self, Handler, Route};
use rocket::{Build, Data, Request, Rocket};

use super::super::testing::TestIssuer;
use super::super::web::{guard, wiring};
use super::super::{MaybeSession, PendingSession, PublicRoutes, Rejection, Reverification, Session, Verifier};
use super::http::Answer;
use super::verifier;

/// A verifier that accepts nobody.
fn nobodys() -> Verifier {
    verifier(&TestIssuer::new(), |settings| {
        settings.audience = vec!["nobody".to_owned()];
    })
}

/// Requests for public paths with two slashes in a row. Rocket does not take such a text for a path.
pub(crate) const DOUBLE_SLASHES: &[&str] = &[];

/// Builds an app, anew for every request.
pub(crate) type App = Box<dyn Fn() -> Rocket<Build>>;

type Answering<'r> = route::BoxFuture<'r>;

/// A handler with one request guard, as Rocket's attributes would generate it.
async fn with<'r, T, R>(request: &'r Request<'_>, respond: fn(T) -> R) -> route::Outcome<'r>
where
    T: FromRequest<'r>,
    R: Responder<'r, 'static>,
{
    match request.guard::<T>().await {
        Outcome::Success(guard) => route::Outcome::from(request, respond(guard)),
        Outcome::Error((status, _)) | Outcome::Forward(status) => Outcome::Error(status),
    }
}

fn me<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    let respond = |session: Session| session.user_id().to_owned();
    Box::pin(with(request, respond))
}

fn maybe<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    let respond = |MaybeSession(session): MaybeSession| {
        let user = session.map(|session| session.user_id().to_owned());
        user.unwrap_or_else(|| "nobody".to_owned())
    };
    Box::pin(with(request, respond))
}

fn pending<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    let respond = |PendingSession(session): PendingSession| session.user_id().to_owned();
    Box::pin(with(request, respond))
}

fn delete<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    let respond = |session: Session| -> Result<&'static str, Rejection> {
        session.require_permission("org:projects:delete")?;
        session.require_reverification(Reverification::STRICT)?;
        Ok("deleted")
    };
    Box::pin(with(request, respond))
}

fn open<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    Box::pin(async move { route::Outcome::from(request, "open") })
}

/// A catcher for everything.
fn page<'r>(status: Status, request: &'r Request<'_>) -> catcher::BoxFuture<'r> {
    Box::pin(async move { (status, "something went wrong").respond_to(request) })
}

/// An app that does not log.
pub(crate) fn quiet() -> Rocket<Build> {
    rocket::custom(Config { log_level: LogLevel::Off, ..Config::debug_default() })
}

/// An app with a route of every kind, and a catcher. Of its verifiers the last one counts, and any of
/// them comes before that of the process.
pub(crate) fn app(verifier: Verifier) -> App {
    Box::new(move || {
        let routes = [
            Route::new(Method::Get, "/me", me),
            Route::new(Method::Post, "/me", me),
            Route::new(Method::Get, "/maybe", maybe),
            Route::new(Method::Get, "/pending", pending),
            Route::new(Method::Post, "/delete", delete),
            Route::new(Method::Get, "/open", open),
        ];
        let users = Route::new(Method::Get, "/users", open);
        let members = Route::new(Method::Get, "/members", open);
        let people = Route::new(Method::Get, "/people", open);
        quiet()
            .mount("/", routes)
            .mount("/admin", guard::require_role("org:admin").routes([users]))
            .mount("/", guard::require_organization().routes([members]))
            .mount("/", guard::require_person().routes([people]))
            .register("/", [Catcher::new(None, page)])
            .attach(wiring::fairing_with(nobodys()))
            .attach(wiring::fairing_with(verifier.clone()))
            .attach(wiring::fairing())
    })
}

/// An app in which only `GET /`, `GET /public` and `GET /in/public` need no session.
pub(crate) fn all_but_public(verifier: Verifier) -> App {
    Box::new(move || {
        let public = PublicRoutes::new().get("/").get("/public");
        let every = ["/", "/public", "/private", "/<path..>"];
        let get = every.iter().map(|path| Route::new(Method::Get, path, open));
        let post = Route::new(Method::Post, "/public", open);
        let routes = guard::require_session_except(public).routes(get.chain([post]));
        let inner = guard::require_session_except(PublicRoutes::new().get("/in/public"));
        let paths = ["/public", "/private"].map(|path| Route::new(Method::Get, path, open));
        quiet().mount("/", routes).mount("/in", inner.routes(paths)).attach(wiring::fairing_with(verifier.clone()))
    })
}

/// An app without the fairing, with a route that needs a session.
pub(crate) fn unwired() -> App {
    Box::new(|| quiet().mount("/", [Route::new(Method::Get, "/me", me)]))
}

/// Sends a request to an app.
pub(crate) fn ask(app: &App, request: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let client = Client::untracked(app()).unwrap();
    let mut request = client.req(method.parse::<Method>().unwrap(), path);
    for (name, value) in headers {
        request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
    }
    answer(request.dispatch())
}

/// A handler that answers with a rejection.
#[derive(Clone)]
struct Refusing(Rejection);

#[rocket::async_trait]
impl Handler for Refusing {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> route::Outcome<'r> {
        route::Outcome::from(request, self.0.clone())
    }
}

/// What a caller gets for a rejection.
pub(crate) fn refusal(rejection: &Rejection) -> Answer {
    let route = Route::new(Method::Get, "/", Refusing(rejection.clone()));
    let client = Client::untracked(quiet().mount("/", [route])).unwrap();
    answer(client.get("/").dispatch())
}

fn answer(response: LocalResponse<'_>) -> Answer {
    let headers = response.headers().iter().map(|header| {
        let name = header.name().as_str().to_lowercase();
        (name, header.value().to_owned())
    });
    let mut headers: Vec<_> = headers.collect();
    // Rocket's shield adds its headers in no particular order.
    headers.sort();
    Answer { status: response.status().code, headers, body: response.into_string().unwrap_or_default() }
}

/// Holds whether or not the environment of the test has a configuration.
#[test]
fn a_bad_configuration_stops_the_launch() {
    let launched = match Client::untracked(quiet().attach(wiring::fairing())) {
        Ok(_) => true,
        Err(cause) => !matches!(cause.kind(), ErrorKind::FailedFairings(_)),
    };
    assert_eq!(launched, Verifier::from_env().is_ok());
}

/// A handler that looks at the refusal itself and gives an answer of its own.
fn lenient<'r>(request: &'r Request<'_>, _: Data<'r>) -> Answering<'r> {
    Box::pin(async move {
        let refused = request.guard::<Session>().await.is_error();
        let status = if refused { Status::Unauthorized } else { Status::Ok };
        route::Outcome::from(request, (status, "own words"))
    })
}

/// A catcher that answers with another status.
fn elsewhere<'r>(_: Status, request: &'r Request<'_>) -> catcher::BoxFuture<'r> {
    Box::pin(async move { (Status::Gone, "elsewhere").respond_to(request) })
}

#[test]
fn a_handlers_own_answer_and_another_status_are_left_alone() {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    let app: App = Box::new(move || {
        quiet()
            .mount("/", [Route::new(Method::Get, "/", lenient)])
            .mount("/", [Route::new(Method::Get, "/me", me)])
            .register("/", [Catcher::new(401, elsewhere)])
            .attach(wiring::fairing_with(verifier.clone()))
    });
    let answer = ask(&app, "GET /", &[]);
    assert_eq!((answer.status, answer.body.as_str()), (401, "own words"));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(ask(&app, "GET /me", &[]).body, "elsewhere");
}
