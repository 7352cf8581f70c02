//! Which version is used: the one that is there, the same again in another table, or one beside it.

use cargo_clerk_sessions::blueprint::Dependency;
use cargo_clerk_sessions::edit::manifest::{Host, Locked, patch};

use super::{host, need, patched, strings};

#[test]
fn versions_are_reused_or_stand_beside() {
    for (entry, added, ident) in [
        ("base64 = \"0.22\"", "", "base64"),
        ("b64 = { package = \"base64\", version = \">=0.21\" }", "", "b64"),
        ("base64 = \"*\"", "", "base64"),
        ("base64 = \"0.13\"", "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n", "clerk_base64"),
        (
            "base64 = { git = \"https://example.com\" }",
            "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n",
            "clerk_base64",
        ),
        (
            "base64 = { package = \"other\", version = \"0.22\" }",
            "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n",
            "clerk_base64",
        ),
        ("b64 = { package = \"base64\", version = \"0.13\" }", "base64 = \"0.23\"\n", "base64"),
        (
            "base64 = \"0.13\"\nclerk_base64 = \"1\"",
            "clerk_base64_2 = { package = \"base64\", version = \"0.23\" }\n",
            "clerk_base64_2",
        ),
    ] {
        let before = format!("[dependencies]\n{entry}\n");
        let patched = patched(&host(&before), &[need("base64 0.23")]);
        assert_eq!(patched.package.replacen(added, "", 1), before, "{}", patched.package);
        assert_eq!((patched.crates["base64"].as_str(), patched.package.len()), (ident, before.len() + added.len()));
    }
}

#[test]
fn the_lock_file_decides_what_a_requirement_leaves_open() {
    let lock =
        |version: &str| format!("version = 4\r\n\r\n[[package]]\r\nname = \"base64\"\r\nversion = \"{version}\"\r\n");
    for (entry, version, ident) in [
        ("base64 = \"*\"", "0.22.1", "base64"),
        ("base64 = \"*\"", "0.13.0", "clerk_base64"),
        ("base64 = { path = \"../base64\" }", "0.22.1", "base64"),
        ("base64 = { path = \"../base64\" }", "0.13.0", "clerk_base64"),
    ] {
        let (package, lock) = (format!("[dependencies]\n{entry}\n"), lock(version));
        let patched = patched(&Host { locked: Some(&Locked::read(&lock)), ..host(&package) }, &[need("base64 0.23")]);
        assert_eq!(patched.crates["base64"], ident, "{entry} {version}");
    }
    let lock = "[[package]]\nname = \"tokio\"\nversion = \"1.20.0\"\n";
    let package = "[dependencies]\ntokio = \"1\"\n";
    let patched =
        patch(&Host { locked: Some(&Locked::read(lock)), ..host(package) }, &[need("tokio 1.30"), need("serde 1")])
            .unwrap();
    assert!(patched.notes.iter().any(|note| note.to_string().contains("cargo update -p tokio")), "{:?}", patched.notes);
}

#[test]
fn a_version_that_is_held_too_low_is_refused() {
    for entry in [
        "tokio = \"=1.20.0\"",
        "tokio = { version = \"~1.20\", optional = true }",
        "t = { package = \"tokio\", version = \"<1.30\" }",
    ] {
        let package = format!("[dependencies]\n{entry}\n");
        let error = patch(&host(&package), &[need("tokio 1.30")]).unwrap_err();
        assert_eq!((error.code(), error.hint().is_some()), ("dependency-pinned", true), "{error}");
    }
}

#[test]
fn what_is_not_there_for_all_is_named_again_by_its_key() {
    for (before, after) in [
        (
            "[target.'cfg(unix)'.dependencies]\nb64 = { package = \"base64\", version = \"0.22\" }\n",
            "[dependencies]\nb64 = { package = \"base64\", version = \"0.22\" }\n\n[target.'cfg(unix)'.dependencies]\nb64 = { package = \"base64\", version = \"0.22\" }\n",
        ),
        (
            "[dependencies]\nbase64 = { version = \"0.22\", optional = true }\n",
            "[dependencies]\nbase64 = { version = \"0.22\", optional = true }\n\n[target.'cfg(all())'.dependencies]\nbase64 = \"0.22\"\n",
        ),
        (
            "[dev-dependencies]\nbase64 = \"0.22\"\n",
            "[dependencies]\nbase64 = \"0.22\"\n\n[dev-dependencies]\nbase64 = \"0.22\"\n",
        ),
        (
            "[dev-dependencies]\nbase64 = \"0.13\"\n",
            "[dependencies]\nclerk_base64 = { package = \"base64\", version = \"0.23\" }\n\n[dev-dependencies]\nbase64 = \"0.13\"\n",
        ),
        (
            "[build-dependencies]\nbase64 = \"0.13\"\n",
            "[dependencies]\nbase64 = \"0.23\"\n\n[build-dependencies]\nbase64 = \"0.13\"\n",
        ),
    ] {
        assert_eq!(patched(&host(before), &[need("base64 0.23")]).package, after);
    }
}

#[test]
fn a_version_for_tests_alone_does_not_take_the_place_of_the_codes() {
    let before =
        "[dependencies]\ntokio = { version = \"0.2\", optional = true }\n\n[dev-dependencies]\ntokio = \"1\"\n";
    let after = "[dependencies]\nclerk_tokio = { package = \"tokio\", version = \"1\", features = [\"sync\"] }\ntokio = { version = \"0.2\", optional = true }\n\n[dev-dependencies]\ntokio = \"1\"\n";
    assert_eq!(patched(&host(before), &[need("tokio 1 sync")]).package, after);
}

#[test]
fn what_tests_need() {
    let wanted = [Dependency { dev: true, satisfied_by: strings("full"), ..need("tokio 1.30 macros") }];
    for (before, after) in [
        ("[dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n", None),
        (
            "[dependencies]\ntokio = \"1\"\n",
            Some(
                "[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\"] }\n",
            ),
        ),
        (
            "[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"time\"] }\n",
            Some(
                "[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"time\", \"macros\"] }\n",
            ),
        ),
        (
            "[dependencies]\ntokio = { version = \"1\", optional = true }\n[dev-dependencies]\n",
            Some(
                "[dependencies]\ntokio = { version = \"1\", optional = true }\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\"] }\n",
            ),
        ),
        (
            "[dev_dependencies]\na = \"1\"\n",
            Some("[dev_dependencies]\na = \"1\"\ntokio = { version = \"1.30\", features = [\"macros\"] }\n"),
        ),
    ] {
        assert_eq!(patched(&host(before), &wanted).package, after.unwrap_or(before));
    }
}

/// Tests have something else under the key of the code's crate.
#[test]
fn a_key_that_is_taken_in_the_table_of_tests() {
    let wanted = [Dependency { dev: true, ..need("tokio 1.30 macros") }];
    for other in ["{ workspace = true, features = [\"macros\"] }", "\"0.2\""] {
        let before = format!("[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = {other}\n");
        let beside = "clerk_tokio = { package = \"tokio\", version = \"1.30\", features = [\"macros\"] }\n";
        let after = before
            .replace("tokio = {", &format!("{beside}tokio = {{"))
            .replace("tokio = \"0", &format!("{beside}tokio = \"0"));
        let patched = patched(&host(&before), &wanted);
        assert_eq!((patched.package, patched.crates["tokio"].as_str()), (after, "clerk_tokio"));
    }
}
