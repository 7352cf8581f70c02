//! Browsers: which client a request speaks for.

use super::clock::Millis;
use super::random;
use super::world::{Client, World};

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
    let client = Client::new(dev_browsers.then(|| random::id("dvb")), now);
    world.clients.insert(client.id.clone(), client.clone());
    client
}
