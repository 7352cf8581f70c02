//! A host to attack: groups behind guards, or everything but a few public routes behind one, and logs at every level.

mod start;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::Router;
use futures_util::stream::{self, StreamExt};

/// What no answer to a stranger may hold.
async fn secret() -> &'static str {
    "the secret"
}

async fn me(session: clerk::Session) -> String {
    session.user_id().to_owned()
}

async fn busy(request: Request) -> &'static str {
    let mut parts = request.into_parts().0;
    start::begin_and_block(clerk::Session::from_request_parts(&mut parts, &())).await;
    "done"
}

/// Ends the session for the whole program.
async fn leave(session: clerk::Session) -> Result<&'static str, String> {
    let verifier = clerk::Verifier::from_env().map_err(|cause| cause.to_string())?;
    verifier.revoke(session.session_id());
    Ok("left")
}

/// Ticks as long as the session lasts.
async fn ticks(session: clerk::Session) -> Body {
    let ticks = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, Infallible>("tick\n"), ()))
    });
    Body::from_stream(ticks.take_until(session.until_expiry()))
}

/// Says one thing, and then listens as long as the session lasts.
async fn socket(session: clerk::Session, upgrade: WebSocketUpgrade) -> Response {
    let mut expiry = session.until_expiry();
    upgrade.on_upgrade(|mut socket| async move {
        let _ = socket.send(Message::Text("tick".into())).await;
        loop {
            tokio::select! {
                () = &mut expiry => break,
                message = socket.recv() => if !matches!(message, Some(Ok(_))) { break },
            }
        }
    })
}

/// A router that guards itself, and stands below a prefix.
fn wild() -> Router {
    let public = clerk::PublicRoutes::new().get("/wild/health").get("/wild/deep/page");
    let deep = Router::new().route("/page", any(|| async { "open" })).fallback(secret);
    let merged = Router::new().route("/merged", any(secret));
    Router::new()
        .route("/health", any(|| async { "open" }))
        .nest_service("/deep", deep)
        .merge(merged)
        .route("/{*rest}", any(secret))
        .layer(clerk::require_session_except(public))
}

/// Groups of routes, each behind its guard, beside an open one.
fn groups() -> Router {
    let deep = Router::new().route("/{*rest}", any(secret));
    let api = Router::new()
        .route("/", any(secret))
        .route("/private", any(secret))
        .route("/items/{id}", any(secret))
        .nest("/deep", deep)
        .route_layer(clerk::require_session());
    let admin = Router::new()
        .route("/admin", any(secret))
        .route("/admin/{user}", any(secret))
        .route_layer(clerk::require_role("org:owner"));
    Router::new()
        .route("/health", get(|| async { "open" }))
        .route("/open/{name}", get(|| async { "open" }))
        .route("/me", get(me))
        .route("/busy", get(busy))
        .route("/leave", post(leave))
        .route("/ticks", get(ticks))
        .route("/socket", get(socket))
        .nest("/api", api)
        .nest("/wild", wild())
        .merge(admin)
}

/// Everything behind one guard that lets three routes through.
fn all_but_public() -> Router {
    let public = clerk::PublicRoutes::new().get("/").get("/health").get("/open/page");
    let open = Router::new().route("/page", any(|| async { "open" })).route("/{*rest}", any(secret));
    Router::new()
        .route("/", any(|| async { "open" }))
        .route("/health", any(|| async { "open" }))
        .nest("/open", open)
        .route("/private", any(secret))
        .route("/{name}", any(secret))
        .fallback(secret)
        .layer(clerk::require_session_except(public))
}

#[tokio::main(worker_threads = 4)]
async fn main() -> std::io::Result<()> {
    start::log(&[])?;
    let router = if start::is_all_but_public() { all_but_public() } else { groups() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router.layer(clerk::layer())).await
}
