//! Parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cargo_clerk_sessions::run(std::env::args_os()))
}
