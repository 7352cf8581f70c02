//! Brings the stand-in up: keys begin to be made, the port is taken, and a thread of its own answers.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::extract::Request;
use axum::{ServiceExt, body::Bytes};
use camino::Utf8Path;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

use super::clock::{self, Clock};
use super::error::LocalError;
use super::keys::Keys;
use super::options::Options;
use super::persist::{self, Place};
use super::publishable::Publishable;
use super::secrets::Secrets;
use super::server::{JwksMode, Local, Shared, Unsaved};
use super::{http, outgoing, random, seed, webhooks};

/// A stand-in that answers.
pub struct Running {
    /// What its requests share.
    pub local: Shared,
    /// Whether people and sessions come from a state file, and not from the seed.
    pub kept: bool,
    server: Option<JoinHandle<()>>,
    keeper: Option<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
}

/// Starts one. The seed is a file's text with its name, else the default one. `say` hears of a state that cannot be written.
pub fn start(
    options: Options,
    seed: Option<(String, &Utf8Path)>,
    say: impl Fn(&io::Error) + Send + 'static,
) -> Result<Running, LocalError> {
    let now = clock::system();
    let (text, path) = seed.unwrap_or_else(|| (seed::DEFAULT.to_owned(), Utf8Path::new("seed")));
    let from_seed = seed::world(&text, path, now)?;
    let publishable = Publishable::new(options.live, &options.key_host);
    let kept = match &options.state {
        Some(path) => persist::read(path, &publishable.key)?,
        None => None,
    };
    let is_kept = kept.is_some();
    let listeners = listen(options.port)?;
    let (sender, receiver) = mpsc::unbounded_channel();
    let port = listeners[0].1;
    let place = options.state.clone().map(|path| Place { path, publishable_key: publishable.key.clone() });
    let (secrets, keys, moved, world) = match kept {
        Some(kept) => (kept.secrets, Keys::new(kept.keys), kept.moved, kept.world),
        None => (Secrets::new(options.live), Keys::new(Vec::new()), 0, from_seed.clone()),
    };
    let local = Arc::new(Local {
        base: format!("http://127.0.0.1:{port}"),
        port,
        publishable,
        secrets,
        keys,
        clock: Clock::moved_by(moved),
        log: super::log::Log::default(),
        jwks: Mutex::new((JwksMode::Ok, 0)),
        last_origin: Mutex::new(None),
        form_token: random::letters(32),
        seed: from_seed,
        events: options.webhook.is_some().then_some(sender),
        unsaved: Unsaved::default(),
        world: Mutex::new(world),
        options,
    });
    let runtime = runtime()?;
    if let Some(target) = local.options.webhook.clone() {
        runtime.spawn(webhooks::deliver(Arc::clone(&local), target, receiver));
    }
    let (stop, stopped) = oneshot::channel();
    let keeper = place.map(|place| keep(&local, place, say));
    let server = serve(runtime, &local, listeners, stopped)?;
    Ok(Running { local, kept: is_kept, server: Some(server), keeper, stop: Some(stop) })
}

fn runtime() -> Result<Runtime, LocalError> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|cause| LocalError::Io { what: "start the local Clerk".to_owned(), cause })
}

/// Both names of this machine, where there is an IPv6.
fn listen(port: u16) -> Result<Vec<(TcpListener, u16)>, LocalError> {
    let fault = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => taken(port),
        _ => LocalError::Io { what: format!("listen on port {port}"), cause },
    };
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(fault)?;
    let port = first.local_addr().map_err(fault)?.port();
    let second = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(second) => Some(second),
        // A browser that takes `localhost` for IPv6 would ask somebody else.
        Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => return Err(taken(port)),
        Err(_) => None,
    };
    Ok([Some(first), second].into_iter().flatten().map(|listener| (listener, port)).collect())
}

fn taken(port: u16) -> LocalError {
    let is_free = |port: &u16| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).is_ok();
    let process = listeners::get_process_by_port(port, listeners::Protocol::TCP).ok();
    LocalError::PortTaken {
        port,
        process: process.map(|process| (process.name, process.pid)),
        ours: is_ours(port),
        free: (port.saturating_add(1)..port.saturating_add(100)).find(is_free),
    }
}

/// Whether what listens there is a stand-in as well.
fn is_ours(port: u16) -> bool {
    let request = Request::get(format!("http://127.0.0.1:{port}/local/instance"))
        .header("clerk-sessions-local", "1")
        .body(Bytes::new());
    let (Ok(runtime), Ok(request)) = (runtime(), request) else { return false };
    let answer = runtime.block_on(outgoing::send(request, Duration::from_millis(500)));
    answer.is_ok_and(|answer| answer.status == 200 && answer.body.starts_with(b"{"))
}

fn keep(local: &Shared, place: Place, say: impl Fn(&io::Error) + Send + 'static) -> JoinHandle<()> {
    let local = Arc::clone(local);
    thread::spawn(move || local.keep(&place, say))
}

fn serve(
    runtime: Runtime,
    local: &Shared,
    listeners: Vec<(TcpListener, u16)>,
    stopped: oneshot::Receiver<()>,
) -> Result<JoinHandle<()>, LocalError> {
    let fault = |cause| LocalError::Io { what: "start the local Clerk".to_owned(), cause };
    for (listener, _) in &listeners {
        listener.set_nonblocking(true).map_err(fault)?;
    }
    let local = Arc::clone(local);
    let body = move || {
        runtime.block_on(async {
            let service = http::service(Arc::clone(&local));
            for (listener, _) in listeners {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let service = ServiceExt::<Request>::into_make_service(service.clone());
                tokio::spawn(async move { axum::serve(listener, service).await });
            }
            let keyed = Arc::clone(&local);
            tokio::spawn(async move {
                keyed.keys.current().await;
                keyed.changed();
            });
            // Without a sender nobody can say stop, and it is time to.
            let _ = stopped.await;
        });
        runtime.shutdown_background();
    };
    thread::Builder::new().name("local".to_owned()).spawn(body).map_err(fault)
}

impl Running {
    /// Whether it has ended by itself, which is a bug.
    pub fn has_ended(&self) -> bool {
        self.server.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// The public key, once it is there, for applications that take it from the environment.
    pub fn pem(&self) -> Result<String, LocalError> {
        Ok(runtime()?.block_on(self.local.keys.current()).pem())
    }
}

impl Drop for Running {
    /// Stops answering, and writes the state once more. What does not end in time ends with the process.
    fn drop(&mut self) {
        drop(self.stop.take());
        let mut waits = (0..100).map(|_| thread::sleep(Duration::from_millis(20)));
        while !self.has_ended() && waits.next().is_some() {}
        self.local.close();
        let _ = self.keeper.take().map(JoinHandle::join);
    }
}
