//! What the page's forms do.

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use url::Url;

use super::super::errors::{self, Answer, refuse};
use super::super::frontend::reply;
use super::super::input::{Visit, filled};
use super::super::mint::{self, Order};
use super::{back, view};
use crate::local::clients::{self, Credential};
use crate::local::options::loopback;
use crate::local::server::Local;
use crate::local::sessions::{self, SignIn};
use crate::local::world::{Client, Status};

/// A form of this start's own page.
fn checked(local: &Local, visit: &Visit) -> Answer<()> {
    if filled(&visit.form, "form_token") == Some(local.form_token.as_str()) {
        return Ok(());
    }
    let long = "The form is not of this start of the local Clerk: open the page again";
    Err(refuse(StatusCode::FORBIDDEN, "authorization_invalid", "Form is out of date", long))
}

/// Signs a user in, in the browser that the form names or a new one, and goes to the frontend.
pub(super) fn sign_in(local: &Local, visit: &Visit) -> Answer {
    checked(local, visit)?;
    let target = target(local, visit)?;
    let user = filled(&visit.form, "user").ok_or_else(|| errors::missing("user"))?;
    let user = local.read(|world, _| world.user(user).map(|user| user.id.clone()));
    let user = user.ok_or_else(|| errors::not_found("user"))?;
    let organization = filled(&visit.form, "organization").map(str::to_owned);
    let member = |id: &String| local.read(|world, _| world.membership(&user, id).is_some());
    if organization.as_ref().is_some_and(|id| !member(id)) {
        return Err(errors::not_found("membership of that user"));
    }
    let how = SignIn { organization, ..SignIn::default() };
    let client = local.change(|world, now| {
        let known = clients::find(world, &credential(visit), local.options.dev_browser()).cloned();
        let client = known.unwrap_or_else(|| clients::create(world, local.options.dev_browser(), now));
        let (_, event) = sessions::sign_in(world, &client.id, &user, how, now);
        (world.clients.get(&client.id).cloned().unwrap_or(client), vec![event])
    });
    Ok(leave(local, &client, target))
}

/// The browser that came to sign in, else the page's own cookie where the instance has no dev browsers.
fn credential(visit: &Visit) -> Credential {
    let dev_browser = filled(&visit.form, "dev_browser").map(str::to_owned);
    Credential { dev_browser, cookie: visit.cookies.get("__client").cloned() }
}

/// Where the browser goes: the page that led here, else the frontend.
fn target(local: &Local, visit: &Visit) -> Answer<Url> {
    let given = filled(&visit.form, "redirect_url").or_else(|| filled(&visit.form, "target"));
    let given = given.map(str::to_owned).or_else(|| view::target(local));
    let given = given.ok_or_else(|| errors::missing("target"))?;
    let url = Url::parse(&given).map_err(|_| errors::invalid("target", "an address such as http://localhost:3000"))?;
    if loopback(&url) && local.options.allows(&url.origin().ascii_serialization()) {
        return Ok(url);
    }
    let expected = "on this machine, at one of the origins that the local Clerk was started with; pass it by --origin";
    Err(errors::invalid("target", expected))
}

fn leave(local: &Local, client: &Client, mut target: Url) -> axum::response::Response {
    if let Some(dev_browser) = client.dev_browser.as_ref().filter(|_| local.options.dev_browser()) {
        let kept: Vec<(String, String)> = target
            .query_pairs()
            .filter(|(name, _)| name != "__clerk_db_jwt")
            .map(|(n, v)| (n.into(), v.into()))
            .collect();
        target.query_pairs_mut().clear().extend_pairs(kept).append_pair("__clerk_db_jwt", dev_browser);
    }
    let mut headers: Vec<(HeaderName, String)> =
        reply::of(local, client).into_iter().map(|value| (SET_COOKIE, value)).collect();
    headers.push((LOCATION, target.into()));
    (StatusCode::SEE_OTHER, AppendHeaders(headers)).into_response()
}

/// Ends a session.
pub(super) fn end(local: &Local, visit: &Visit, id: &str, to: Status) -> Answer {
    checked(local, visit)?;
    local.change(|world, now| ((), sessions::end(world, id, to, now).into_iter().collect()));
    Ok(back())
}

/// A command that asks the application with a token of the session.
pub(super) async fn token(local: &Local, visit: &Visit, id: &str) -> Answer<String> {
    checked(local, visit)?;
    let (token, _) = mint::mint(local, Order { session: Some(id.to_owned()), ..Order::default() }).await?;
    let target = view::target(local).unwrap_or_else(|| "http://localhost:3000".to_owned());
    Ok(format!("curl -H 'Authorization: Bearer {token}' {}/me", target.trim_end_matches('/')))
}
