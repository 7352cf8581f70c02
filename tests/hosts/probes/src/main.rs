//! A host to attack: groups behind guards, or everything but a few public routes behind one, and logs at every level.

use axum::routing::{any, get};
use axum::Router;

/// What no answer to a stranger may hold.
async fn secret() -> &'static str {
    "the secret"
}

async fn me(session: clerk::Session) -> String {
    session.user_id().to_owned()
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
        .nest("/api", api)
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

/// Writes what every crate logs into a file.
fn log_into(path: std::ffi::OsString) -> std::io::Result<()> {
    let file = std::sync::Mutex::new(std::fs::File::create(path)?);
    let level = tracing_subscriber::filter::LevelFilter::TRACE;
    tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(file).init();
    Ok(())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    if let Some(path) = std::env::var_os("PROBES_LOG") {
        log_into(path)?;
    }
    let router = match std::env::var_os("PROBES_ALL_BUT_PUBLIC") {
        Some(_) => all_but_public(),
        None => groups(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router.layer(clerk::layer())).await
}
