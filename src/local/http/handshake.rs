//! The handshake of document requests: a backend that finds no good cookie sends the browser here, and it comes back with new
//! ones, named by a nonce or in a token.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use url::Url;

use super::cookies;
use super::errors::{self, Answer, refuse};
use super::frontend::reply;
use super::input::{Visit, filled};
use crate::local::clients;
use crate::local::clock::Millis;
use crate::local::random;
use crate::local::server::{Local, Shared};
use crate::local::sessions;
use crate::local::tokens::{self, Wish};
use crate::local::world::{Client, Nonce, Session};

/// A nonce can be fetched for so long, as its cookie lives for so long in production and may be sent twice.
const NONCE_SECONDS: i64 = 60;

/// `GET /v1/client/handshake`.
pub(super) async fn handshake(State(local): State<Shared>, visit: Visit) -> Answer {
    let mut target = target(&local, &visit)?;
    let as_token = match filled(&visit.query, "format") {
        None | Some("token") => true,
        Some("nonce") => false,
        Some(_) => return Err(errors::invalid("format", "nonce or token")),
    };
    let client = client(&local, &visit);
    let session = client.as_ref().and_then(|client| active(&local, client, &visit));
    let directives = directives(&local, &visit, client.as_ref(), session.as_ref()).await;
    let (name, value) = if as_token {
        let token = local.read(|world, now| tokens::handshake(world, &directives, now));
        ("__clerk_handshake", local.sign(&token).await)
    } else {
        ("__clerk_handshake_nonce", noted(&local, directives))
    };
    let mut headers: Vec<(HeaderName, String)> = vec![(CACHE_CONTROL, "no-store".to_owned())];
    if local.options.live {
        headers.push((SET_COOKIE, cookies::short(name, &value, NONCE_SECONDS)));
    } else {
        target.query_pairs_mut().append_pair(name, &value);
    }
    headers.push((LOCATION, target.into()));
    Ok((StatusCode::TEMPORARY_REDIRECT, AppendHeaders(headers)).into_response())
}

/// Where the browser goes back to: a page that may call.
fn target(local: &Local, visit: &Visit) -> Answer<Url> {
    let given = filled(&visit.query, "redirect_url").ok_or_else(|| errors::missing("redirect_url"))?;
    let url = Url::parse(given).map_err(|_| errors::invalid("redirect_url", "an absolute URL"))?;
    // Other schemes have the origin of what they wrap.
    let is_page = matches!(url.scheme(), "http" | "https");
    if is_page && local.options.allows(&url.origin().ascii_serialization()) {
        return Ok(url);
    }
    let long = "The redirect_url is not at one of the origins that the local Clerk was started with";
    Err(refuse(StatusCode::BAD_REQUEST, "invalid_url_redirect", "Invalid redirect_url", long))
}

/// The browser, which may know itself by a cookie of the application's. A development instance makes one where there is
/// none, or the next request would come here again.
fn client(local: &Local, visit: &Visit) -> Option<Client> {
    let dev_browsers = local.options.dev_browser();
    let mut credential = visit.credential();
    let of_app = || visit.cookies.get("__clerk_db_jwt").cloned();
    credential.dev_browser = credential.dev_browser.or_else(of_app);
    let found = local.read(|world, _| clients::find(world, &credential, dev_browsers).cloned());
    found.or_else(|| dev_browsers.then(|| local.change(|world, now| (clients::create(world, true, now), Vec::new()))))
}

/// The client's active session, with the organization that the application wants.
fn active(local: &Local, client: &Client, visit: &Visit) -> Option<Session> {
    let id = client.last_active_session.as_deref()?;
    let session = local.read(|world, now| {
        world.sessions.get(id).filter(|session| sessions::status(session, now).is_live()).cloned()
    })?;
    let Some(wanted) = filled(&visit.query, "organization_id") else { return Some(session) };
    local.change(|world, now| {
        let organization = world.organization(wanted).map(|one| one.id.clone());
        let member = organization.filter(|id| world.membership(&session.user, id).is_some());
        let event = member.and_then(|id| sessions::choose(world, &session.id, Some(id), now));
        (world.sessions.get(&session.id).cloned(), event.into_iter().collect())
    })
}

/// The cookies that the application's host gets. The token has no `azp`, as a document request has no `Origin`: Clerk's own has
/// none either (clerk/javascript issues 8231, 9249), and whoever insists on a party refuses it.
async fn directives(local: &Local, visit: &Visit, client: Option<&Client>, session: Option<&Session>) -> Vec<String> {
    let mut open: Vec<(&str, String)> = Vec::new();
    let uat = client.map_or(0, |client| local.read(|world, now| reply::uat(world, client, now)));
    open.push(("__client_uat", uat.to_string()));
    if !local.options.live {
        // The stand-in's own word where no dev browser carries the client: without one the request would come here again.
        let dev_browser = client.and_then(|client| client.dev_browser.clone()).unwrap_or_else(|| random::id("dvb"));
        open.push(("__clerk_db_jwt", dev_browser));
    }
    if let Some(session) = session {
        let issuer = local.issuer();
        let token = local.read(|world, now| tokens::session(world, session, &issuer, now, &Wish::default()));
        open.push(("__session", local.sign(&token).await));
    }
    let suffixed = visit.query.get("suffixed_cookies").is_some_and(|word| word == "true");
    let mut values: Vec<String> = open.iter().map(|(name, value)| cookies::open(name, value)).collect();
    if suffixed {
        values.extend(open.iter().map(|(name, value)| cookies::open(&cookies::suffixed(local, name), value)));
    }
    if session.is_none() {
        values.push(cookies::gone("__session"));
        values.extend(suffixed.then(|| cookies::gone(&cookies::suffixed(local, "__session"))));
    } else if let Some(client) = client.filter(|_| suffixed) {
        values.push(cookies::closed(&cookies::suffixed(local, "__refresh"), &refresh(local, client)));
    }
    if local.options.live {
        // The cookie outlives its nonce's first use, and a second one must not sign the user out.
        values.push(cookies::gone("__clerk_handshake_nonce"));
        values.push(cookies::gone("__clerk_handshake"));
    }
    values
}

/// The client's refresh token, which has no dot and no meaning.
fn refresh(local: &Local, client: &Client) -> String {
    local.change(|world, _| {
        let kept = world
            .clients
            .get_mut(&client.id)
            .map(|client| client.refresh.get_or_insert_with(|| random::letters(43)).clone());
        (kept.unwrap_or_default(), Vec::new())
    })
}

fn noted(local: &Local, directives: Vec<String>) -> String {
    let nonce = random::letters(32);
    local.change(|world, now: Millis| {
        world.nonces.retain(|_, kept| kept.expire_at > now);
        world.nonces.insert(nonce.clone(), Nonce { directives, expire_at: now + NONCE_SECONDS * 1000 });
        (nonce, Vec::new())
    })
}
