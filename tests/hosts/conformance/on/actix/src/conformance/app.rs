//! An Actix Web app that needs a session everywhere.

use std::net::SocketAddr;
use std::sync::mpsc::Sender;

use actix_web::{web, App, HttpServer};
use tokio::sync::oneshot::Receiver;

use crate::clerk::{data, data_with, MaybeSession, Rejection, Session, Verifier};

/// The optional session never knows of a user that the mandatory one refuses.
async fn me(
    session: Result<Session, Rejection>,
    optional: Result<MaybeSession, Rejection>,
) -> Result<String, Rejection> {
    let known = matches!(optional, Ok(MaybeSession(Some(_))));
    assert_eq!(session.is_ok(), known);
    session.map(|session| session.user_id().to_owned())
}

#[actix_web::main]
pub async fn serve(verifier: Verifier, ready: Sender<SocketAddr>, stopped: Receiver<()>) {
    // As in the tests of a wired app: the verifier of the process, which has no configuration, stands inside and outside.
    let app = move || {
        let inner = web::scope("").app_data(data()).default_service(web::to(me));
        App::new().app_data(data()).app_data(data_with(verifier.clone())).app_data(data()).service(inner)
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    ready.send(server.addrs()[0]).unwrap();
    let server = server.run();
    let handle = server.handle();
    tokio::join!(server, async {
        let _ = stopped.await;
        handle.stop(false).await;
    })
    .0
    .unwrap();
}
