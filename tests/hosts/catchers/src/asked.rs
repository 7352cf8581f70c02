//! What a refused request gets, whoever catches it; and what a handler answers by itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;

use base64::prelude::{Engine, BASE64_STANDARD};
use rocket::config::{Config, LogLevel};
use rocket::fairing::AdHoc;
use rocket::http::{CookieJar, Status};
use rocket::response::Redirect;
use rocket::{catch, catchers, get, routes, Build, Rocket};

use crate::clerk::testing::{TestIssuer, ISSUER, PARTY};
use crate::clerk::{fairing, fairing_with, Rejection, Session, Verifier};

#[get("/me")]
fn me(session: Session) -> String {
    session.user_id().to_owned()
}

#[get("/admin")]
fn admin(session: Session) -> Result<String, Rejection> {
    session.require_role("org:admin")?;
    Ok(session.user_id().to_owned())
}

/// A handler with a page of its own for those who are not let in.
#[get("/own")]
fn own(session: Result<Session, Rejection>) -> Result<String, (Status, &'static str)> {
    let own = |rejection: Rejection| (Status::new(rejection.status()), "own page");
    session.map(|session| session.user_id().to_owned()).map_err(own)
}

/// The same, and it sets cookies.
#[get("/cookies")]
fn cookies(session: Result<Session, Rejection>, jar: &CookieJar<'_>) -> (Status, &'static str) {
    jar.add(("flavour", "oat"));
    jar.add(("size", "big"));
    (session.map_or_else(|rejection| Status::new(rejection.status()), |_| Status::Ok), "own page")
}

#[catch(default)]
fn any() -> &'static str {
    "a page for every error"
}

#[catch(401)]
fn sign_in_first() -> &'static str {
    "a page for 401"
}

#[catch(401)]
fn redirect() -> Redirect {
    Redirect::to("/sign-in")
}

/// An answer: its status, its head in lower case, and its body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// Launches an app on a free port.
fn launched(app: Rocket<Build>) -> String {
    let (sender, receiver) = mpsc::channel();
    let tell = AdHoc::on_liftoff("port", move |rocket| {
        let port = rocket.config().port;
        Box::pin(async move { sender.send(port).unwrap() })
    });
    thread::spawn(|| rocket::execute(app.attach(tell).launch()));
    format!("127.0.0.1:{}", receiver.recv().unwrap())
}

fn ask(address: &str, path: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

fn quiet() -> Rocket<Build> {
    rocket::custom(Config { log_level: LogLevel::Off, port: 0, ..Config::debug_default() })
}

fn app() -> Rocket<Build> {
    let app = quiet().mount("/api", routes![me, admin, own, cookies]);
    // Both fairings look at every answer.
    app.attach(fairing_with(TestIssuer::new().verifier())).attach(fairing())
}

/// An app whose keys cannot be fetched.
fn without_keys() -> Rocket<Build> {
    let host = ISSUER.trim_start_matches("https://");
    let key = format!("pk_live_{}", BASE64_STANDARD.encode(format!("{host}$")));
    let builder =
        Verifier::builder().variable("CLERK_PUBLISHABLE_KEY", key).variable("CLERK_AUTHORIZED_PARTIES", PARTY);
    let verifier = builder.variable("CLERK_JWKS_URL", "http://127.0.0.1:9/").build().unwrap();
    quiet().mount("/api", routes![me, own]).attach(fairing_with(verifier))
}

fn bearer() -> String {
    format!("authorization: {}\r\n", TestIssuer::new().token().bearer())
}

fn assert_is_ours(answer: &Answer, status: u16, word: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (status, format!("{{\"error\":\"{word}\"}}").as_str()));
    assert!(
        answer.head.contains("content-type: application/json") && !answer.head.contains("__clerk"),
        "{}",
        answer.head
    );
    assert_eq!(answer.head.contains("www-authenticate: bearer"), status == 401);
    assert_eq!(answer.head.contains("retry-after: "), status == 503);
}

/// Whether or not the app has a page for it.
#[test]
fn a_refusal_is_the_same_whoever_catches_it() {
    let caught: [fn(Rocket<Build>) -> Rocket<Build>; 5] = [
        |app| app,
        |app| app.register("/", catchers![any]),
        |app| app.register("/", catchers![sign_in_first]),
        |app| app.register("/api", catchers![any, sign_in_first]),
        |app| app.register("/", catchers![any]).register("/api", catchers![sign_in_first]),
    ];
    for (at, caught) in caught.iter().enumerate() {
        println!("form {at}");
        let address = launched(caught(app()));
        assert_eq!(ask(&address, "/api/me", &bearer()).body, "user_test");
        assert_is_ours(&ask(&address, "/api/me", ""), 401, "unauthenticated");
        assert_is_ours(&ask(&address, "/api/me", "cookie: a=b\r\n"), 401, "unauthenticated");
        assert_is_ours(&ask(&address, "/api/admin", &bearer()), 403, "forbidden");
        let address = launched(caught(without_keys()));
        assert_is_ours(&ask(&address, "/api/me", &bearer()), 503, "unavailable");
    }
}

#[test]
fn a_catcher_that_leads_elsewhere_does() {
    let address = launched(app().register("/", catchers![redirect]));
    let answer = ask(&address, "/api/me", "");
    assert_eq!(answer.status, 303);
    assert!(answer.head.contains("location: /sign-in") && !answer.head.contains("__clerk"), "{}", answer.head);
    assert_is_ours(&ask(&address, "/api/admin", &bearer()), 403, "forbidden");
}

#[test]
fn what_a_handler_answers_is_its_own() {
    for app in [app(), app().register("/", catchers![any, sign_in_first])] {
        let address = launched(app);
        let answer = ask(&address, "/api/own", "");
        assert_eq!((answer.status, answer.body.as_str()), (401, "own page"));
        assert!(!answer.head.contains("set-cookie") && !answer.head.contains("www-authenticate"), "{}", answer.head);
        let answer = ask(&address, "/api/cookies", "cookie: a=b\r\n");
        assert_eq!((answer.status, answer.body.as_str()), (401, "own page"));
        assert!(answer.head.contains("set-cookie: flavour=oat") && answer.head.contains("set-cookie: size=big"));
        assert!(!answer.head.contains("__clerk"), "{}", answer.head);
    }
    let address = launched(without_keys());
    let answer = ask(&address, "/api/own", &bearer());
    assert_eq!((answer.status, answer.body.as_str()), (503, "own page"));
}

/// Without the fairing nobody would take the mark of a guard out again.
#[test]
fn a_guard_leaves_no_mark_where_there_is_no_fairing() {
    let address = launched(quiet().mount("/api", routes![own]));
    assert!(!ask(&address, "/api/own", "").head.contains("__clerk"));
}
