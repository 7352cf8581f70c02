//! An Axum app that needs a session everywhere.

use std::net::SocketAddr;
use std::sync::mpsc::Sender;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot::Receiver;

use crate::clerk::{layer, layer_with, MaybeSession, Rejection, Session, Verifier};

/// The optional session never knows of a user that the mandatory one refuses.
async fn me(
    session: Result<Session, Rejection>,
    optional: Result<MaybeSession, Rejection>,
) -> Result<String, Rejection> {
    let known = matches!(optional, Ok(MaybeSession(Some(_))));
    assert_eq!(session.is_ok(), known);
    session.map(|session| session.user_id().to_owned())
}

#[tokio::main(flavor = "current_thread")]
pub async fn serve(verifier: Verifier, ready: Sender<SocketAddr>, stopped: Receiver<()>) {
    // As in the tests of a wired app: the verifier of the process, which has no configuration, stands inside and outside.
    let app = Router::new().fallback(me).layer(layer()).layer(layer_with(verifier)).layer(layer());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    ready.send(listener.local_addr().unwrap()).unwrap();
    tokio::select! {
        _ = stopped => {}
        ended = axum::serve(listener, app) => ended.unwrap(),
    }
}
