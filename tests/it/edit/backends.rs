//! TLS for the HTTP client: the host's own choice, and never a second provider for `rustls`.

use cargo_clerk_sessions::blueprint;
use cargo_clerk_sessions::blueprint::Dependency;
use cargo_clerk_sessions::edit::manifest::{Host, Locked, Patched, Workspace, patch};

use super::{host, patched};

/// What the module needs of `reqwest`.
fn client() -> [Dependency; 1] {
    let axum = blueprint::load(&blueprint::embedded(), "axum").unwrap();
    [axum.dependencies.iter().find(|dependency| dependency.krate == "reqwest").unwrap().clone()]
}

/// A lock file in which `rustls` 0.23 is built with these providers.
fn lock(providers: &str) -> Locked {
    let dependencies: String = providers.split_whitespace().map(|name| format!(" \"{name}\",\n")).collect();
    Locked::read(&format!("[[package]]\nname = \"rustls\"\nversion = \"0.23.36\"\ndependencies = [\n{dependencies}]\n"))
}

/// The lines that are new, of a package with these dependencies.
fn added(before: &str, locked: Option<&Locked>) -> (Vec<String>, Patched) {
    let patched = patched(&Host { locked, ..host(before) }, &client());
    let mut old: Vec<&str> = before.lines().collect();
    let new = patched.package.lines().filter(|line| match old.iter().position(|one| one == line) {
        Some(at) => {
            old.remove(at);
            false
        }
        None => true,
    });
    (new.map(str::to_owned).collect(), patched)
}

const WITH_RING: &str = "clerk_reqwest = { package = \"reqwest\", version = \"0.12\", default-features = false, features = [\"rustls-tls\"] }";
const WITH_AWS_LC: &str =
    "clerk_reqwest = { package = \"reqwest\", version = \"0.13\", default-features = false, features = [\"rustls\"] }";

#[test]
fn the_provider_that_is_there_stays_the_only_one() {
    let plain = |version: &str, features: &str| {
        format!(
            "[dependencies]\nreqwest = {{ version = \"{version}\", default-features = false, features = [{features}] }}\n"
        )
    };
    let line = |version, features: &str| plain(version, features).lines().nth(1).unwrap().to_owned();
    for (before, locked, after) in [
        // Nothing of the kind is there.
        (plain("0.13", "\"json\""), "", line("0.13", "\"json\", \"rustls\"")),
        (plain("0.12", "\"json\""), "", line("0.12", "\"json\", \"rustls-tls\"")),
        // One is, and ours is the same.
        (plain("0.13", "\"json\""), "aws-lc-rs", line("0.13", "\"json\", \"rustls\"")),
        (plain("0.12", "\"json\""), "ring", line("0.12", "\"json\", \"rustls-tls\"")),
        // Both are.
        (plain("0.12", "\"json\""), "aws-lc-rs ring", line("0.12", "\"json\", \"rustls-tls\"")),
        // Ours would be the second.
        (plain("0.13", "\"json\""), "ring", WITH_RING.to_owned()),
        (plain("0.12", "\"json\""), "aws-lc-rs", WITH_AWS_LC.to_owned()),
        ("[dependencies]\naxum = \"0.8\"\nreqwest.workspace = true\n".to_owned(), "ring", WITH_RING.to_owned()),
    ] {
        let workspace = "[workspace.dependencies]\nreqwest = { version = \"0.13\", default-features = false }\n";
        let before = if before.contains("workspace") { format!("{workspace}\n{before}") } else { before };
        let locked = lock(locked);
        let same = if before.contains("[workspace") { Workspace::Same } else { Workspace::None };
        let patched = patched(&Host { locked: Some(&locked), workspace: same, ..host(&before) }, &client());
        assert!(patched.package.contains(after.trim_end()), "{before}{}", patched.package);
        let alias = after.starts_with("clerk_reqwest");
        assert_eq!(patched.crates["reqwest"], if alias { "clerk_reqwest" } else { "reqwest" });
        assert_eq!(
            patched.notes.iter().any(|note| note.to_string().contains("stays as it is")),
            alias,
            "{:?}",
            patched.notes
        );
    }
}

#[test]
fn a_manifest_shows_a_provider_before_a_lock_file_does() {
    let fresh = |version: &str, feature: &str| {
        format!("reqwest = {{ version = \"{version}\", default-features = false, features = [\"{feature}\"] }}")
    };
    let json = "reqwest = { version = \"0.13\", default-features = false, features = [\"json\"] }\n";
    let with_ring = "{ version = \"0.23\", default-features = false, features = [\"ring\"] }";
    for (before, after) in [
        (format!("[dependencies]\nrustls = {with_ring}\n"), fresh("0.12", "rustls-tls")),
        (format!("[dependencies]\n{json}rustls = {with_ring}\n"), WITH_RING.to_owned()),
        (format!("[dependencies]\n{json}\n[dev-dependencies]\nrustls = {with_ring}\n"), WITH_RING.to_owned()),
        (
            "[dependencies]\ntls = { package = \"tokio-rustls\", version = \"0.26\", default-features = false, features = [\"ring\"] }\n".to_owned(),
            fresh("0.12", "rustls-tls"),
        ),
        (
            "[dependencies]\naxum-server = { version = \"0.8\", features = [\"tls-rustls\"] }\nreqwest = { version = \"0.12\", default-features = false }\n".to_owned(),
            WITH_AWS_LC.to_owned(),
        ),
        ("[dependencies]\nrustls = \"0.23\"\n".to_owned(), fresh("0.13", "rustls")),
        // Both, an older `rustls` that has no default provider, and a build script of its own.
        ("[dependencies]\nrustls = { version = \"0.23\", features = [\"ring\"] }\n".to_owned(), fresh("0.13", "rustls")),
        ("[dependencies]\nrustls = { version = \"0.22\", default-features = false, features = [\"ring\"] }\n".to_owned(), fresh("0.13", "rustls")),
        (format!("[build-dependencies]\nrustls = {with_ring}\n"), fresh("0.13", "rustls")),
    ] {
        let (added, _) = added(&before, None);
        assert!(added.contains(&after), "{before}{added:?}");
    }
}

#[test]
fn a_client_whose_provider_the_program_installs_gets_no_other() {
    for (version, feature) in [
        ("0.13", "rustls-no-provider"),
        ("0.12", "rustls-tls-native-roots-no-provider"),
        ("0.12", "rustls-tls-webpki-roots-no-provider"),
    ] {
        let client =
            format!("reqwest = {{ version = \"{version}\", default-features = false, features = [\"{feature}\"] }}\n");
        for locked in [None, Some(&lock("aws-lc-rs")), Some(&lock("ring"))] {
            let before = format!("[dependencies]\n{client}");
            let patched = patched(&Host { locked, ..host(&before) }, &client_and_serde());
            assert_eq!(patched.package, format!("{before}serde = \"1\"\n"));
            assert!(
                patched.notes.iter().any(|note| note.to_string().contains("install it before")),
                "{:?}",
                patched.notes
            );
        }
        // What tests install, the program does not have.
        let (added, _) = added(&format!("[dev-dependencies]\n{client}"), None);
        assert!(added[1].contains(if version == "0.13" { "\"rustls\"" } else { "\"rustls-tls\"" }), "{added:?}");
    }
    let none = "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls-no-provider\"] }\n";
    let tests = format!("[dev-dependencies]\n{none}");
    assert_eq!(added(&tests, Some(&lock("ring"))).0, ["[dependencies]", WITH_RING, ""]);
}

/// What the module needs of `reqwest`, and a crate that is new, as remarks are made only where something is inserted.
fn client_and_serde() -> Vec<Dependency> {
    [client().to_vec(), vec![super::need("serde 1")]].concat()
}

#[test]
fn a_client_without_root_certificates_gets_some_and_no_provider() {
    let with = |feature: &str| {
        format!(
            "[dependencies]\nreqwest = {{ version = \"0.12\", default-features = false, features = [\"{feature}\"] }}\n"
        )
    };
    for (feature, roots) in [
        ("rustls-tls-no-provider", "rustls-tls-webpki-roots-no-provider"),
        ("rustls-tls-manual-roots-no-provider", "rustls-tls-webpki-roots-no-provider"),
        ("rustls-tls-manual-roots", "rustls-tls"),
    ] {
        let (added, patched) = added(&with(feature), None);
        assert!(added[0].contains(&format!("[\"{feature}\", \"{roots}\"]")), "{added:?}");
        assert_eq!(patched.notes.is_empty(), feature.ends_with("manual-roots"), "{:?}", patched.notes);
    }
    let (code, locked) = (with("rustls-tls-no-provider"), lock("aws-lc-rs"));
    assert!(added(&code, Some(&locked)).0[0].contains("\"rustls-tls-webpki-roots-no-provider\"]"));
}

#[test]
fn what_the_host_chose_elsewhere_is_a_choice() {
    let tests = "[dev-dependencies]\nreqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"native-tls\"] }\n";
    let again = "reqwest = { version = \"0.13\", default-features = false, features = [\"native-tls\"] }";
    assert_eq!(added(tests, Some(&lock("ring"))).0, ["[dependencies]", again, ""]);
    let plain = "[dependencies]\nreqwest = { version = \"0.13\", default-features = false }\n";
    for (features, quiet) in [
        ("default = [\"tls\"]\ntls = [\"reqwest/native-tls\"]", true),
        ("default = [\"reqwest/default-tls\"]", true),
        ("default = [\"reqwest/rustls-no-provider\"]", false),
        ("one = [\"reqwest/rustls\"]\ntwo = [\"reqwest?/native-tls\"]", false),
    ] {
        let before = format!("{plain}serde = \"1\"\n\n[features]\n{features}\n");
        let wanted = [client().to_vec(), vec![super::need("serde 1 derive")]].concat();
        let patched = patched(&host(&before), &wanted);
        assert!(patched.package.contains(plain), "{}", patched.package);
        assert_eq!(patched.notes.is_empty(), quiet, "{:?}", patched.notes);
    }
    let (other, _) = added(&format!("{plain}\n[features]\njson = [\"reqwest/json\"]\n"), None);
    assert!(other[0].contains("\"rustls\""), "{other:?}");
}

#[test]
fn an_entry_that_has_all_comes_before_one_that_has_not() {
    let before = "[dependencies]\nreqwest = { version = \"0.13\", default-features = false }\nold = { package = \"reqwest\", version = \"0.12\" }\n";
    let patched = patch(&host(before), &client()).unwrap();
    assert_eq!((patched.package.as_str(), patched.crates["reqwest"].as_str()), (before, "old"));
}

#[test]
fn what_the_workspace_has_is_not_given_a_second_provider() {
    let root = "[workspace.dependencies]\naxum = \"0.8\"\nreqwest = { version = \"0.13\", default-features = false }\n";
    let locked = lock("ring");
    let line = WITH_RING.replace(", features = [\"rustls-tls\"]", "");
    for (member, in_member, in_root) in [
        ("[dependencies]\naxum = \"0.8\"\n", WITH_RING, false),
        (
            "[dependencies]\naxum = { workspace = true }\n",
            "clerk_reqwest = { workspace = true, features = [\"rustls-tls\"] }",
            true,
        ),
    ] {
        let host = Host { locked: Some(&locked), workspace: Workspace::Other(root), ..host(member) };
        let patched = patched(&host, &client());
        assert!(patched.package.contains(in_member), "{}", patched.package);
        assert_eq!(patched.workspace.is_some_and(|root| root.contains(&line)), in_root);
    }
}
