//! The running stand-in: what every request shares.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::clock::{Clock, Millis};
use super::keys::Keys;
use super::log::Log;
use super::options::Options;
use super::persist::{self, Place};
use super::publishable::Publishable;
use super::secrets::Secrets;
use super::sessions::Event;
use super::tokens::Unsigned;
use super::world::World;
use super::{http::shapes, random};

/// How the key sets answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JwksMode {
    /// As they should.
    #[default]
    Ok,
    /// 404.
    Absent,
    /// As they should, late.
    Slow,
    /// 200 with a body that is no JSON.
    Broken,
    /// A key of the same id that has signed nothing.
    Wrong,
}

/// The stand-in, as its requests share it.
pub struct Local {
    /// How it behaves.
    pub options: Options,
    /// Its own address, such as `http://127.0.0.1:4010`.
    pub base: String,
    /// Where it listens.
    pub port: u16,
    /// The publishable key with what follows from it.
    pub publishable: Publishable,
    /// What only its callers know.
    pub secrets: Secrets,
    /// The keys that sign.
    pub keys: Keys,
    /// The instance's time.
    pub clock: Clock,
    /// The last requests.
    pub log: Log,
    /// How the key sets answer, and how late, in milliseconds.
    pub jwks: Mutex<(JwksMode, u64)>,
    /// The last foreign `Origin`.
    pub last_origin: Mutex<Option<String>>,
    /// A word that the page's forms carry.
    pub form_token: String,
    /// The world as the seed has it, for `reset`.
    pub seed: World,
    /// Where events go.
    pub events: Option<UnboundedSender<Delivery>>,
    /// Whether there is something to keep, and the bell that says so.
    pub unsaved: Unsaved,
    pub world: Mutex<World>,
}

/// An event on its way.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Such as `msg_…`; the same in every try.
    pub id: String,
    /// Such as `session.created`.
    pub kind: &'static str,
    /// The whole document.
    pub body: String,
}

/// Whether the state was changed since it was written.
#[derive(Default)]
pub struct Unsaved {
    changed: Mutex<bool>,
    bell: Condvar,
    closed: AtomicBool,
}

impl Local {
    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World, Millis) -> T) -> T {
        look(&self.world(), self.clock.now())
    }

    /// Changes the world. What it returns beside its answer is told by webhook.
    pub fn change<T>(&self, change: impl FnOnce(&mut World, Millis) -> (T, Vec<Event>)) -> T {
        let mut world = self.world();
        let now = self.clock.now();
        let (answer, events) = change(&mut world, now);
        if let Some(sender) = &self.events {
            for event in events {
                let Some(body) = shapes::event(&world, &event, now) else { continue };
                // A receiver that is gone has nobody to tell.
                let _ = sender.send(Delivery { id: random::id("msg"), kind: event.kind, body: body.to_string() });
            }
        }
        drop(world);
        self.changed();
        answer
    }

    /// Says that there is something to keep.
    pub fn changed(&self) {
        if self.options.state.is_some() {
            *lock(&self.unsaved.changed) = true;
            self.unsaved.bell.notify_one();
        }
    }

    /// Signs a token as soon as there is a key.
    pub async fn sign(&self, token: &Unsigned) -> String {
        token.sign(&*self.keys.current().await)
    }

    /// `iss` of every token.
    pub fn issuer(&self) -> String {
        format!("https://{}", self.options.key_host)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// Writes the state whenever it has changed, until [`Local::close`]. For a thread of its own.
    pub fn keep(&self, place: &Place, say: impl Fn(&std::io::Error)) {
        loop {
            let closed = self.unsaved.closed.load(Ordering::SeqCst);
            let mut changed = lock(&self.unsaved.changed);
            if !*changed && !closed {
                let waited = self.unsaved.bell.wait_timeout(changed, Duration::from_secs(1));
                changed = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let write = std::mem::take(&mut *changed);
            drop(changed);
            if write {
                let world = self.world().clone();
                let written = persist::write(place, &self.secrets, self.keys.kept(), self.clock.moved(), world);
                let _ = written.inspect_err(|cause| say(cause));
            } else if closed {
                return;
            }
        }
    }

    /// Lets [`Local::keep`] write once more and end.
    pub fn close(&self) {
        self.changed();
        self.unsaved.closed.store(true, Ordering::SeqCst);
        self.unsaved.bell.notify_one();
    }
}

/// A lock that a panic elsewhere does not close.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What requests hold.
pub type Shared = Arc<Local>;
