//! A terminal of some width, and what a person sees on it.

use std::num::NonZeroU16;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rexpect::process::WaitStatus;
use rexpect::session::{Options, PtySession, spawn_with_options};

use support::{Project, program};

/// More than anybody has, so that nothing scrolls away.
const ROWS: u16 = 400;

/// How long nothing must come until somebody begins to read.
const QUIET: Duration = Duration::from_millis(150);

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Terminal {
    session: PtySession,
    emulator: vt100::Parser,
    columns: u16,
    /// How the program ended.
    pub(crate) ended: Option<i32>,
}

impl Terminal {
    /// Starts the program in a folder of a project.
    pub(crate) fn start(project: &Project, arguments: &[&str], columns: u16) -> Self {
        let mut command = project.command("sh");
        command.args(["-c", &format!("stty rows 50 cols {columns} && exec \"$@\""), "sh", program(), "clerk-sessions"]);
        command.args(arguments).env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CARGO_TERM_COLOR");
        let session = spawn_with_options(command, Options::new().timeout_ms(Some(30_000))).unwrap();
        let size = |count| NonZeroU16::new(count).unwrap();
        Self { session, emulator: vt100::Parser::new(size(ROWS), size(columns), 0), columns, ended: None }
    }

    /// Waits for a question other than the last one: what stands on the screen from there on. `None` once the program has
    /// ended.
    pub(crate) fn question(&mut self, last: Option<&String>) -> Option<String> {
        let (begun, mut changed) = (Instant::now(), Instant::now());
        loop {
            let ended = self.ended.is_some();
            if self.take() {
                changed = Instant::now();
            }
            let settled = changed.elapsed() > QUIET;
            let is_new = |open: &String| last.is_none_or(|last| asked(last) != asked(open));
            let open = self.open().filter(|open| settled && is_new(open));
            if open.is_some() || (ended && settled) {
                return open;
            }
            assert!(begun.elapsed() < PATIENCE, "nothing happens:\n{}", self.text());
            sleep(Duration::from_millis(5));
        }
    }

    /// The question that is not answered yet.
    fn open(&self) -> Option<String> {
        let rows = self.rows();
        let at = rows.iter().rposition(|row| row.starts_with("? "))?;
        Some(rows[at..].join("\n"))
    }

    /// Takes what has come, and says whether anything has.
    fn take(&mut self) -> bool {
        // The reader makes a character of each byte.
        let bytes: Vec<u8> = std::iter::from_fn(|| self.session.try_read()).map(|byte| byte as u8).collect();
        self.emulator.process(&bytes);
        let status = self.session.process().status();
        if self.ended.is_none() {
            self.ended = status.and_then(|status| match status {
                WaitStatus::Exited(_, code) => Some(code),
                WaitStatus::StillAlive => None,
                other => panic!("{other:?}"),
            });
        }
        !bytes.is_empty()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    /// The text as one would copy it: lines that the terminal wrapped are whole.
    pub(crate) fn text(&self) -> String {
        self.emulator.screen().contents()
    }

    /// The rows as they stand on the screen.
    pub(crate) fn rows(&self) -> Vec<String> {
        let rows: Vec<String> =
            self.emulator.screen().rows(0, self.columns).map(|row| row.trim_end().to_owned()).collect();
        let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
        rows[..used].to_vec()
    }
}

/// A question without the answer that is being typed behind it.
fn asked(screen: &str) -> &str {
    let end = screen[1..].find('?').map_or(screen.len(), |at| at + 2);
    &screen[..end]
}
