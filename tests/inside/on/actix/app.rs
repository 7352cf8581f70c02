//! Small Actix Web apps, and how the tests send requests to them.

use std::rc::Rc;

use actix_web::body::{self, MessageBody};
use actix_web::dev::Service as _;
use actix_web::http::Method;
use actix_web::rt::System;
use actix_web::test::{self, TestRequest};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, ResponseError as _};

use super::super::testing::TestIssuer;
use super::http::Answer;
use super::super::{
    MaybeSession, PendingSession, PublicRoutes, Rejection, Reverification, Session, Verifier,
};
use super::super::web::{guard, wiring};
use super::verifier;

/// A verifier that accepts nobody.
fn nobodys() -> Verifier {
    verifier(&TestIssuer::new(), |settings| {
        settings.audience = vec!["nobody".to_owned()];
    })
}

/// Requests for public paths with two slashes in a row.
pub(crate) const DOUBLE_SLASHES: &[&str] = &["GET //public", "GET /in//public"];

/// The routes of an app. Actix Web builds an app of them for each worker.
pub(crate) type Routes = Rc<dyn Fn(&mut ServiceConfig)>;

async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

async fn maybe(session: MaybeSession) -> String {
    let user = session.0.map(|session| session.user_id().to_owned());
    user.unwrap_or_else(|| "nobody".to_owned())
}

async fn pending(session: PendingSession) -> String {
    session.0.user_id().to_owned()
}

async fn delete(session: Session) -> Result<&'static str, Rejection> {
    session.require_permission("org:projects:delete")?;
    session.require_reverification(Reverification::STRICT)?;
    Ok("deleted")
}

async fn open() -> &'static str {
    "open"
}

/// An app with a route of every kind. Of its verifiers the innermost counts, and any of them comes
/// before that of the process.
pub(crate) fn app(verifier: Verifier) -> Routes {
    Rc::new(move |config| {
        let admin = web::scope("/admin")
            .wrap(guard::require_role("org:admin"))
            .route("/users", web::get().to(open));
        let members = web::resource("/members")
            .app_data(wiring::data())
            .wrap(guard::require_organization())
            .route(web::get().to(open));
        let people = web::resource("/people")
            .wrap(guard::require_person())
            .route(web::get().to(open));
        let everything = web::scope("")
            .app_data(wiring::data_with(verifier.clone()))
            .route("/me", web::get().to(me))
            .route("/me", web::post().to(me))
            .route("/maybe", web::get().to(maybe))
            .route("/pending", web::get().to(pending))
            .route("/delete", web::post().to(delete))
            .route("/open", web::get().to(open))
            .service(admin)
            .service(members)
            .service(people);
        config
            .app_data(wiring::data_with(nobodys()))
            .service(everything);
    })
}

/// An app in which only `GET /`, `GET /public` and `GET /in/public` need no session.
pub(crate) fn all_but_public(verifier: Verifier) -> Routes {
    Rc::new(move |config| {
        let public = PublicRoutes::new().get("/").get("/public");
        let everything = web::scope("")
            .wrap(guard::require_session_except(public))
            .route("/", web::get().to(open))
            .route("/public", web::get().to(open))
            .route("/public", web::post().to(open))
            .route("/private", web::get().to(open));
        let inner = PublicRoutes::new().get("/in/public");
        let inner = web::scope("/in")
            .wrap(guard::require_session_except(inner))
            .route("/public", web::get().to(open))
            .default_service(web::to(open));
        config
            .app_data(wiring::data_with(verifier.clone()))
            .service(inner)
            .service(everything);
    })
}

/// An app without the data, with a route that needs a session.
pub(crate) fn unwired() -> Routes {
    Rc::new(|config| {
        config.route("/me", web::get().to(me));
    })
}

/// Sends a request to an app.
pub(crate) fn ask(app: &Routes, request: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = TestRequest::with_uri(path).method(method);
    for header in headers {
        request = request.append_header(*header);
    }
    System::new().block_on(async {
        let app = App::new().configure(|config| app(config));
        let app = test::init_service(app).await;
        let response = app.call(request.to_request()).await.unwrap();
        answer(response.into_parts().1).await
    })
}

/// What a caller gets for a rejection.
pub(crate) fn refusal(rejection: &Rejection) -> Answer {
    System::new().block_on(answer(rejection.error_response()))
}

async fn answer<B: MessageBody>(response: HttpResponse<B>) -> Answer {
    let headers = response.headers().iter();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    Answer {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: match body::to_bytes(response.into_body()).await {
            Ok(body) => text(&body),
            Err(_) => unreachable!("the body is in memory"),
        },
    }
}
