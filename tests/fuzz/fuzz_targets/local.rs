//! Forms and JSON documents, sent to the local Clerk in this process.
#![no_main]

#[path = "../local.rs"]
mod local;

use libfuzzer_sys::fuzz_target;

thread_local! {
    static TARGET: local::Target = local::Target::new();
}

fuzz_target!(|input: &[u8]| {
    TARGET.with(|target| target.ask(input));
});
