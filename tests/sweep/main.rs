//! Every manifest and crate root in the machine's own registry folder, patched and taken back. It is no part of `cargo test`,
//! as what it says depends on what lies there: `cargo test --test sweep` names what is wrong. What it finds becomes a manifest
//! in `tests/it/edit/projects.rs`.
#![expect(clippy::print_stdout, reason = "it reports")]

use std::panic::{catch_unwind, set_hook};
use std::process::ExitCode;

use support::manifests as checks;

fn main() -> ExitCode {
    set_hook(Box::new(|_| {}));
    let (mut looked_at, mut faults) = (0, Vec::new());
    let mut look = |check: &(dyn Fn() + std::panic::RefUnwindSafe)| {
        looked_at += 1;
        if let Err(fault) = catch_unwind(check) {
            faults.push(fault.downcast::<String>().map_or_else(|_| "a panic without words".to_owned(), |words| *words));
        }
    };
    for (number, folder) in checks::crates().into_iter().enumerate() {
        if let Some(text) = checks::manifest_of(&folder) {
            look(&|| checks::in_all_ways(&folder.display().to_string(), &text, number));
        }
        for (path, source) in checks::roots_of(&folder) {
            look(&|| {
                checks::crate_root(&path, &source, number);
            });
        }
    }
    for fault in &faults {
        println!("{fault}\n");
    }
    println!("{looked_at} files, {} with a fault", faults.len());
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
