//! Parse, run, exit code.

use std::hint::black_box;
use std::process::ExitCode;
use std::thread;

/// Sources are gone through by recursion, and a generated one may have a chain of thousands of calls. Only what is used of
/// it takes memory.
const STACK: usize = 256 << 20;

/// What a run takes of memory, roughly.
const HEAP: usize = 16 << 20;

fn main() -> ExitCode {
    let body = || {
        // The allocator of the GNU C library lets the heap of such a thread grow by single pages, with a call of the system for
        // each, unless it was larger before. The first time it only learns that blocks of this size come and go.
        for _ in 0..2 {
            drop(black_box(Vec::<u8>::with_capacity(HEAP)));
        }
        cargo_clerk_sessions::run(std::env::args_os())
    };
    let thread = thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(body);
    // A thread that ends without a code has panicked; where there is no room for it, it goes without.
    ExitCode::from(thread.map_or_else(|_| body(), |thread| thread.join().unwrap_or(101)))
}
