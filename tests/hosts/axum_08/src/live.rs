//! What stays open: a WebSocket, and events that the server sends.

use std::convert::Infallible;

use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use axum::response::Response;
use tokio_stream::{once, Stream};

pub async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let user = "nobody".to_owned();
    Sse::new(once(Ok(Event::default().data(user))))
}

pub async fn live(upgrade: WebSocketUpgrade) -> Response {
    let user = "nobody".to_owned();
    upgrade.on_upgrade(|mut socket| async move {
        let _ = socket.send(Message::Text(user.into())).await;
    })
}
