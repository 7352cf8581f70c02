//! Crate roots.

use cargo_clerk_sessions::edit::crate_root::Declared;
use cargo_clerk_sessions::edit::{EditError, crate_root};

#[test]
fn a_module_is_declared_in_its_place() {
    for (before, after) in [
        ("", "mod clerk;\n"),
        ("fn main() {}\n", "mod clerk;\n\nfn main() {}\n"),
        ("mod app;\nmod b;\n\nfn main() {}\n", "mod app;\nmod b;\nmod clerk;\n\nfn main() {}\n"),
        ("mod app;", "mod app;\nmod clerk;"),
        ("mod app; // the app\r\nuse x::y;\r\n", "mod app; // the app\r\nmod clerk;\r\nuse x::y;\r\n"),
        ("mod app;\n#[cfg(test)]\nmod tests;\n", "mod app;\nmod clerk;\n#[cfg(test)]\nmod tests;\n"),
        ("#[cfg(unix)]\nmod app;\n", "#[cfg(unix)]\nmod app;\nmod clerk;\n"),
        ("mod app {}\nuse x::y;\nfn main() {}\n", "mod app {}\nuse x::y;\n\nmod clerk;\n\nfn main() {}\n"),
        (
            "#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nfn main() {}\n",
            "#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nmod clerk;\n\nfn main() {}\n",
        ),
        ("#!/bin/sh\nfn main() {}\n", "#!/bin/sh\nmod clerk;\n\nfn main() {}\n"),
        ("// Licence.\n\n/// Docs.\nfn main() {}\n", "// Licence.\n\nmod clerk;\n\n/// Docs.\nfn main() {}\n"),
        ("// A.\n\n// B.\n", "// A.\n\n// B.\n\nmod clerk;\n"),
        ("//! Docs.\n\n// B.\n\n// C.", "//! Docs.\n\nmod clerk;\n\n// B.\n\n// C."),
        ("// About main.\nfn main() {}\n", "mod clerk;\n\n// About main.\nfn main() {}\n"),
        ("mod a; fn main() {\n}\n", "mod a; mod clerk; fn main() {\n}\n"),
        ("\u{feff}// ü\r\nmod ü;\r\n", "\u{feff}// ü\r\nmod clerk;\r\nmod ü;\r\n"),
        ("\u{feff}mod db;\n", "\u{feff}mod clerk;\nmod db;\n"),
        ("mod auth;\nmod db;\nuse x::y;\n", "mod auth;\nmod clerk;\nmod db;\nuse x::y;\n"),
        ("use x::y;\n\n/// Data.\nmod db;\n\nuse z;\n", "use x::y;\n\nmod clerk;\n/// Data.\nmod db;\n\nuse z;\n"),
        ("mod a;\n\n// Ours.\nmod db;\nmod e;\n", "mod a;\n\n// Ours.\nmod clerk;\nmod db;\nmod e;\n"),
        (
            "/// The a.\nmod a;\n\n/// The d.\nmod d;\n\nfn f() {}\n",
            "/// The a.\nmod a;\n\n/// The d.\nmod d;\n\nmod clerk;\n\nfn f() {}\n",
        ),
        ("mod a;\nmod b;\n\nmod d;\n", "mod a;\nmod b;\n\nmod clerk;\nmod d;\n"),
        // What rustfmt does not sort, and comments, part the lines that it sorts.
        ("#[macro_use]\nmod m;\nmod util;\n", "#[macro_use]\nmod m;\nmod clerk;\nmod util;\n"),
        ("mod app;\n#[macro_use]\nmod m;\n", "mod app;\nmod clerk;\n#[macro_use]\nmod m;\n"),
        ("#[macro_use]\nmod m;\n", "#[macro_use]\nmod m;\nmod clerk;\n"),
        ("mod a;\nmod b;\n// Data.\nmod d;\n", "mod a;\nmod b;\nmod clerk;\n// Data.\nmod d;\n"),
        (
            "mod a;\nmod d;\n#[macro_use]\nmod e;\nmod f;\n",
            "mod a;\nmod clerk;\nmod d;\n#[macro_use]\nmod e;\nmod f;\n",
        ),
        // A comment above several lines is about all of them, one above a single line about that.
        ("mod a;\nmod b;\n\n// Data.\nmod d;\n", "mod a;\nmod b;\n\n// Data.\nmod d;\n\nmod clerk;\n"),
        ("mod d;\n// Data.\nmod db;\n", "mod clerk;\nmod d;\n// Data.\nmod db;\n"),
        ("mod z;\n#[rustfmt::skip]\nmod b;\nmod a;\n", "mod z;\n#[rustfmt::skip]\nmod b;\nmod a;\nmod clerk;\n"),
        // The editions sort numbers differently, so it makes a group of its own.
        ("mod clerk1;\nmod db;\n", "mod clerk;\nmod clerk1;\nmod db;\n"),
        ("mod a9;\nmod a10;\n", "mod a9;\nmod a10;\nmod clerk;\n"),
        ("use x::y;\r\n#[main]\r\nfn main() {}", "use x::y;\r\n\r\nmod clerk;\r\n\r\n#[main]\r\nfn main() {}"),
        ("#![allow(x)]\nfn main() {}\n", "#![allow(x)]\n\nmod clerk;\n\nfn main() {}\n"),
        ("use x::y;\n\nfn main() {}\n", "use x::y;\n\nmod clerk;\n\nfn main() {}\n"),
        ("mod db;\nmod auth;\n", "mod db;\nmod auth;\nmod clerk;\n"),
    ] {
        let Declared { text: with, blank_below } = crate_root::insert_mod(before, "clerk", false, None).unwrap();
        assert_eq!(with, after);
        assert_eq!(crate_root::insert_mod(&with, "clerk", false, None).unwrap().text, with);
        assert_eq!(crate_root::remove_mod(&with, "clerk", blank_below).unwrap(), before);
        assert_eq!(crate_root::taken(&with, "clerk").unwrap().as_deref(), Some("a module"));
    }
    let apart = crate_root::insert_mod("mod a9;\nmod b;\n", "a10", false, None).unwrap();
    assert_eq!((apart.text.as_str(), apart.blank_below), ("mod a9;\nmod b;\n\nmod a10;\n", false));
    assert_eq!(crate_root::remove_mod(&apart.text, "a10", false).unwrap(), "mod a9;\nmod b;\n");
    let with = crate_root::insert_mod("mod app;\n", "clerk", true, Some("feature = \"web\"")).unwrap().text;
    assert_eq!(with, "mod app;\n#[cfg(feature = \"web\")]\npub mod clerk;\n");
    let found = crate_root::find_mod(&with, "clerk").unwrap().unwrap();
    assert_eq!((found.line, found.public, found.inline), (3, true, false));
    assert_eq!(crate_root::remove_mod(&with, "clerk", false).unwrap(), "mod app;\n");
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
