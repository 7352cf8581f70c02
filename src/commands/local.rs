//! `local`: a local Clerk, alone or with a command that runs beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::cli::{Common, Local};
use crate::error::Error;
use crate::local::error::LocalError;
use crate::local::http::npm;
use crate::local::options::{self, Options};
use crate::local::start::{self, Running};
use crate::local::{child, environment, seed};
use crate::program::git;
use crate::terminal::Terminal;
use crate::{inspect, repository, settings};

/// Runs `local`.
pub fn run(flags: &Local, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    if flags.print_seed {
        terminal.data(seed::DEFAULT)?;
        return Ok(0);
    }
    let asked = signals()?;
    if let Some(path) = flags.state.as_deref().filter(|path| committed(path)) {
        return Err(LocalError::Committed { path: path.to_owned() }.into());
    }
    let settings = Settings::read(common);
    let seed = flags.seed.as_deref().map(|path| Ok::<_, Error>((inspect::text(path)?, path))).transpose()?;
    let running = start::start(options(flags, &settings)?, seed, move |cause| {
        terminal.warning(&format!("the state was not written: {cause}"));
    })?;
    let pem = if settings.pem { Some(running.pem()?) } else { None };
    let variables = environment::variables(&running.local, pem.as_deref());
    if let Some(path) = &flags.env_file {
        environment::write(path, &variables, committed(path))?;
        terminal.status("Writing", path.as_str());
    }
    if flags.print_env {
        terminal.data(&environment::text(&variables))?;
    }
    introduce(&running, &settings, terminal);
    if let Some(frontend) = &flags.frontend {
        name_absent(frontend, terminal);
    }
    let signal = || Some(asked.load(Ordering::SeqCst)).filter(|signal| *signal != 0);
    if flags.command.is_empty() {
        return until_asked(&running, signal);
    }
    let child = child::start(&flags.command, &variables)?;
    let by_signal = || signal().and_then(|signal| i32::try_from(signal).ok());
    let code = child.wait(|| by_signal().or(running.has_ended().then_some(SIGTERM)))?;
    if running.has_ended() { Err(LocalError::Stopped.into()) } else { Ok(code) }
}

/// The signal that asked to end, once there is one.
fn signals() -> Result<Arc<AtomicUsize>, LocalError> {
    let asked = Arc::new(AtomicUsize::new(0));
    let mut signals = vec![SIGINT, SIGTERM];
    #[cfg(unix)]
    signals.push(signal_hook::consts::SIGHUP);
    for signal in signals {
        let number = usize::try_from(signal).unwrap_or_default();
        flag::register_usize(signal, Arc::clone(&asked), number)
            .map_err(|cause| LocalError::Io { what: "wait for signals".to_owned(), cause })?;
    }
    Ok(asked)
}

/// Answers requests until a signal asks to end: 128 + n.
fn until_asked(running: &Running, signal: impl Fn() -> Option<usize>) -> Result<u8, Error> {
    loop {
        if let Some(signal) = signal() {
            return Ok(u8::try_from(128 + signal).unwrap_or(255));
        }
        if running.has_ended() {
            return Err(LocalError::Stopped.into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// What the settings of the package around the current folder say of it; nothing where there is no such file.
#[derive(Default)]
struct Settings {
    /// Origins of this machine. Others are not the repository's to let in: they are for `--origin`.
    origins: Vec<String>,
    /// Whether others were left out.
    left_out: bool,
    /// Whether the application takes its key from the environment.
    pem: bool,
}

impl Settings {
    fn read(common: &Common) -> Self {
        let folder = inspect::package_folder(common.manifest_path.as_deref()).ok();
        let text = folder.and_then(|folder| inspect::text(&folder.join(settings::FILE)).ok());
        let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        let origins = table.get("origins").and_then(toml::Value::as_array).into_iter().flatten();
        let all: Vec<&str> = origins.filter_map(toml::Value::as_str).collect();
        let (here, others): (Vec<&str>, Vec<&str>) = all.into_iter().partition(|one| options::loopback_origin(one));
        let origins = here.into_iter().map(str::to_owned).collect();
        let pem = table.get("keys").and_then(toml::Value::as_str) == Some("pem");
        Self { origins, left_out: !others.is_empty(), pem }
    }
}

fn options(flags: &Local, settings: &Settings) -> Result<Options, LocalError> {
    let origins = if flags.origin.is_empty() { &settings.origins } else { &flags.origin };
    let usual = if flags.live { options::PRODUCTION_HOST } else { options::DEVELOPMENT_HOST };
    Ok(Options {
        port: flags.port,
        origins: origins.iter().map(|origin| options::origin(origin)).collect::<Result<_, _>>()?,
        webhook: flags.webhook.as_deref().map(options::webhook).transpose()?,
        live: flags.live,
        key_host: options::key_host(flags.key_host.as_deref().unwrap_or(usual))?,
        frontend: flags.frontend.clone().unwrap_or_else(|| Utf8PathBuf::from(".")),
        state: flags.state.clone(),
    })
}

/// Whether git would commit a file: it lies in a repository that does not ignore it.
fn committed(path: &Utf8Path) -> bool {
    let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Utf8Path::new("."));
    let Ok((folder, _)) = inspect::place(folder) else { return true };
    let Some((root, true)) = repository::version_control(&folder) else { return false };
    let file = folder.join(path.file_name().unwrap_or_default());
    let ignored = git::open(&root).and_then(|git| git.ask(&["check-ignore", "--quiet", "--", file.as_str()], ""));
    !ignored.is_ok_and(|(ignored, _)| ignored)
}

/// Names the packages with Clerk's scripts that the frontend does not have.
fn name_absent(frontend: &Utf8Path, terminal: Terminal) {
    for package in npm::PACKAGES.iter().filter(|package| npm::folder(frontend, package).is_none()) {
        terminal
            .note(&format!("`{package}` is not in its node_modules: `npm i -D {package}` there, where it is used."));
    }
}

/// Says at start what it is and what to do with it.
fn introduce(running: &Running, settings: &Settings, terminal: Terminal) {
    let local = &running.local;
    terminal.status("Running", &format!("a local Clerk at http://localhost:{}", local.port));
    let kind = if local.options.live { "plays a production instance" } else { "plays a development instance" };
    terminal.note(&format!("It answers this machine only and {kind}. Its keys work nowhere else."));
    if local.options.live && local.options.origins.is_empty() {
        terminal.note(&format!("Without --origin the only authorized party is {}.", options::LIVE_PARTY));
    }
    if settings.left_out && local.options.origins == settings.origins {
        terminal.note("Origins of the settings that are not this machine's are left out: pass them by --origin.");
    }
    if running.kept {
        terminal.note("Users and sessions are those of the state file; without it they come from the seed.");
    }
    if settings.pem {
        terminal.note("The application takes the key from CLERK_JWT_KEY: after a rotation it must be started again.");
    }
    let proxy = environment::PROXY_PATH;
    terminal.note(&format!(
        "Frontend: <ClerkProvider proxyUrl=\"{proxy}\" prefetchUI={{false}} telemetry={{false}}>, with\n  \
         Vite: server: {{ proxy: {{ '{proxy}': {{ target: 'http://localhost:{port}', changeOrigin: false }} }} }}\n  \
         Next: rewrites: async () => [{{ source: '{proxy}/:path*', destination: 'http://localhost:{port}{proxy}/:path*' }}]",
        port = local.port
    ));
}
