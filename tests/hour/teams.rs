//! The three teams: what is each one's own.

use crate::team::Team;

/// An Axum workspace with a single-page app.
pub(crate) const PLANNER: Team = Team {
    name: "planner",
    package: "planner-api",
    root: "api/src/lib.rs",
    answers: &[("From which origins", "http://localhost:5173\r")],
    origin: Some("http://localhost:5173"),
    subscribes: true,
    me: ("GET", "/api/me"),
    guarded: ("DELETE", "/api/projects"),
    edits: &[
        ("api/src/routes/projects.rs", "use crate::state", "use crate::clerk::{Rejection, Session};\nuse crate::state"),
        (
            "api/src/routes/projects.rs",
            "clear(State(store): State<Store>) -> StatusCode {\n    store.clear();\n    StatusCode::NO_CONTENT\n",
            "clear(session: Session, State(store): State<Store>) -> Result<StatusCode, Rejection> {\n    \
             session.require_role(\"org:admin\")?;\n    store.clear();\n    Ok(StatusCode::NO_CONTENT)\n",
        ),
        ("api/src/routes/mod.rs", "mod projects;", "mod projects;\n#[cfg(test)]\nmod signed_in;"),
    ],
    tests: &[
        "what_is_created_is_listed",
        "health_needs_nobody",
        "the_single_page_app_may_ask",
        "a_handler_has_the_session",
        "an_admin_clears_the_projects",
        "nobody_is_signed_in_without_a_token",
    ],
};

/// An Actix API with organizations.
pub(crate) const LEDGER: Team = Team {
    name: "ledger",
    package: "ledger-api",
    root: "src/lib.rs",
    answers: &[("From which origins", "https://ledger.example.com\r")],
    origin: Some("https://ledger.example.com"),
    subscribes: true,
    me: ("GET", "/account/me"),
    guarded: ("DELETE", "/organizations/example/balance"),
    edits: &[
        (
            "src/organizations/balance.rs",
            "use crate::state",
            "use crate::clerk::{Rejection, Session};\nuse crate::state",
        ),
        (
            "src/organizations/balance.rs",
            "close(organization: Path<String>, ledger: Data<Ledger>) -> HttpResponse {\n    \
             ledger.close(&organization);\n    HttpResponse::NoContent().finish()\n",
            "close(\n    session: Session,\n    organization: Path<String>,\n    ledger: Data<Ledger>,\n) -> \
             Result<HttpResponse, Rejection> {\n    session.require_role(\"org:admin\")?;\n    \
             ledger.close(&organization);\n    Ok(HttpResponse::NoContent().finish())\n",
        ),
        ("src/organizations/mod.rs", "mod balance;", "mod balance;\n#[cfg(test)]\nmod signed_in;"),
    ],
    tests: &[
        "what_is_booked_counts",
        "health_needs_nobody",
        "the_frontend_may_ask",
        "a_handler_has_the_session",
        "an_admin_closes_the_balance",
        "nobody_is_signed_in_without_a_token",
    ],
};

/// A Rocket API for native apps.
pub(crate) const COURIER: Team = Team {
    name: "courier",
    package: "courier-api",
    root: "src/lib.rs",
    answers: &[("Who calls the API?", " \u{1b}[B \r")],
    origin: Some("https://map.courier.example.com"),
    subscribes: false,
    me: ("GET", "/account/me"),
    guarded: ("DELETE", "/parcels"),
    edits: &[
        ("src/parcels.rs", "use rocket::http", "use crate::clerk::{Rejection, Session};\nuse rocket::http"),
        (
            "src/parcels.rs",
            "clear(parcels: &State<Parcels>) -> Status {\n    parcels.0.lock().unwrap().clear();\n    Status::NoContent\n",
            "clear(session: Session, parcels: &State<Parcels>) -> Result<Status, Rejection> {\n    \
             session.require_role(\"org:admin\")?;\n    parcels.0.lock().unwrap().clear();\n    \
             Ok(Status::NoContent)\n",
        ),
        ("src/lib.rs", "pub mod parcels;", "pub mod parcels;\n#[cfg(test)]\nmod signed_in;"),
    ],
    tests: &[
        "what_is_sent_is_listed",
        "health_needs_nobody",
        "the_map_may_ask",
        "a_handler_has_the_session",
        "an_admin_clears_the_parcels",
        "nobody_is_signed_in_without_a_token",
    ],
};
