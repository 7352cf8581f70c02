//! A host to attack: groups behind guards, or everything but a few public routes behind one, and logs at every level.

mod start;

use std::convert::Infallible;
use std::time::Duration;

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{rt, App, FromRequest, HttpRequest, HttpResponse, HttpServer};
use futures_util::stream::{self, StreamExt};

/// What no answer to a stranger may hold.
async fn secret() -> &'static str {
    "the secret"
}

async fn open() -> &'static str {
    "open"
}

async fn me(session: clerk::Session) -> String {
    session.user_id().to_owned()
}

async fn busy(request: HttpRequest) -> &'static str {
    start::begin_and_block(clerk::Session::extract(&request)).await;
    "done"
}

/// Ends the session for the whole program.
async fn leave(session: clerk::Session) -> actix_web::Result<&'static str> {
    let verifier = clerk::Verifier::from_env().map_err(ErrorInternalServerError)?;
    verifier.revoke(session.session_id());
    Ok("left")
}

/// Ticks as long as the session lasts.
async fn ticks(session: clerk::Session) -> HttpResponse {
    let ticks = stream::unfold((), |()| async {
        rt::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b"tick\n")), ()))
    });
    HttpResponse::Ok().streaming(ticks.take_until(session.until_expiry()))
}

/// Says one thing, and then listens as long as the session lasts.
async fn socket(session: clerk::Session, request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
    let (response, mut socket, mut messages) = actix_ws::handle(&request, body)?;
    let mut expiry = session.until_expiry();
    rt::spawn(async move {
        let _ = socket.text("tick").await;
        loop {
            tokio::select! {
                () = &mut expiry => break,
                message = messages.recv() => if !matches!(message, Some(Ok(_))) { break },
            }
        }
        let _ = socket.close(None).await;
    });
    Ok(response)
}

/// A scope that guards itself, with a scope in it.
fn wild() -> impl actix_web::dev::HttpServiceFactory {
    let public = clerk::PublicRoutes::new().get("/wild/health").get("/wild/deep/page");
    let deep = web::scope("/deep").route("/page", web::to(open)).default_service(web::to(secret));
    web::scope("/wild")
        .wrap(clerk::require_session_except(public))
        .route("/health", web::to(open))
        .route("/merged", web::to(secret))
        .service(deep)
        .route("/{rest:.*}", web::to(secret))
}

/// Groups of routes, each behind its guard, beside an open one.
fn groups(config: &mut ServiceConfig) {
    let deep = web::scope("/deep").route("/{rest:.*}", web::to(secret));
    let api = web::scope("/api")
        .wrap(clerk::require_session())
        .route("", web::to(secret))
        .route("/private", web::to(secret))
        .route("/items/{id}", web::to(secret))
        .service(deep);
    let admin = web::scope("/admin")
        .wrap(clerk::require_role("org:owner"))
        .route("", web::to(secret))
        .route("/{user}", web::to(secret));
    config
        .route("/health", web::get().to(open))
        .route("/open/{name}", web::get().to(open))
        .route("/me", web::get().to(me))
        .route("/busy", web::get().to(busy))
        .route("/leave", web::post().to(leave))
        .route("/ticks", web::get().to(ticks))
        .route("/socket", web::get().to(socket))
        .service(wild())
        .service(api)
        .service(admin);
}

/// Everything behind one guard that lets three routes through.
fn all_but_public(config: &mut ServiceConfig) {
    let public = clerk::PublicRoutes::new().get("/").get("/health").get("/open/page");
    let everything = web::scope("")
        .wrap(clerk::require_session_except(public))
        .route("/", web::to(open))
        .route("/health", web::to(open))
        .route("/open/page", web::to(open))
        .route("/open/{rest:.*}", web::to(secret))
        .route("/private", web::to(secret))
        .default_service(web::to(secret));
    config.service(everything);
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    start::log(&[])?;
    let routes = if start::is_all_but_public() { all_but_public } else { groups };
    let server = HttpServer::new(move || App::new().app_data(clerk::data()).configure(routes));
    let server = server.workers(4).bind("127.0.0.1:0")?;
    println!("listening on {}", server.addrs()[0]);
    server.run().await
}
