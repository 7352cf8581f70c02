//! Whole small repositories: whatever is in one, no command shows or writes anything outside it or in its `.git`.
#![no_main]

#[path = "../repository.rs"]
mod repository;

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use repository::Origin;

static ORIGIN: LazyLock<Origin> = LazyLock::new(|| Origin::new(&mut run));

/// Runs the program in this process, so that the fuzzer sees where it goes. What it prints goes to a file.
fn run(folder: &Path, arguments: &[&str]) -> String {
    std::env::set_current_dir(folder).unwrap();
    let printed: File = tempfile::tempfile().unwrap();
    let (out, err) =
        (rustix::io::dup(rustix::stdio::stdout()).unwrap(), rustix::io::dup(rustix::stdio::stderr()).unwrap());
    rustix::stdio::dup2_stdout(&printed).unwrap();
    rustix::stdio::dup2_stderr(&printed).unwrap();
    let arguments = ["cargo-clerk-sessions"].iter().chain(arguments).map(OsString::from);
    let code = cargo_clerk_sessions::run(arguments);
    rustix::stdio::dup2_stdout(out).unwrap();
    rustix::stdio::dup2_stderr(err).unwrap();
    std::env::set_current_dir("/").unwrap();
    let mut text = Vec::new();
    (&printed).rewind().unwrap();
    (&printed).read_to_end(&mut text).unwrap();
    assert!(code <= 4, "{arguments:?} ended with {code}", arguments = folder);
    String::from_utf8_lossy(&text).into_owned()
}

fuzz_target!(|input: &[u8]| {
    ORIGIN.attack(input, &mut run);
});
