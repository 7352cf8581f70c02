use rocket::{catch, catchers, get, post, routes, Catcher, Route};

#[get("/health")]
fn health() -> &'static str {
    "ok"
}

#[post("/webhooks/clerk")]
fn webhook() -> &'static str {
    "thanks"
}

#[catch(404)]
fn nothing() -> &'static str {
    "nothing here"
}

pub fn all() -> Vec<Route> {
    routes![health, webhook]
}

pub fn pages() -> Vec<Catcher> {
    catchers![nothing]
}
