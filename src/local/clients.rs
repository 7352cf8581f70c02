//! Browsers: which client a request speaks for.

use std::collections::BTreeSet;

use super::clock::Millis;
use super::random;
use super::world::{Client, World};

/// From this many on, the oldest that nobody has signed in from goes for each that comes: any page can ask for one.
const MOST: usize = 1000;

/// What a request says about its browser.
#[derive(Debug, Default, Clone)]
pub struct Credential {
    /// The parameter `__clerk_db_jwt`.
    pub dev_browser: Option<String>,
    /// The cookie `__client`.
    pub cookie: Option<String>,
}

/// The client of a request. In an instance with dev browsers only those count.
pub fn find<'a>(world: &'a World, credential: &Credential, dev_browsers: bool) -> Option<&'a Client> {
    if dev_browsers {
        let dev_browser = credential.dev_browser.as_deref()?;
        return world.clients.values().find(|client| client.dev_browser.as_deref() == Some(dev_browser));
    }
    let cookie = credential.cookie.as_deref()?;
    world.clients.values().find(|client| client.secret == cookie)
}

/// A new client, which a dev browser carries where the instance has those.
pub fn create(world: &mut World, dev_browsers: bool, now: Millis) -> Client {
    if world.clients.len() >= MOST {
        let busy: BTreeSet<&str> = world.sessions.values().map(|session| session.client.as_str()).collect();
        let idle = world.clients.values().filter(|client| !busy.contains(client.id.as_str()));
        let oldest = idle.min_by_key(|client| client.created_at).map(|client| client.id.clone());
        oldest.map(|id| world.clients.remove(&id));
    }
    let client = Client::new(dev_browsers.then(|| random::id("dvb")), now);
    world.clients.insert(client.id.clone(), client.clone());
    client
}
