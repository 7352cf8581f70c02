//! Cargo on generated hosts, which share one target folder.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::{Project, built};

/// One target folder, so that dependencies are compiled once.
pub fn target() -> PathBuf {
    built().with_file_name("tmp").join("hosts")
}

/// The folder of each package that was built in the shared target folder.
static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// A command of cargo on a host, in the shared target folder.
///
/// Cargo tells the packages in there apart by their names, wherever they lie, and takes what another of the same name
/// built for its own where that is newer than the sources. So two projects of one name are a fault of the tests.
pub fn cargo_in(project: &Project) -> Command {
    let manifest: toml::Table = project.read("Cargo.toml").parse().unwrap();
    let name = manifest.get("package").map(|package| package["name"].to_string());
    let often = name.as_ref().is_some_and(|name| name.contains("mutated-"));
    if let Some(name) = name {
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let first = built.entry(name.clone()).or_insert_with(|| project.path().to_owned()).clone();
        assert_eq!(first, project.path(), "two projects are named {name}");
    }
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project.path()).env("CARGO_TARGET_DIR", target()).env("CARGO_TERM_COLOR", "never");
    // What is kept to build a host faster a second time takes gigabytes in all, and most are built once.
    command.env("CARGO_INCREMENTAL", if often { "1" } else { "0" });
    command
}

/// Runs cargo on a patched host and hands out what it printed.
pub fn cargo(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = cargo_in(project);
    command.args(arguments).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}:\n{stdout}\n{stderr}");
    stdout.into_owned()
}
