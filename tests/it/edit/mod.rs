//! Edits of patched files: every shape of a manifest, of a crate root and of a router, as text before and after.

mod backends;
mod features;
mod lines;
mod projects;
mod routers;
mod rust;
mod undo;
mod versions;
mod workspace;

use cargo_clerk_sessions::blueprint::Dependency;
use cargo_clerk_sessions::edit::manifest::{Host, Patched, Workspace, patch, unpatch};

fn strings(words: &str) -> Vec<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

/// A need such as `base64 0.23 alloc`, without default features; `accepts` is the default range of each crate here.
fn need(text: &str) -> Dependency {
    let mut words = text.split_whitespace().map(str::to_owned);
    let (krate, requirement) = (words.next().unwrap(), words.next().unwrap());
    let accepts = match krate.as_str() {
        "base64" => ">=0.21, <0.24".to_owned(),
        "tokio" => ">=1.30, <2".to_owned(),
        "reqwest" => ">=0.12, <0.14".to_owned(),
        _ => requirement.clone(),
    };
    Dependency {
        krate,
        requirement,
        accepts,
        default_features: true,
        features: words.collect(),
        ..Dependency::default()
    }
}

fn host(package: &str) -> Host<'_> {
    Host { package, workspace: Workspace::None, locked: None, feature: None, target: None, framework: "axum" }
}

/// Patches, and checks what holds for every patch: it is taken back exactly, and a second one changes nothing.
fn patched(host: &Host, wanted: &[Dependency]) -> Patched {
    let patched = patch(host, wanted).unwrap();
    let other = match host.workspace {
        Workspace::Other(text) => Some(text),
        _ => None,
    };
    let workspace = patched.workspace.as_deref().or(other);
    let again = Host {
        package: &patched.package,
        workspace: if other.is_some() { Workspace::Other(workspace.unwrap()) } else { host.workspace },
        ..*host
    };
    let again = patch(&again, wanted).unwrap();
    assert_eq!((&again.package, &again.workspace, again.inserted.len()), (&patched.package, &None, 0));
    assert_eq!((&again.crates, &again.versions), (&patched.crates, &patched.versions));
    let back = unpatch(&patched.package, workspace, &patched.inserted).unwrap();
    assert_eq!((back.0.as_str(), back.1.as_deref()), (host.package, other));
    patched
}
