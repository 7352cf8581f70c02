//! Edits of borrowed files: every shape of a manifest, of a crate root and of a router, as text before and after.

use cargo_clerk_sessions::edit::manifest::{Host, Inserted, Patched, Wanted, Workspace, inherits, patch, unpatch};
use cargo_clerk_sessions::edit::wire::{ChainSpec, Site, Wiring, find, unwire, wire};
use cargo_clerk_sessions::edit::{EditError, crate_root};

fn strings(words: &str) -> Vec<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

/// A need such as `base64 0.23 alloc`, without default features; `accepts` is the default range of each crate here.
fn need(text: &str) -> Wanted {
    let mut words = text.split_whitespace().map(str::to_owned);
    let (name, requirement) = (words.next().unwrap(), words.next().unwrap());
    let accepts = match name.as_str() {
        "base64" => ">=0.21, <0.24".to_owned(),
        "tokio" => ">=1.30, <2".to_owned(),
        "reqwest" => ">=0.12, <0.14".to_owned(),
        _ => requirement.clone(),
    };
    Wanted { name, requirement, accepts, default_features: true, features: words.collect(), ..Wanted::default() }
}

fn host(package: &str) -> Host<'_> {
    Host { package, workspace: Workspace::None, lock: None, feature: None, alias_prefix: "clerk" }
}

/// Patches, and checks what holds for every patch: it is taken back exactly, and a second one changes nothing.
fn patched(host: &Host, wanted: &[Wanted]) -> Patched {
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

#[test]
fn a_dependency_lands_in_the_right_line() {
    for (before, after) in [
        // Sorted tables stay sorted, others get it at the end.
        ("[dependencies]\naxum = \"0.8\"\ntokio = \"1.40\"\n", "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\ntokio = \"1.40\"\n"),
        ("[dependencies]\ntokio = \"1.40\"\naxum = \"0.8\"\n", "[dependencies]\ntokio = \"1.40\"\naxum = \"0.8\"\nbase64 = \"0.23\"\n"),
        ("[dependencies]\ntokio = \"1.40\"\n", "[dependencies]\nbase64 = \"0.23\"\ntokio = \"1.40\"\n"),
        // No final newline, none at all, comments.
        ("[dependencies]\naxum = \"0.8\"", "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\""),
        ("[dependencies]", "[dependencies]\nbase64 = \"0.23\""),
        ("[dependencies] # all\n\n[profile.dev]\n", "[dependencies] # all\nbase64 = \"0.23\"\n\n[profile.dev]\n"),
        (
            "[dependencies]\naxum = \"0.8\" # web\n# base64 = \"0.21\"\n[features]\n",
            "[dependencies]\naxum = \"0.8\" # web\nbase64 = \"0.23\"\n# base64 = \"0.21\"\n[features]\n",
        ),
        // The table's place is no matter.
        (
            "[dev-dependencies]\nx = \"1\"\n[dependencies.rocket]\nversion = \"0.5\"\n[dependencies]\nserde = \"1\"\n\n[target.'cfg(unix)'.dependencies]\ny = \"1\"\n",
            "[dev-dependencies]\nx = \"1\"\n[dependencies.rocket]\nversion = \"0.5\"\n[dependencies]\nbase64 = \"0.23\"\nserde = \"1\"\n\n[target.'cfg(unix)'.dependencies]\ny = \"1\"\n",
        ),
        // A table that is not there.
        ("[package]\nname = \"x\"\n", "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n"),
        ("[package]\nname = \"x\"", "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\""),
        (
            "[package]\nname = \"x\"\n\n# Tests.\n[dev-dependencies]\nx = \"1\"\n",
            "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n\n# Tests.\n[dev-dependencies]\nx = \"1\"\n",
        ),
        (
            "[package]\nname = \"x\"\n\n[dependencies.rocket]\nversion = \"0.5\"\n",
            "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n\n[dependencies.rocket]\nversion = \"0.5\"\n",
        ),
        // The house's style.
        ("\u{feff}[dependencies]\r\naxum = \"0.8\"\r\n", "\u{feff}[dependencies]\r\naxum = \"0.8\"\r\nbase64 = \"0.23\"\r\n"),
        ("[dependencies]\n\taxum = '0.8'\n", "[dependencies]\n\taxum = '0.8'\n\tbase64 = \"0.23\"\n"),
        (
            "[dependencies]\naxum            = \"0.8\"\ntower-http      = \"0.6\"\n",
            "[dependencies]\naxum            = \"0.8\"\nbase64          = \"0.23\"\ntower-http      = \"0.6\"\n",
        ),
        (
            "[dependencies]\nsentry.optional = true\naxum = \"0.8\"\nsentry.version = \"1\"\n",
            "[dependencies]\nsentry.optional = true\naxum = \"0.8\"\nsentry.version = \"1\"\nbase64 = \"0.23\"\n",
        ),
    ] {
        assert_eq!(patched(&host(before), &[need("base64 0.23")]).package, after);
    }
}

#[test]
fn features_are_added_in_the_form_that_is_there() {
    for (before, after) in [
        ("[dependencies]\nserde = \"1\" # all\n", "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] } # all\n"),
        (
            "[dependencies]\nserde = { version = \"1\" }\n",
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
        ),
        (
            "[dependencies]\nserde = { features = [ 'rc', ], version = \"1\" }",
            "[dependencies]\nserde = { features = [ 'rc', \"derive\", ], version = \"1\" }",
        ),
        (
            "[dependencies]\nserde = { version = \"1\", features = [] }\n",
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
        ),
        (
            "[dependencies]\nserde = { version = \"1\", features = [\n    \"alloc\", # need\n    \"std\" # why\n] }\n",
            "[dependencies]\nserde = { version = \"1\", features = [\n    \"alloc\", # need\n    \"std\", # why\n    \"derive\",\n    \"rc\"\n] }\n",
        ),
        (
            "[dependencies.serde]\r\nversion = \"1\"\r\n\r\n[features]\r\n",
            "[dependencies.serde]\r\nversion = \"1\"\r\nfeatures = [\"derive\", \"rc\"]\r\n\r\n[features]\r\n",
        ),
        (
            "[dependencies]\n  serde.version = \"1\"\nx = \"1\"\n",
            "[dependencies]\n  serde.version = \"1\"\n  serde.features = [\"derive\", \"rc\"]\nx = \"1\"\n",
        ),
        (
            "[dependencies]\nserde.version = \"1\"\nx = \"1\"\nserde.features = [\"rc\"]",
            "[dependencies]\nserde.version = \"1\"\nx = \"1\"\nserde.features = [\"rc\", \"derive\"]",
        ),
        (
            "[dependencies]\nde = { package = \"serde\", version = \"1\", default-features = false }\n",
            "[dependencies]\nde = { package = \"serde\", version = \"1\", default-features = false, features = [\"derive\", \"rc\", \"default\"] }\n",
        ),
        (
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
        ),
    ] {
        let patched = patched(&host(before), &[need("serde 1 derive rc")]);
        assert_eq!(patched.package, after);
        assert_eq!(patched.crates["serde"], if before.contains("de = {") && before.contains("package") { "de" } else { "serde" });
    }
}

#[test]
fn versions_are_reused_or_stand_beside() {
    for (entry, added, ident) in [
        ("base64 = \"0.22\"", "", "base64"),
        ("b64 = { package = \"base64\", version = \">=0.21\" }", "", "b64"),
        ("base64 = \"*\"", "", "base64"),
        ("base64 = \"0.13\"", "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n", "clerk_base64"),
        ("base64 = { git = \"https://example.com\" }", "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n", "clerk_base64"),
        ("base64 = { package = \"other\", version = \"0.22\" }", "clerk_base64 = { package = \"base64\", version = \"0.23\" }\n", "clerk_base64"),
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
    let lock = |version: &str| format!("version = 4\r\n\r\n[[package]]\r\nname = \"base64\"\r\nversion = \"{version}\"\r\n");
    for (entry, version, ident) in [
        ("base64 = \"*\"", "0.22.1", "base64"),
        ("base64 = \"*\"", "0.13.0", "clerk_base64"),
        ("base64 = { path = \"../base64\" }", "0.22.1", "base64"),
        ("base64 = { path = \"../base64\" }", "0.13.0", "clerk_base64"),
    ] {
        let (package, lock) = (format!("[dependencies]\n{entry}\n"), lock(version));
        let patched = patched(&Host { lock: Some(&lock), ..host(&package) }, &[need("base64 0.23")]);
        assert_eq!(patched.crates["base64"], ident, "{entry} {version}");
    }
    let lock = "[[package]]\nname = \"tokio\"\nversion = \"1.20.0\"\n";
    let package = "[dependencies]\ntokio = \"1\"\n";
    let patched = patch(&Host { lock: Some(lock), ..host(package) }, &[need("tokio 1.30"), need("serde 1")]).unwrap();
    assert!(patched.notes.iter().any(|note| note.contains("cargo update -p tokio")), "{:?}", patched.notes);
}

#[test]
fn a_version_that_is_held_too_low_is_refused() {
    for entry in ["tokio = \"=1.20.0\"", "tokio = { version = \"~1.20\", optional = true }", "t = { package = \"tokio\", version = \"<1.30\" }"] {
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
        ("[dev-dependencies]\nbase64 = \"0.22\"\n", "[dependencies]\nbase64 = \"0.22\"\n\n[dev-dependencies]\nbase64 = \"0.22\"\n"),
        (
            "[dev-dependencies]\nbase64 = \"0.13\"\n",
            "[dependencies]\nclerk_base64 = { package = \"base64\", version = \"0.23\" }\n\n[dev-dependencies]\nbase64 = \"0.13\"\n",
        ),
        ("[build-dependencies]\nbase64 = \"0.13\"\n", "[dependencies]\nbase64 = \"0.23\"\n\n[build-dependencies]\nbase64 = \"0.13\"\n"),
    ] {
        assert_eq!(patched(&host(before), &[need("base64 0.23")]).package, after);
    }
}

#[test]
fn what_tests_need() {
    let wanted = [Wanted { dev: true, satisfied_by: strings("full"), ..need("tokio 1.30 macros") }];
    for (before, after) in [
        ("[dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n", None),
        (
            "[dependencies]\ntokio = \"1\"\n",
            Some("[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\"] }\n"),
        ),
        (
            "[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"time\"] }\n",
            Some("[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"time\", \"macros\"] }\n"),
        ),
        (
            "[dependencies]\ntokio = { version = \"1\", optional = true }\n[dev-dependencies]\n",
            Some("[dependencies]\ntokio = { version = \"1\", optional = true }\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\"] }\n"),
        ),
        ("[dev_dependencies]\na = \"1\"\n", Some("[dev_dependencies]\na = \"1\"\ntokio = { version = \"1.30\", features = [\"macros\"] }\n")),
    ] {
        assert_eq!(patched(&host(before), &wanted).package, after.unwrap_or(before));
    }
}

#[test]
fn a_choice_of_features_is_respected() {
    let wanted = [Wanted {
        default_features: false,
        satisfied_by: strings("default native-tls rustls rustls-tls rustls-no-provider"),
        features_by_version: vec![("0.12".to_owned(), strings("rustls-tls json"))],
        ..need("reqwest 0.13 rustls json")
    }];
    for (entry, after) in [
        ("reqwest = \"0.13\"", "reqwest = { version = \"0.13\", features = [\"json\"] }"),
        (
            "reqwest = { version = \"0.12\", default-features = false }",
            "reqwest = { version = \"0.12\", default-features = false, features = [\"rustls-tls\", \"json\"] }",
        ),
        (
            "reqwest = { version = \"0.13\", default-features = false, features = [\"native-tls\"] }",
            "reqwest = { version = \"0.13\", default-features = false, features = [\"native-tls\", \"json\"] }",
        ),
        (
            "reqwest = { version = \"0.13\", default-features = false }",
            "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\", \"json\"] }",
        ),
        ("axum = \"0.8\"", "axum = \"0.8\"\nreqwest = { version = \"0.13\", default-features = false, features = [\"rustls\", \"json\"] }"),
    ] {
        let before = format!("[dependencies]\n{entry}\n");
        assert_eq!(patched(&host(&before), &wanted).package, format!("[dependencies]\n{after}\n"));
    }
}

#[test]
fn a_member_inherits_what_the_workspace_has() {
    let root = "[workspace]\nmembers = [\"a\"]\n\n[workspace.dependencies]\naxum = \"0.8\"\nb64 = { package = \"base64\", version = \"0.22\", default-features = false }\n";
    for (member, after) in [
        (
            "[dependencies]\naxum.workspace = true\n",
            "[dependencies]\naxum.workspace = true\nb64 = { workspace = true, features = [\"default\"] }\nserde = { workspace = true, features = [\"derive\"] }\n",
        ),
        (
            "[dependencies]\naxum = \"0.8\"\n",
            "[dependencies]\naxum = \"0.8\"\nb64 = { workspace = true, features = [\"default\"] }\nserde = { version = \"1\", features = [\"derive\"] }\n",
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
    let expected = text
        .replace("axum = \"0.8\"\n", "axum = \"0.8\"\nserde = \"1\"\n")
        .replace("axum = { workspace = true }\n", "axum = { workspace = true }\nserde = { workspace = true, features = [\"derive\"] }\n");
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
        ("[features]\nweb = []\n\n[dependencies]\nbase64 = \"0.22\"\n", "[features]\nweb = []\n\n[dependencies]\nbase64 = \"0.22\"\n"),
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
fn what_cannot_be_read_or_added_to_is_refused() {
    let template = "[package]\nname = \"x\"\n{% if ssr %}\n[dependencies]\n";
    let error = patch(&host(template), &[need("base64 0.23")]).unwrap_err();
    assert!(matches!(error, EditError::Toml { line: 3, .. }), "{error:?}");
    for form in ["dependencies = { axum = \"0.8\" }\n", "dependencies.axum = \"0.8\"\n"] {
        assert_eq!(patch(&host(form), &[need("base64 0.23")]).unwrap_err().code(), "manifest-form");
    }
}

#[test]
fn taking_back_leaves_what_the_user_made_of_it() {
    let before = "[dependencies]\naxum = \"0.8\"\nserde = \"1\"\n";
    let wanted = [need("base64 0.23"), need("serde 1 derive rc")];
    let Patched { package, inserted, .. } = patched(&host(before), &wanted);
    for (edit, back) in [
        // A raised version stays, with the line.
        (("base64 = \"0.23\"", "base64 = \"0.24\""), "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.24\"\nserde = \"1\"\n"),
        (("version = \"1\"", "version = \"1.0.200\""), "[dependencies]\naxum = \"0.8\"\nserde = \"1.0.200\"\n"),
        // So does a feature, a comment, another order.
        (("\"rc\"]", "\"rc\", \"mine\"]"), "[dependencies]\naxum = \"0.8\"\nserde = { version = \"1\", features = [\"mine\"] }\n"),
        (("[\"derive\", ", "[\"mine\", \"derive\", "), "[dependencies]\naxum = \"0.8\"\nserde = { version = \"1\", features = [\"mine\"] }\n"),
        (("base64 = \"0.23\"\n", "base64    = '0.23'  # keep\n"), before),
        (("axum = \"0.8\"\nbase64 = \"0.23\"\n", "base64 = \"0.23\"\naxum = \"0.9\"\n"), "[dependencies]\naxum = \"0.9\"\nserde = \"1\"\n"),
        (("base64 = \"0.23\"\n", ""), before),
    ] {
        let edited = package.replace(edit.0, edit.1);
        assert_ne!(edited, package);
        assert_eq!(unpatch(&edited, None, &inserted).unwrap().0, back);
    }
    let stored = toml::to_string(&toml::Table::from_iter([("inserted".to_owned(), toml::Value::try_from(&inserted).unwrap())])).unwrap();
    let read: Vec<Inserted> = toml::from_str::<toml::Table>(&stored).unwrap().remove("inserted").unwrap().try_into().unwrap();
    assert_eq!(read, inserted);
}

#[test]
fn a_table_that_we_made_stays_while_it_is_used() {
    let Patched { package, inserted, .. } = patched(&host("[package]\nname = \"x\"\n"), &[need("base64 0.23"), need("serde 1")]);
    let used = package.replace("serde = \"1\"\n", "serde = \"1\"\nmine = \"1\"\n");
    assert_eq!(unpatch(&used, None, &inserted).unwrap().0, "[package]\nname = \"x\"\n\n[dependencies]\nmine = \"1\"\n");
    let (only_serde, _) = unpatch(&package, None, &inserted[..1]).unwrap();
    assert_eq!(only_serde, "[package]\nname = \"x\"\n\n[dependencies]\nserde = \"1\"\n");
    assert_eq!(unpatch(&only_serde, None, &inserted[1..]).unwrap().0, "[package]\nname = \"x\"\n");
}

#[test]
fn a_module_is_declared_after_the_last() {
    for (before, after) in [
        ("", "mod clerk;\n"),
        ("fn main() {}\n", "mod clerk;\n\nfn main() {}\n"),
        ("mod app;\nmod b;\n\nfn main() {}\n", "mod app;\nmod b;\nmod clerk;\n\nfn main() {}\n"),
        ("mod app;", "mod app;\nmod clerk;"),
        ("mod app; // the app\r\nuse x::y;\r\n", "mod app; // the app\r\nmod clerk;\r\nuse x::y;\r\n"),
        ("mod app;\n#[cfg(test)]\nmod tests;\n", "mod app;\nmod clerk;\n#[cfg(test)]\nmod tests;\n"),
        ("#[cfg(unix)]\nmod app;\n", "#[cfg(unix)]\nmod app;\nmod clerk;\n"),
        ("mod app {}\nuse x::y;\nfn main() {}\n", "mod app {}\nuse x::y;\n\nmod clerk;\nfn main() {}\n"),
        ("#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nfn main() {}\n", "#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nmod clerk;\n\nfn main() {}\n"),
        ("#!/bin/sh\nfn main() {}\n", "#!/bin/sh\nmod clerk;\n\nfn main() {}\n"),
        ("// Licence.\n\n/// Docs.\nfn main() {}\n", "// Licence.\n\nmod clerk;\n\n/// Docs.\nfn main() {}\n"),
        ("// About main.\nfn main() {}\n", "mod clerk;\n\n// About main.\nfn main() {}\n"),
        ("mod a; fn main() {\n}\n", "mod a; mod clerk; fn main() {\n}\n"),
        ("\u{feff}// ü\r\nmod ü;\r\n", "\u{feff}// ü\r\nmod ü;\r\n\r\nmod clerk;\r\n".trim_start_matches("")),
        // Where it would break the order that rustfmt keeps, it makes a group of its own.
        ("mod auth;\nmod db;\nuse x::y;\n", "mod auth;\nmod db;\n\nmod clerk;\nuse x::y;\n"),
        ("mod db;\nmod auth;\n", "mod db;\nmod auth;\nmod clerk;\n"),
    ] {
        let with = crate_root::insert_mod(before, "clerk", false, None).unwrap();
        assert_eq!(with, after);
        assert_eq!(crate_root::insert_mod(&with, "clerk", false, None).unwrap(), with);
        assert_eq!(crate_root::remove_mod(&with, "clerk").unwrap(), before);
        assert_eq!(crate_root::taken(&with, "clerk").unwrap().as_deref(), Some("a module"));
    }
    let with = crate_root::insert_mod("mod app;\n", "clerk", true, Some("web")).unwrap();
    assert_eq!(with, "mod app;\n#[cfg(feature = \"web\")]\npub mod clerk;\n");
    let found = crate_root::find_mod(&with, "clerk").unwrap().unwrap();
    assert_eq!((found.line, found.public, found.inline), (3, true, false));
    assert_eq!(crate_root::remove_mod(&with, "clerk").unwrap(), "mod app;\n");
}

#[test]
fn a_taken_name_is_seen() {
    for (source, what) in [
        ("mod clerk { }", Some("a module")),
        ("fn clerk() {}", Some("a function")),
        ("use a::{b, c::clerk};", Some("an import")),
        ("use a::b as clerk;", Some("an import")),
        ("use clerk::{self, x};", Some("an import")),
        ("extern crate a as clerk;", Some("an extern crate")),
        ("struct clerk;", Some("a struct")),
        ("use clerk::x; mod a { mod clerk {} } // mod clerk;", None),
    ] {
        assert_eq!(crate_root::taken(source, "clerk").unwrap().as_deref(), what, "{source}");
    }
    for (source, line) in [("mod a;\nfn main( {\n}\n", 2), ("#!/x\nmod a;\n\"", 3)] {
        let error = crate_root::insert_mod(source, "clerk", false, None).unwrap_err();
        assert!(matches!(error, EditError::Rust { line: found, .. } if found == line), "{error:?}");
    }
}

fn axum() -> ChainSpec {
    ChainSpec { starts: strings("Router::new"), before: strings("with_state into_make_service"), first: false }
}

const LAYER: &str = ".layer(clerk::layer())";

#[test]
fn one_chain_is_wired() {
    let rocket = ChainSpec { starts: strings("rocket::build rocket::custom"), before: strings("launch ignite"), first: false };
    let actix = ChainSpec { starts: strings("App::new"), before: vec![], first: true };
    for (spec, before, after) in [
        (axum(), "fn main() { let app = Router::new().route(a); }", "fn main() { let app = Router::new().route(a)·; }"),
        (axum(), "fn a() -> Router {\n    Router::new()\n}", "fn a() -> Router {\n    Router::new()·\n}"),
        (
            axum(),
            "fn main() {\r\n    let app = axum::Router::<S>::new()\r\n        .route(a) // ü\r\n        // State.\r\n        .with_state(s);\r\n}",
            "fn main() {\r\n    let app = axum::Router::<S>::new()\r\n        .route(a) // ü\r\n        ·\r\n        // State.\r\n        .with_state(s);\r\n}",
        ),
        (
            axum(),
            "fn main() {\n    serve(l, Router::new()\n        .route(a)\n        .with_state(s)\n        .merge(b).into_make_service())\n}",
            "fn main() {\n    serve(l, Router::new()\n        .route(a)\n        .with_state(s)\n        .merge(b)·.into_make_service())\n}",
        ),
        (
            axum(),
            "fn main() {\n    let app = Router::new()\n        .route(a);\n    serve(app.clone().into_make_service());\n}\n#[tokio::test]\nfn t() { Router::new().route(b); }",
            "fn main() {\n    let app = Router::new()\n        .route(a)\n        ·;\n    serve(app.clone().into_make_service());\n}\n#[tokio::test]\nfn t() { Router::new().route(b); }",
        ),
        (
            rocket,
            "fn main() {\n    let r = rocket::build()\n        .mount(a)\n        .ignite().await?\n        .launch().await?;\n}",
            "fn main() {\n    let r = rocket::build()\n        .mount(a)\n        ·\n        .ignite().await?\n        .launch().await?;\n}",
        ),
        (
            actix,
            "fn main() {\n    HttpServer::new(move || {\n        App::new()\n            .service(a)\n    })\n}",
            "fn main() {\n    HttpServer::new(move || {\n        App::new()\n            ·\n            .service(a)\n    })\n}",
        ),
    ] {
        let after = after.replace('·', LAYER);
        assert_eq!(wire(before, &spec, LAYER).unwrap(), Wiring::Wired(after.clone()));
        assert_eq!(wire(&after, &spec, LAYER).unwrap(), Wiring::Wired(after.clone()));
        assert_eq!(unwire(&after, LAYER).unwrap(), before);
    }
}

#[test]
fn anything_else_is_left_to_the_user() {
    for (source, lines) in [
        ("fn a() { Router::new(); }\nfn b() { Router::new(); }", vec![1, 2]),
        ("fn a() {\n    Router::new()\n        .route(x)\n        .nest(Router::new().route(y))\n}", vec![4]),
        ("fn a() {\n    let mut r = Router::new()\n        .route(x);\n    if y {\n        r = r.route(z);\n    }\n}", vec![5]),
        ("fn a() {\n    let r: Router;\n    r = Router::new();\n    r.merge(z)\n}", vec![4]),
    ] {
        let sites: Vec<Site> = lines.into_iter().map(|line| Site { line }).collect();
        assert_eq!(wire(source, &axum(), LAYER).unwrap(), Wiring::Manual(sites.clone()), "{source}");
        assert_eq!(find(source, &axum()).unwrap(), sites);
        assert_eq!(unwire(source, LAYER).unwrap(), source);
    }
    for source in ["fn a() { Other::new(); }", "// Router::new()\nfn a() { x!(Router::new()) }", "#[cfg(test)]\nmod tests { fn a() { Router::new(); } }"] {
        assert_eq!(wire(source, &axum(), LAYER).unwrap(), Wiring::None, "{source}");
    }
}
