//! A host to attack: groups behind guards, or everything but a few public routes behind one, and logs at every level.

mod start;

use std::time::Duration;

use rocket::fairing::AdHoc;
use rocket::futures::{SinkExt, StreamExt};
use rocket::http::Method;
use rocket::request::FromRequest;
use rocket::response::stream::TextStream;
use rocket::route::{BoxFuture, Handler, Outcome, Route};
use rocket::tokio::{select, time};
use rocket::{get, launch, post, routes, Build, Config, Data, Request, Rocket};
use rocket_ws::{Channel, WebSocket};

/// What no answer to a stranger may hold.
fn secret<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move { Outcome::from(request, "the secret") })
}

fn open<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move { Outcome::from(request, "open") })
}

#[get("/me")]
fn me(session: clerk::Session) -> String {
    session.user_id().to_owned()
}

/// Ends the session for the whole program.
#[post("/leave")]
fn leave(session: clerk::Session) -> Result<&'static str, String> {
    let verifier = clerk::Verifier::from_env().map_err(|cause| cause.to_string())?;
    verifier.revoke(session.session_id());
    Ok("left")
}

/// Ticks as long as the session lasts.
#[get("/ticks")]
fn ticks(session: clerk::Session) -> TextStream![&'static str] {
    let mut expiry = session.until_expiry();
    TextStream! {
        let mut rhythm = time::interval(Duration::from_millis(50));
        loop {
            select! {
                () = &mut expiry => break,
                _ = rhythm.tick() => yield "tick\n",
            }
        }
    }
}

/// Says one thing, and then listens as long as the session lasts.
#[get("/socket")]
fn socket(session: clerk::Session, socket: WebSocket) -> Channel<'static> {
    let mut expiry = session.until_expiry();
    socket.channel(move |mut stream| {
        Box::pin(async move {
            stream.send("tick".into()).await?;
            loop {
                select! {
                    () = &mut expiry => return Ok(()),
                    message = stream.next() => if !matches!(message, Some(Ok(_))) { return Ok(()) },
                }
            }
        })
    })
}

fn busy<'r>(request: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    Box::pin(async move {
        start::begin_and_block(clerk::Session::from_request(request)).await;
        Outcome::from(request, "done")
    })
}

/// A route for every method.
fn any(path: &str, handler: impl Handler + Clone) -> Vec<Route> {
    use Method::{Connect, Delete, Get, Head, Options, Patch, Post, Put, Trace};
    let methods = [Get, Put, Post, Delete, Options, Head, Trace, Connect, Patch];
    methods.map(|method| Route::new(method, path, handler.clone())).into()
}

/// Groups of routes, each behind its guard, beside an open one.
fn groups(rocket: Rocket<Build>) -> Rocket<Build> {
    let api = ["/", "/private", "/items/<id>", "/deep/<rest..>"].map(|path| any(path, secret)).concat();
    let admin = ["/", "/<user>"].map(|path| any(path, secret)).concat();
    let public = ["/health", "/open/<name>"].map(|path| Route::new(Method::Get, path, open));
    let wild_public = clerk::PublicRoutes::new().get("/wild/health").get("/wild/deep/page");
    let opened = ["/health", "/deep/page"].map(|path| any(path, open)).concat();
    let others = ["/merged", "/deep/<rest..>", "/<rest..>"].map(|path| any(path, secret)).concat();
    let wild = opened.into_iter().chain(others);
    rocket
        .mount("/", public)
        .mount("/", routes![me, leave, ticks, socket])
        .mount("/", [Route::new(Method::Get, "/busy", busy)])
        .mount("/wild", clerk::require_session_except(wild_public).routes(wild))
        .mount("/api", clerk::require_session().routes(api))
        .mount("/admin", clerk::require_role("org:owner").routes(admin))
}

/// Everything behind one guard that lets three routes through.
fn all_but_public(rocket: Rocket<Build>) -> Rocket<Build> {
    let public = clerk::PublicRoutes::new().get("/").get("/health").get("/open/page");
    let opened = ["/", "/health", "/open/page"].map(|path| any(path, open)).concat();
    let others = ["/open/<rest..>", "/private", "/<rest..>"].map(|path| any(path, secret)).concat();
    let everything = opened.into_iter().chain(others);
    rocket.mount("/", clerk::require_session_except(public).routes(everything))
}

#[launch]
fn rocket() -> _ {
    // Rocket itself logs every request with its headers, at DEBUG.
    start::log(&["rocket::server"]).expect("a file for the log");
    let routes = if start::is_all_but_public() { all_but_public } else { groups };
    let config = Config::figment().merge(("log_level", "off")).merge(("port", 0)).merge(("workers", 4));
    routes(rocket::custom(config)).attach(clerk::fairing()).attach(AdHoc::on_liftoff("address", |rocket| {
        Box::pin(async move { println!("listening on {}:{}", rocket.config().address, rocket.config().port) })
    }))
}
