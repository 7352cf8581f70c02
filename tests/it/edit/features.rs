//! How features are added to what is there, and which.

use cargo_clerk_sessions::blueprint::Dependency;
use cargo_clerk_sessions::blueprint::VersionFeatures;
use cargo_clerk_sessions::edit::manifest::{Host, Workspace};

use super::{host, need, patched, strings};

#[test]
fn features_are_added_in_the_form_that_is_there() {
    for (before, after) in [
        (
            "[dependencies]\nserde = \"1\" # all\n",
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] } # all\n",
        ),
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
            "[dependencies]\nde = { package = \"serde\", version = \"1\", default-features = false, features = [\"derive\", \"rc\"] }\n",
        ),
        (
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\", \"rc\"] }\n",
        ),
    ] {
        let patched = patched(&host(before), &[need("serde 1 derive rc")]);
        assert_eq!(patched.package, after);
        assert_eq!(
            patched.crates["serde"],
            if before.contains("de = {") && before.contains("package") { "de" } else { "serde" }
        );
    }
}

#[test]
fn a_choice_of_features_is_respected() {
    let wanted = [Dependency {
        default_features: false,
        satisfied_by: strings("default native-tls rustls rustls-tls rustls-no-provider"),
        features_by_version: vec![VersionFeatures {
            version: "0.12".to_owned(),
            features: strings("rustls-tls json"),
            ..VersionFeatures::default()
        }],
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
        (
            "axum = \"0.8\"",
            "axum = \"0.8\"\nreqwest = { version = \"0.13\", default-features = false, features = [\"rustls\", \"json\"] }",
        ),
    ] {
        let before = format!("[dependencies]\n{entry}\n");
        assert_eq!(patched(&host(&before), &wanted).package, format!("[dependencies]\n{after}\n"));
    }
}

/// Switched-off default features stay off: `std` is asked for where the code needs it, and `default` never.
#[test]
fn default_features_stay_as_they_are() {
    let implied_by = [("std".to_owned(), strings("default"))].into();
    let wanted = [Dependency { implied_by, ..need("serde 1 derive std") }];
    for (entry, after) in [
        ("serde = \"1\"", "serde = { version = \"1\", features = [\"derive\"] }"),
        (
            "serde = { version = \"1\", default-features = false, features = [\"std\"] }",
            "serde = { version = \"1\", default-features = false, features = [\"std\", \"derive\"] }",
        ),
        (
            "serde = { version = \"1\", default-features = false }",
            "serde = { version = \"1\", default-features = false, features = [\"derive\", \"std\"] }",
        ),
        ("axum = \"0.8\"", "axum = \"0.8\"\nserde = { version = \"1\", features = [\"derive\"] }"),
    ] {
        let before = format!("[dependencies]\n{entry}\n");
        assert_eq!(patched(&host(&before), &wanted).package, format!("[dependencies]\n{after}\n"));
    }
    let root = "[workspace.dependencies]\nserde = { version = \"1\", default-features = false }\n";
    let member = "[dependencies]\naxum = { workspace = true }\n";
    let host = Host { workspace: Workspace::Other(root), ..host(member) };
    let line = "serde = { workspace = true, features = [\"derive\", \"std\"] }\n";
    assert_eq!(patched(&host, &wanted).package, format!("{member}{line}"));
}
