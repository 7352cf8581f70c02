//! Files that were moved, deleted or confused.

use camino::Utf8Path;

use super::moves::rerooted;
use super::*;

fn followed(id: &str, base: &str, files: &[(&str, &str)]) -> Option<String> {
    let files = files.iter().map(|(path, text)| (Utf8Path::new(*path), *text));
    match follow(id, base, files) {
        Found::At(path) => Some(path.into_string()),
        Found::Unclear(_) | Found::Nowhere => None,
    }
}

#[test]
fn a_moved_file_is_found_by_its_id_then_by_its_text() {
    let text = "// clerk-sessions: module/session\nfn one() {}\nfn two() {}\n";
    let bare = "fn one() {}\nfn two() {}\n";
    let other = "// clerk-sessions: module/token\nfn one() {}\nfn two() {}\n";
    let id = "module/session";
    assert_eq!(followed(id, text, &[("a.rs", bare), ("b.rs", text)]).as_deref(), Some("b.rs"));
    assert_eq!(followed(id, text, &[("b.rs", "// clerk-sessions: module/session\n")]).as_deref(), Some("b.rs"));
    assert_eq!(followed(id, bare, &[("a.rs", "fn one() {}\nfn two() {}\nfn mine() {}\n")]).as_deref(), Some("a.rs"));
    assert_eq!(followed(id, bare, &[("a.rs", other)]), None, "another file's id line");
    assert_eq!(followed(id, bare, &[("a.rs", bare), ("b.rs", bare)]), None, "two are equally similar");
    assert_eq!(followed(id, bare, &[("a.rs", "fn one() {}\nfn quite_another_thing() {}\n")]), None);
    assert_eq!(followed(id, text, &[("notes.md", text)]), None, "not a Rust file");
    assert_eq!(followed(id, text, &[]), None);
    assert_eq!(followed(id, text, &[("a.rs", text), ("b.rs", text)]), None, "two have the id line");
}

#[test]
fn a_new_file_goes_where_its_folder_went() {
    let new = |moves: &[(&str, &str)]| {
        let moves: Vec<_> = moves.iter().map(|(from, to)| (Utf8Path::new(*from), Utf8Path::new(*to))).collect();
        rerooted(Utf8Path::new("src/clerk/error.rs"), &moves).into_string()
    };
    assert_eq!(new(&[]), "src/clerk/error.rs");
    assert_eq!(new(&[("src/clerk/mod.rs", "src/clerk/mod.rs")]), "src/clerk/error.rs");
    let moved = [("src/clerk/mod.rs", "src/auth/clerk/mod.rs"), ("src/clerk/tests/a.rs", "src/auth/clerk/tests/a.rs")];
    assert_eq!(new(&moved), "src/auth/clerk/error.rs");
    let partly = [("src/clerk/mod.rs", "src/auth/mod.rs"), ("src/clerk/keys.rs", "src/clerk/keys.rs")];
    assert_eq!(new(&partly), "src/clerk/error.rs");
    assert_eq!(new(&[("src/clerk/mod.rs", "src/sessions.rs")]), "src/clerk/error.rs", "a renamed file moves no folder");
    assert_eq!(new(&[("src/clerk/mod.rs", "mod.rs")]), "error.rs");
}

#[test]
#[expect(clippy::float_cmp, reason = "these are exact")]
fn similarity_is_of_lines_wherever_they_stand() {
    assert_eq!(similarity("", ""), 1.0);
    assert_eq!(similarity("a\n", ""), 0.0);
    assert_eq!(similarity("fn a() {\n    b();\n}\n", "\tb();\n\n}\nfn a() {\n"), 1.0);
    assert_eq!(similarity("aa\nbb\n", "aa\ncc\n"), 0.5);
    assert_eq!(similarity("aa\n", "aa\naa\n"), 2.0 / 3.0, "a line counts as often as both have it");
}
