//! Parse, run, exit code.

use std::process::ExitCode;
use std::thread;

/// Sources are gone through by recursion, and a generated one may have a chain of thousands of calls. Only what is used of
/// it takes memory.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let body = || cargo_clerk_sessions::run(std::env::args_os());
    let thread = thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(body);
    // A thread that ends without a code has panicked; where there is no room for it, it goes without.
    ExitCode::from(thread.map_or_else(|_| body(), |thread| thread.join().unwrap_or(101)))
}
