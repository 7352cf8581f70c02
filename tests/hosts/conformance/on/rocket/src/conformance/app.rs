//! A Rocket app that needs a session everywhere.

use std::net::SocketAddr;
use std::sync::mpsc::Sender;

use rocket::config::{Config, LogLevel, Shutdown};
use rocket::fairing::AdHoc;
use rocket::http::Method;
use rocket::route::{BoxFuture, Outcome, Route};
use rocket::{Data, Request};
use tokio::sync::oneshot::Receiver;

use crate::clerk::{fairing, fairing_with, MaybeSession, Session, Verifier};

/// The optional session never knows of a user that the mandatory one refuses.
fn me<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move {
        let optional = request.guard::<MaybeSession>().await.succeeded();
        let known = matches!(optional, Some(MaybeSession(Some(_))));
        match request.guard::<Session>().await.succeeded() {
            Some(session) => {
                assert!(known);
                Outcome::from(request, session.user_id().to_owned())
            }
            None => {
                assert!(!known);
                Outcome::Error(rocket::http::Status::Unauthorized)
            }
        }
    })
}

#[tokio::main(flavor = "current_thread")]
pub async fn serve(verifier: Verifier, ready: Sender<SocketAddr>, stopped: Receiver<()>) {
    use Method::{Delete, Get, Head, Options, Patch, Post, Put};
    let shutdown = Shutdown { ctrlc: false, grace: 0, mercy: 0, ..Shutdown::default() };
    let config = Config { port: 0, log_level: LogLevel::Off, shutdown, ..Config::debug_default() };
    let routes = [Delete, Get, Head, Options, Patch, Post, Put].map(|method| Route::new(method, "/<path..>", me));
    let address = AdHoc::on_liftoff("address", move |rocket| {
        let config = rocket.config();
        ready.send(SocketAddr::new(config.address, config.port)).unwrap();
        Box::pin(async {})
    });
    // As in the tests of a wired app: the verifier of the process, which has no configuration, is attached before and after.
    let rocket = rocket::custom(config).mount("/", routes).attach(fairing());
    let rocket = rocket.attach(fairing_with(verifier)).attach(fairing()).attach(address);
    tokio::select! {
        _ = stopped => {}
        ended = rocket.launch() => drop(ended.unwrap()),
    }
}
