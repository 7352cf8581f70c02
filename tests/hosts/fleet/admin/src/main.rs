use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::get;
use axum::Router;

/// What the requests of this service share.
type Seen = Arc<Mutex<Vec<String>>>;

async fn me(State(seen): State<Seen>) -> String {
    let mut seen = seen.lock().unwrap();
    seen.push("nobody".to_owned());
    seen.join(", ")
}

fn app() -> Router {
    Router::new().route("/me", get(me)).with_state(Seen::default())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app()).await
}
