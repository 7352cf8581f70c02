//! Builds and starts the app of the demo.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::Message;

use super::outside;
use crate::apply;
use crate::cli::Common;
use crate::error::Error;
use crate::inspect::InspectError;
use crate::issuer::Issuer;
use crate::program;
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

/// Builds it, and answers where cargo put the program; cargo itself shows the progress.
pub(super) fn build(path: &Utf8Path, common: &Common, terminal: Terminal) -> Result<Utf8PathBuf, Error> {
    terminal.status("Building", "the app (the first time takes a minute or two)");
    let mut cargo = program::building_cargo(path)
        .map_err(InspectError::from)?
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(common.cargo_flags())
        .args(common.quiet.then_some("--quiet"))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|cause| outside("failed to run cargo", &cause))?;
    let mut program = None;
    for message in cargo.stdout.take().into_iter().flat_map(|output| Message::parse_stream(BufReader::new(output))) {
        if let Ok(Message::CompilerArtifact(artifact)) = message {
            program = artifact.executable.or(program);
        }
        if apply::STOP.load(Ordering::SeqCst) {
            let _ = cargo.kill();
        }
    }
    let status = cargo.wait().map_err(|cause| outside("failed to run cargo", &cause))?;
    program.filter(|_| status.success()).ok_or_else(|| outside("failed to build the app", &status))
}

/// Starts it with a throw-away key and nothing else of Clerk's in its environment.
pub(super) fn start(program: &Utf8Path, issuer: &Issuer) -> Result<Server, Error> {
    let pem = issuer.pem().map_err(|cause| outside("failed to write the public key", &cause))?;
    #[expect(clippy::disallowed_methods, reason = "the app is ours, and was built just now")]
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLERK_")) {
        command.env_remove(name);
    }
    let mut child = command
        .env("CLERK_JWT_KEY", pem)
        .env("CLERK_PUBLISHABLE_KEY", Issuer::publishable_key())
        .env("CLERK_AUTHORIZED_PARTIES", super::PARTY)
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
