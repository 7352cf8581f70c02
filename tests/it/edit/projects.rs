//! Manifests and crate roots, patched and taken back: those that are written for it, and those of the golden projects.

use support::manifests as checks;
use support::{repository, tree};

/// Forms that were found in manifests which the fixed part does not have.
const WRITTEN: &[&str] = &[
    // `redis` 2.0.0-rc.2: the key of an optional crate is taken in the table of tests, and nothing says by what.
    "[package]\nname = \"x\"\nversion = \"0.1.0\"\n\n[dependencies]\ntokio = { version = \"1\", features = [\n], default-features = false, optional = true }\n\n[features]\nstd = [\n]\n\n[dev-dependencies]\ntokio = { workspace = true, features = [\"macros\"] }\n",
    "[package]\nname = \"x\"\n\n[dependencies]\nserde = { version = \"1\", optional = true }\ntokio = \"1\"\n\n[features]\nstd = []\n\n[dev-dependencies]\nserde = \"0.9\"\ntokio = { git = \"https://example.com\" }\n",
    // Tables of one target, an older spelling, an entry in halves.
    "[package]\nname = \"x\"\n\n[target.'cfg(unix)'.dependencies]\ntokio = { version = \"1\", optional = true }\n\n[dev_dependencies]\nserde.version = \"1\"\nbase64 = \"0.13\"\nserde.features = [ 'rc', ]\n\n[features]\nstd = [ \"tokio\", # all\n]\n",
];

#[test]
fn manifests_that_are_written_for_it() {
    for (number, text) in WRITTEN.iter().enumerate() {
        for bytes in 0..3 {
            checks::in_all_ways(&format!("number {number}"), text, bytes);
        }
    }
}

#[test]
fn manifests_and_crate_roots_of_the_golden_projects() {
    let (mut manifests, mut roots) = (0, 0);
    for folder in ["tests/cases", "tests/hosts"] {
        for (number, (path, bytes)) in tree(&repository().join(folder)).into_iter().enumerate() {
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let before = !path.contains("/out/") && !path.starts_with("refuse_");
            if before && path.ends_with("Cargo.toml") {
                checks::in_all_ways(&path, &text, number);
                manifests += 1;
            } else if before && path.ends_with(".rs") {
                roots += usize::from(checks::crate_root(&path, &text, number));
            }
        }
    }
    assert!(manifests > 80 && roots > 80, "only {manifests} and {roots}");
}
