use axum::extract::State;
use axum::routing::get;
use axum::Router;

/// What the requests of this service share.
#[derive(Clone)]
struct Trips(u32);

async fn me(State(Trips(count)): State<Trips>) -> String {
    format!("{count} trips of nobody")
}

fn app() -> Router {
    Router::new().route("/me", get(me)).with_state(Trips(3))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app()).await
}
