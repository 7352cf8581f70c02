//! What is refused, and how insertions are taken back.

use cargo_clerk_sessions::edit::EditError;
use cargo_clerk_sessions::edit::manifest::{Inserted, Patched, patch, unpatch};

use super::{host, need, patched};

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
        (
            ("base64 = \"0.23\"", "base64 = \"0.24\""),
            "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.24\"\nserde = \"1\"\n",
        ),
        (("version = \"1\"", "version = \"1.0.200\""), "[dependencies]\naxum = \"0.8\"\nserde = \"1.0.200\"\n"),
        // So does a feature, a comment, another order.
        (
            ("\"rc\"]", "\"rc\", \"mine\"]"),
            "[dependencies]\naxum = \"0.8\"\nserde = { version = \"1\", features = [\"mine\"] }\n",
        ),
        (
            ("[\"derive\", ", "[\"mine\", \"derive\", "),
            "[dependencies]\naxum = \"0.8\"\nserde = { version = \"1\", features = [\"mine\"] }\n",
        ),
        (("base64 = \"0.23\"\n", "base64    = '0.23'  # keep\n"), before),
        (
            ("axum = \"0.8\"\nbase64 = \"0.23\"\n", "base64 = \"0.23\"\naxum = \"0.9\"\n"),
            "[dependencies]\naxum = \"0.9\"\nserde = \"1\"\n",
        ),
        (("base64 = \"0.23\"\n", ""), before),
    ] {
        let edited = package.replace(edit.0, edit.1);
        assert_ne!(edited, package);
        assert_eq!(unpatch(&edited, None, &inserted).unwrap().0, back);
    }
    let stored =
        toml::to_string(&toml::Table::from_iter([("inserted".to_owned(), toml::Value::try_from(&inserted).unwrap())]))
            .unwrap();
    let read: Vec<Inserted> =
        toml::from_str::<toml::Table>(&stored).unwrap().remove("inserted").unwrap().try_into().unwrap();
    assert_eq!(read, inserted);
}

#[test]
fn a_table_that_we_made_stays_while_it_is_used() {
    let Patched { package, inserted, .. } =
        patched(&host("[package]\nname = \"x\"\n"), &[need("base64 0.23"), need("serde 1")]);
    let used = package.replace("serde = \"1\"\n", "serde = \"1\"\nmine = \"1\"\n");
    assert_eq!(unpatch(&used, None, &inserted).unwrap().0, "[package]\nname = \"x\"\n\n[dependencies]\nmine = \"1\"\n");
    let (only_serde, _) = unpatch(&package, None, &inserted[..1]).unwrap();
    assert_eq!(only_serde, "[package]\nname = \"x\"\n\n[dependencies]\nserde = \"1\"\n");
    assert_eq!(unpatch(&only_serde, None, &inserted[1..]).unwrap().0, "[package]\nname = \"x\"\n");
}
