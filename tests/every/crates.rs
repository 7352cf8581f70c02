//! Manifests and crate roots of the crates that the program is built of, patched and taken back. `cargo test --test sweep` looks
//! at all that a machine has.

use std::collections::BTreeSet;
use std::fs;

use support::manifests as checks;
use support::repository;

/// Whoever runs the tests has the sources of these, and maybe no others.
#[test]
fn manifests_and_crate_roots_of_the_crates_that_we_build_on() {
    let lock: toml::Table = fs::read_to_string(repository().join("Cargo.lock")).unwrap().parse().unwrap();
    let name = |package: &toml::Value| {
        format!("{}-{}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
    };
    let locked: BTreeSet<String> = lock["package"].as_array().unwrap().iter().map(name).collect();
    let (mut manifests, mut roots) = (0, 0);
    for (number, folder) in checks::crates().into_iter().enumerate() {
        if locked.contains(folder.file_name().unwrap().to_str().unwrap()) {
            if let Some(text) = checks::manifest_of(&folder) {
                checks::in_all_ways(&folder.display().to_string(), &text, number);
                manifests += 1;
            }
            for (path, source) in checks::roots_of(&folder) {
                roots += usize::from(checks::crate_root(&path, &source, number));
            }
        }
    }
    assert!(manifests > 100 && roots > 100, "only {manifests} and {roots}");
}
