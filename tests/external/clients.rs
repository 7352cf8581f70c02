//! Clerk's own clients, unmodified, against the local Clerk: `@clerk/backend` in Node, `clerk-js` in Chromium. And every answer
//! against Clerk's `OpenAPI` documents.
//!
//! What is asserted stands in `clients/*.test.mjs`; `run.sh` installs what they need.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{program, repository};

/// Beside the packages that `run.sh` has installed there, where Node looks for them.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("clients");
    assert!(folder.join("node_modules/@clerk/clerk-js").is_dir(), "`run.sh` installs what {} lacks", folder.display());
    for entry in fs::read_dir(repository().join("tests/external/clients")).unwrap() {
        let script = entry.unwrap().path();
        fs::copy(&script, folder.join(script.file_name().unwrap())).unwrap();
    }
    folder
}

/// Runs the tests of a script beside a local Clerk with these flags, and answers what it printed with the number that passed.
fn run(script: &str, flags: &[&str], variables: &[(&str, OsString)]) -> (String, usize) {
    let folder = folder();
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("CLERK_")) {
        command.env_remove(name);
    }
    command.args(["local", "--port", "0", "--frontend", "."]).args(flags);
    command.args(["--", "node", "--test", "--test-reporter=tap", script]);
    let output =
        command.current_dir(&folder).envs(variables.iter().map(|(name, value)| (name, value))).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{script} {flags:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = said.lines().find_map(|line| line.strip_prefix("# pass ")?.parse().ok()).unwrap();
    (said, passed)
}

fn held(script: &str, flags: &[&str]) {
    let (said, passed) = run(script, flags, &[]);
    assert!(passed > 5, "{said}");
}

/// The same with session events sent to a port that the script listens on.
fn run_with_events(script: &str, mut variables: Vec<(&str, OsString)>) -> (String, usize) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    variables.push(("WEBHOOK_PORT", OsString::from(&port)));
    run(script, &["--webhook", &format!("http://127.0.0.1:{port}/")], &variables)
}

#[test]
fn the_official_sdk_for_servers() {
    let (said, passed) = run_with_events("backend.test.mjs", Vec::new());
    assert!(passed > 5, "{said}");
}

/// `pk_test_` with a host in whose key `clerk-js` sees no dev browsers: its client is in a cookie.
#[test]
fn the_official_sdk_for_browsers_with_a_cookie() {
    held("browser.test.mjs", &["--key-host", "clerk.local-clerk.test"]);
}

#[test]
fn the_official_sdk_for_browsers_with_a_dev_browser() {
    held("browser.test.mjs", &[]);
}

#[test]
fn the_official_sdk_for_browsers_in_production() {
    held("browser.test.mjs", &["--live"]);
}

/// The documents lie where `CLERK_OPENAPI_DIR` says; nothing of them is here.
#[test]
fn answers_are_as_the_openapi_documents_have_them() {
    let documents =
        std::env::var_os("CLERK_OPENAPI_DIR").map(|folder| fs::canonicalize(folder).unwrap().into_os_string());
    let is_there = documents.is_some();
    let variables = documents.map(|folder| ("CLERK_OPENAPI_DIR", folder)).into_iter().collect();
    let (said, passed) = run_with_events("openapi.test.mjs", variables);
    if is_there {
        assert!(passed > 5, "{said}");
    } else {
        assert!(said.contains("not checked: CLERK_OPENAPI_DIR is unset"), "{said}");
        println!("not checked: CLERK_OPENAPI_DIR is unset");
    }
}
