//! The command that runs beside the stand-in, and its end: together with the stand-in, however that ends.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use super::environment;
use super::error::LocalError;

/// After a request to end, it has so long.
const GRACE: Duration = Duration::from_secs(5);

/// In the terminal's own group, an interrupt from the keyboard has reached it already; one from elsewhere follows then.
const KEYBOARD: Duration = Duration::from_secs(1);

/// What it left running has so long.
const LEFT: Duration = Duration::from_millis(300);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A command that runs. It does not outlive this value.
pub struct Running {
    child: Child,
    alone: bool,
    ended: bool,
}

/// Starts a command with variables on top of the environment. Where standard input is a terminal it stays in the terminal's
/// group, as it could not read otherwise; elsewhere it gets a group of its own.
#[expect(clippy::disallowed_methods, reason = "the command is the user's own, written behind `--`")]
pub fn start(command: &[OsString], variables: &[(&'static str, String)]) -> Result<Running, LocalError> {
    let (program, arguments) = command.split_first().expect("clap asks for a word");
    let alone = !io::stdin().is_terminal();
    let mut command = Command::new(program);
    for name in environment::RIVALS {
        command.env_remove(name);
    }
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    #[cfg(unix)]
    if alone {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let name = program.to_string_lossy().into_owned();
    let child = command.spawn().map_err(|cause| LocalError::Command { program: name, cause })?;
    Ok(Running { child, alone, ended: false })
}

impl Running {
    /// Waits until it has ended or `asked` gives the signal to end with, and answers its exit code: 128 + n where signal n
    /// ended it.
    pub fn wait(mut self, asked: impl Fn() -> Option<i32>) -> Result<u8, LocalError> {
        let mut request: Option<(Instant, bool)> = None;
        loop {
            if self.has_ended() {
                return self.reap();
            }
            match &mut request {
                None => {
                    if let Some(signal) = asked() {
                        let from_keyboard = !self.alone && signal == signal_hook::consts::SIGINT;
                        if !from_keyboard {
                            self.interrupt();
                        }
                        request = Some((Instant::now(), !from_keyboard));
                    }
                }
                Some((since, told)) => {
                    if !*told && since.elapsed() >= KEYBOARD {
                        *told = true;
                        self.interrupt();
                    }
                    if since.elapsed() >= GRACE {
                        self.kill();
                    }
                }
            }
            std::thread::sleep(LOOK);
        }
    }

    fn reap(&mut self) -> Result<u8, LocalError> {
        self.end_what_is_left();
        self.ended = true;
        let status = self.child.wait();
        status.map(code).map_err(|cause| LocalError::Io { what: "wait for the command".to_owned(), cause })
    }
}

#[cfg(unix)]
impl Running {
    fn pid(&self) -> Option<rustix::process::Pid> {
        rustix::process::Pid::from_raw(i32::try_from(self.child.id()).ok()?)
    }

    /// Whether it has ended. It is not reaped yet, so that its number belongs to nobody else.
    fn has_ended(&mut self) -> bool {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let Some(pid) = self.pid() else { return true };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(pid), options).map_or(true, |status| status.is_some())
    }

    fn signal(&self, signal: rustix::process::Signal) {
        use rustix::process::{kill_process, kill_process_group};
        let Some(pid) = self.pid() else { return };
        // Who is gone needs no signal.
        let _ = if self.alone { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
    }

    fn interrupt(&self) {
        self.signal(rustix::process::Signal::INT);
    }

    fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
    }

    /// Processes that it has started may live on in its group.
    fn end_what_is_left(&self) {
        if self.alone {
            self.signal(rustix::process::Signal::TERM);
            std::thread::sleep(LEFT);
            self.signal(rustix::process::Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
impl Running {
    fn has_ended(&mut self) -> bool {
        self.child.try_wait().map_or(true, |status| status.is_some())
    }

    /// There is no gentle way without a console of its own.
    fn interrupt(&self) {}

    fn kill(&mut self) {
        let _ = self.child.kill();
    }

    fn end_what_is_left(&self) {}
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.interrupt();
            let since = Instant::now();
            while !self.has_ended() && since.elapsed() < GRACE {
                std::thread::sleep(LOOK);
            }
            self.kill();
            self.end_what_is_left();
            let _ = self.child.wait();
        }
    }
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(255);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
