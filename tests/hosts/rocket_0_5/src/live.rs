//! What stays open: a WebSocket, and events that the server sends.

use rocket::get;
use rocket::response::stream::{Event, EventStream};
use rocket_ws::{Stream, WebSocket};

#[get("/events")]
pub fn events() -> EventStream![] {
    let user = "nobody".to_owned();
    EventStream! {
        yield Event::data(user);
    }
}

#[get("/live")]
pub fn live(socket: WebSocket) -> Stream!['static] {
    let user = "nobody".to_owned();
    Stream! { socket =>
        let _ = socket;
        yield user.into();
    }
}
