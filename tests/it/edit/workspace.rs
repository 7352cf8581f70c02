//! Members of a workspace, and packages whose framework is optional.

use cargo_clerk_sessions::blueprint::Dependency;
use cargo_clerk_sessions::edit::EditError;
use cargo_clerk_sessions::edit::manifest::{Host, Inserted, Workspace, inherits, patch};

use super::{host, need, patched};

#[test]
fn a_member_inherits_what_the_workspace_has() {
    let root = "[workspace]\nmembers = [\"a\"]\n\n[workspace.dependencies]\naxum = \"0.8\"\nb64 = { package = \"base64\", version = \"0.22\", default-features = false }\n";
    for (member, after) in [
        (
            "[dependencies]\naxum.workspace = true\n",
            "[dependencies]\naxum.workspace = true\nb64.workspace = true\nserde = { workspace = true, features = [\"derive\"] }\n",
        ),
        (
            "[dependencies]\naxum = \"0.8\"\n",
            "[dependencies]\naxum = \"0.8\"\nb64 = { workspace = true }\nserde = { version = \"1\", features = [\"derive\"] }\n",
        ),
    ] {
        let host = Host { workspace: Workspace::Other(root), ..host(member) };
        let patched = patched(&host, &[need("base64 0.23"), need("serde 1 derive")]);
        assert_eq!(patched.package, after);
        assert_eq!(patched.crates["base64"], "b64");
        let serde_shared = patched.workspace.as_deref() == Some(&format!("{root}serde = \"1\"\n"));
        assert_eq!(serde_shared, member.contains("workspace"), "{:?}", patched.workspace);
        assert_eq!(patched.inserted.iter().any(Inserted::in_workspace), serde_shared);
        assert!(inherits(&patched.package, "b64") && !inherits(&patched.package, "missing"));
    }
}

#[test]
fn a_member_that_inherits_all_goes_on_so() {
    for (root, member, new_root, new_member) in [
        (
            "[workspace.dependencies]\naxum = \"0.8\"\nbase64 = \"0.13\"\n",
            "[dependencies]\naxum.workspace = true\nlocal = { path = \"../local\" }\n",
            "[workspace.dependencies]\naxum = \"0.8\"\nbase64 = \"0.13\"\nclerk_base64 = { package = \"base64\", version = \"0.23\" }\n",
            "[dependencies]\naxum.workspace = true\nclerk_base64.workspace = true\nlocal = { path = \"../local\" }\n",
        ),
        (
            "[workspace]\r\n[workspace.dependencies.axum]\r\nversion = \"0.8\"",
            "[dependencies]\naxum = { workspace = true }\n",
            "[workspace]\r\n[workspace.dependencies]\r\nbase64 = \"0.23\"\r\n\r\n[workspace.dependencies.axum]\r\nversion = \"0.8\"",
            "[dependencies]\naxum = { workspace = true }\nbase64 = { workspace = true }\n",
        ),
    ] {
        let host = Host { workspace: Workspace::Other(root), ..host(member) };
        let patched = patched(&host, &[need("base64 0.23")]);
        assert_eq!((patched.package.as_str(), patched.workspace.as_deref()), (new_member, Some(new_root)));
    }
}

#[test]
fn a_workspace_in_the_same_file() {
    let text = "[workspace]\nmembers = [\"b\"]\n\n[workspace.dependencies]\naxum = \"0.8\"\n\n[package]\nname = \"a\"\n\n[dependencies]\naxum = { workspace = true }\n";
    let patched = patched(&Host { workspace: Workspace::Same, ..host(text) }, &[need("serde 1 derive")]);
    let expected = text.replace("axum = \"0.8\"\n", "axum = \"0.8\"\nserde = \"1\"\n").replace(
        "axum = { workspace = true }\n",
        "axum = { workspace = true }\nserde = { workspace = true, features = [\"derive\"] }\n",
    );
    assert_eq!((patched.package, patched.workspace), (expected, None));
}

#[test]
fn behind_a_feature_everything_is_optional() {
    for (before, after) in [
        (
            "[features]\nweb = [\"dep:axum\"]\n\n[dependencies]\naxum = { version = \"0.8\", optional = true }\n",
            "[features]\nweb = [\"dep:axum\", \"dep:base64\"]\n\n[dependencies]\naxum = { version = \"0.8\", optional = true }\nbase64 = { version = \"0.23\", optional = true }\n",
        ),
        (
            "[features]\nweb = [\"axum\"]\nother = [\"base64\"]\n\n[dependencies]\naxum = { version = \"0.8\", optional = true }\nbase64 = { version = \"0.22\", optional = true }\n",
            "[features]\nweb = [\"axum\", \"base64\"]\nother = [\"base64\"]\n\n[dependencies]\naxum = { version = \"0.8\", optional = true }\nbase64 = { version = \"0.22\", optional = true }\n",
        ),
        (
            "[features]\nweb = [\"all\"]\nall = [\"dep:base64\"]\n\n[dependencies]\nbase64 = { version = \"0.22\", optional = true }\n",
            "[features]\nweb = [\"all\"]\nall = [\"dep:base64\"]\n\n[dependencies]\nbase64 = { version = \"0.22\", optional = true }\n",
        ),
        (
            "[features]\nweb = []\n\n[dependencies]\nbase64 = \"0.22\"\n",
            "[features]\nweb = []\n\n[dependencies]\nbase64 = \"0.22\"\n",
        ),
        (
            "[dependencies]\nweb = { version = \"0.8\", optional = true }\n",
            "[dependencies]\nbase64 = { version = \"0.23\", optional = true }\nweb = { version = \"0.8\", optional = true }\n\n[features]\nweb = [\"dep:web\", \"dep:base64\"]\n",
        ),
    ] {
        let host = Host { feature: Some("web"), ..host(before) };
        assert_eq!(patched(&host, &[need("base64 0.23")]).package, after);
    }
    let missing = patch(&Host { feature: Some("web"), ..host("[dependencies]\n") }, &[need("base64 0.23")]);
    assert_eq!(missing, Err(EditError::Feature { feature: "web".to_owned() }));
}

#[test]
fn for_one_target_everything_is_in_its_table() {
    for (before, after) in [
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n",
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\n",
        ),
        (
            "[target.\"cfg( unix )\".dependencies]\naxum = \"0.8\"\n\n[dependencies]\nserde = \"1\"\n",
            "[target.\"cfg( unix )\".dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\n\n[dependencies]\nserde = \"1\"\n",
        ),
        (
            "[dependencies]\nbase64 = \"0.22\"\n\n[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n",
            "[dependencies]\nbase64 = \"0.22\"\n\n[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n",
        ),
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nb64 = { package = \"base64\", version = \"0.22\" }\n",
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nb64 = { package = \"base64\", version = \"0.22\" }\n",
        ),
        // For another target, and optional, it is named again.
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n\n[target.'cfg(windows)'.dependencies]\nbase64 = \"0.22\"\n",
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nbase64 = \"0.22\"\n\n[target.'cfg(windows)'.dependencies]\nbase64 = \"0.22\"\n",
        ),
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nbase64 = { version = \"0.22\", optional = true }\n",
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\nbase64 = { version = \"0.22\", optional = true }\n\n[target.'cfg(all(unix))'.dependencies]\nbase64 = \"0.22\"\n",
        ),
    ] {
        let host = Host { target: Some("cfg(unix)"), ..host(before) };
        assert_eq!(patched(&host, &[need("base64 0.23")]).package, after);
    }
    let before = "[target.'cfg(unix)'.dependencies]\naxum = { version = \"0.8\", optional = true }\n\n[features]\nweb = [\"dep:axum\"]\n";
    let host = Host { target: Some("cfg(unix)"), feature: Some("web"), ..host(before) };
    let wanted = [need("base64 0.23"), Dependency { dev: true, ..need("tokio 1.30 macros") }];
    let after = "[target.'cfg(unix)'.dependencies]\naxum = { version = \"0.8\", optional = true }\nbase64 = { version = \"0.23\", optional = true }\n\n[features]\nweb = [\"dep:axum\", \"dep:base64\"]\n\n[target.'cfg(unix)'.dev-dependencies]\ntokio = { version = \"1.30\", features = [\"macros\"] }\n";
    assert_eq!(patched(&host, &wanted).package, after);
}
