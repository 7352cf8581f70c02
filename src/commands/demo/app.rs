//! Builds and starts the app of the demo.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use camino::Utf8Path;

use super::outside;
use crate::cli::Common;
use crate::error::Error;
use crate::issuer::Issuer;
use crate::terminal::Terminal;

/// A started app, stopped when this value goes.
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cargo(path: &Utf8Path, common: &Common) -> Command {
    let flags = [("--offline", common.offline), ("--frozen", common.frozen)];
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(path).arg("build").args(flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag));
    command
}

/// Builds it; cargo itself shows the progress.
pub(super) fn build(path: &Utf8Path, common: &Common, terminal: Terminal) -> Result<(), Error> {
    terminal.status("Building", "the app (the first time takes a minute or two)");
    let mut command = cargo(path, common);
    if common.quiet {
        command.arg("--quiet");
    }
    let status = command.stdout(Stdio::null()).status().map_err(|cause| outside("failed to run cargo", &cause))?;
    if status.success() { Ok(()) } else { Err(outside("failed to build the app", &status)) }
}

/// Starts it with a throw-away key and nothing else of Clerk's in its environment.
pub(super) fn start(path: &Utf8Path, issuer: &Issuer) -> Result<Server, Error> {
    let pem = issuer.pem().map_err(|cause| outside("failed to write the public key", &cause))?;
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| path.join("target"), |target| path.join(target));
    let mut command =
        Command::new(target.join("debug").join(format!("clerk-sessions-demo{}", std::env::consts::EXE_SUFFIX)));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLERK_")) {
        command.env_remove(name);
    }
    let mut child = command
        .env("CLERK_JWT_KEY", pem)
        .env("CLERK_PUBLISHABLE_KEY", Issuer::publishable_key())
        .env("CLERK_AUTHORIZED_PARTIES", super::questions::PARTY)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|cause| outside("failed to start the app", &cause))?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line).map_err(|cause| outside("failed to read from the app", &cause))?;
    }
    let server = Server { address: line.trim().strip_prefix("listening on ").unwrap_or("").to_owned(), child };
    if server.address.is_empty() { Err(outside("the app did not start", &"it printed no address")) } else { Ok(server) }
}
