//! A started application, what it says, and the local Clerk that makes tokens for it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::http::{Answer, ask};
use support::{Project, program};

pub(crate) type Variables = Vec<(String, String)>;

/// Ends with the value.
pub(crate) struct App {
    child: Child,
    pub(crate) address: String,
    said: tempfile::NamedTempFile,
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl App {
    /// Starts a program with these variables of Clerk's and no others. One that ends at once has said why.
    pub(crate) fn start(program: &Path, variables: &Variables) -> Result<Self, String> {
        let said = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLERK_")) {
            command.env_remove(name);
        }
        // As one who looks for a reason: with the log turned up.
        command.env("RUST_LOG", "debug").env("ROCKET_LOG_LEVEL", "normal").env("NO_COLOR", "1").env("ROCKET_PORT", "0");
        command.env("ROCKET_CLI_COLORS", "0").envs(variables.iter().map(|(name, value)| (name, value)));
        let output = || Stdio::from(said.as_file().try_clone().unwrap());
        let child = command.stdin(Stdio::null()).stdout(output()).stderr(output()).spawn().unwrap();
        let mut app = Self { child, address: String::new(), said };
        let begun = Instant::now();
        loop {
            let ended = app.child.try_wait().unwrap();
            let text = app.said();
            let address = text.lines().find_map(|line| line.strip_prefix("listening on "));
            match (ended, address) {
                (Some(status), _) => {
                    assert!(!status.success(), "it ended without a fault:\n{text}");
                    return Err(text);
                }
                (None, Some(address)) => {
                    address.clone_into(&mut app.address);
                    return Ok(app);
                }
                (None, None) => assert!(begun.elapsed() < Duration::from_secs(30), "it does not listen:\n{text}"),
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// All that it has said.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.said.path()).unwrap()
    }

    /// Waits until it has said something.
    pub(crate) fn says(&self, words: &str) {
        let begun = Instant::now();
        while !self.said().contains(words) {
            assert!(begun.elapsed() < Duration::from_secs(10), "nothing says {words}:\n{}", self.said());
            sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn ask(&self, (method, path): (&str, &str), headers: &[(&str, String)]) -> Answer {
        ask(&self.address, method, path, headers)
    }
}

/// A running local Clerk.
pub(crate) struct Local {
    child: Child,
    pub(crate) variables: Variables,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Local {
    /// Starts one for a project, and reads the environment that it prints.
    pub(crate) fn start(project: &Project, origin: Option<&str>) -> Self {
        let mut command = project.command(program());
        command.args(["clerk-sessions", "local", "--port", "0", "--print-env"]);
        command.args(origin.iter().flat_map(|origin| ["--origin", *origin]));
        let log = File::create(project.state().join("local.log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut variables = Variables::new();
        while !variables.iter().any(|(name, _)| name == "CLERK_SESSIONS_LOCAL") {
            let line = lines.next().expect("the environment goes on");
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("what is `{line}`?"));
            variables.push((name.to_owned(), value.trim_matches('\'').to_owned()));
        }
        Self { child, variables }
    }

    /// What `token` prints, as the value of a header.
    pub(crate) fn bearer(&self, project: &Project, flags: &[&str]) -> (&'static str, String) {
        let variables: Vec<(&str, &str)> = self.variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        let ran = project.run_with(&[&["token"], flags].concat(), &variables).expect(0);
        ("authorization", format!("Bearer {}", ran.stdout().trim()))
    }
}
