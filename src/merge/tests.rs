//! The table of `merge_file`, row by row, and the rules around it.

use camino::Utf8Path;

use super::*;
use Outcome::{Conflicted, Created, Kept, Merged as Combined, Removed, Unchanged, Updated};

const BASE: &str = "fn one() {}\n\nfn two() {}\n\nfn three() {}\n";
const NEW: &str = "fn one() {}\n\nfn two() {}\n\nfn three() -> u8 {\n    3\n}\n";
const EDITED: &str = "fn one() {}\n// Mine.\n\nfn two() {}\n\nfn three() {}\n";
const BOTH: &str = "fn one() {}\n// Mine.\n\nfn two() {}\n\nfn three() -> u8 {\n    3\n}\n";
const CLASHING: &str = "fn one() {}\n\nfn two() {}\n\nfn three() -> u16 {\n    4\n}\n";

fn merge(base: &str, ours: &str, theirs: &str, conflict: Conflict) -> Merged {
    merge_file(Some(base), Some(ours), Some(theirs), conflict, None)
}

#[test]
fn every_row_of_the_table() {
    let rows = [
        (None::<&str>, None::<&str>, Some(NEW), Some(NEW), Created),
        (None, Some(NEW), Some(NEW), Some(NEW), Unchanged),
        (None, Some(EDITED), Some(NEW), Some(EDITED), Conflicted),
        (Some(BASE), Some(BASE), Some(BASE), Some(BASE), Unchanged),
        (Some(BASE), Some(BASE), Some(NEW), Some(NEW), Updated),
        (Some(BASE), Some(EDITED), Some(BASE), Some(EDITED), Kept),
        (Some(BASE), Some(NEW), Some(NEW), Some(NEW), Unchanged),
        (Some(BASE), Some(""), Some(NEW), Some(""), Kept),
        (Some(BASE), Some("\n"), Some(NEW), Some("\n"), Kept),
        (Some(BASE), Some(EDITED), Some(NEW), Some(BOTH), Combined),
        (Some(BASE), Some(CLASHING), Some(NEW), Some(CLASHING), Conflicted),
        (Some(BASE), None, Some(BASE), None, Kept),
        (Some(BASE), None, Some(NEW), None, Kept),
        (Some(BASE), Some(BASE), None, None, Removed),
        (Some(BASE), Some(EDITED), None, Some(EDITED), Kept),
        (Some(BASE), None, None, None, Unchanged),
    ];
    for (index, (base, ours, theirs, text, outcome)) in rows.into_iter().enumerate() {
        let merged = merge_file(base, ours, theirs, Conflict::Abort, None);
        assert_eq!((merged.text.as_deref(), merged.outcome), (text, outcome), "row {}", index + 1);
        assert_eq!(merged.conflicts > 0, outcome == Conflicted, "row {}", index + 1);
    }
}

#[test]
fn conflicts_are_settled_as_asked() {
    let settled = |conflict| merge(BASE, CLASHING, NEW, conflict);
    assert_eq!(settled(Conflict::Theirs).text.as_deref(), Some(NEW));
    assert_eq!(settled(Conflict::Theirs).outcome, Combined);
    assert_eq!(settled(Conflict::Ours).text.as_deref(), Some(CLASHING));
    assert_eq!(settled(Conflict::Ours).outcome, Kept);
    assert_eq!(settled(Conflict::Ours).conflicts, 1);
    let marked = settled(Conflict::Markers);
    assert_eq!(marked.outcome, Conflicted);
    assert_eq!(
        marked.text.as_deref(),
        Some(concat!(
            "fn one() {}\n\nfn two() {}\n\n",
            "<<<<<<< your file\nfn three() -> u16 {\n    4\n}\n",
            "||||||| last update\nfn three() {}\n",
            "=======\nfn three() -> u8 {\n    3\n}\n>>>>>>> this update\n",
        ))
    );
}

#[test]
fn a_file_that_is_not_ours_is_settled_as_asked() {
    let settled = |conflict| merge_file(None, Some(EDITED), Some(NEW), conflict, None);
    assert_eq!(settled(Conflict::Ours).text.as_deref(), Some(EDITED));
    assert_eq!(settled(Conflict::Theirs).text.as_deref(), Some(NEW));
    assert!(has_markers(&settled(Conflict::Markers).text.unwrap()));
}

#[test]
fn line_endings_mark_and_final_newline_are_the_users() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let dressed = |text: &str| format!("\u{feff}{}", crlf(text).trim_end());
    let merged = |ours: &str, theirs: &str| {
        let merged = merge(BASE, ours, theirs, Conflict::Abort);
        (merged.outcome, merged.text.unwrap())
    };
    assert_eq!(merged(&crlf(BASE), BASE), (Unchanged, crlf(BASE)));
    assert_eq!(merged(&dressed(BASE), BASE), (Unchanged, dressed(BASE)));
    assert_eq!(merged(&crlf(BASE), NEW), (Updated, crlf(NEW)));
    assert_eq!(merged(&crlf(EDITED), NEW), (Combined, crlf(BOTH)));
    assert_eq!(merged(&dressed(EDITED), NEW), (Combined, dressed(BOTH)));
    assert_eq!(merged(&dressed(EDITED), BASE), (Kept, dressed(EDITED)));
    let marked = merge(BASE, &crlf(CLASHING), NEW, Conflict::Markers).text.unwrap();
    assert_eq!(marked.matches('\n').count(), marked.matches("\r\n").count(), "{marked:?}");
    assert!(has_markers(&marked));
    let removed = merge_file(Some(BASE), Some(&crlf(BASE)), None, Conflict::Abort, None);
    assert_eq!((removed.outcome, removed.text), (Removed, None));
}

/// A formatter that knows this much: one statement on a line, indented by four.
fn one_on_a_line(text: &str) -> Option<String> {
    Some(text.replace(" }", "\n}").replace("; ", ";\n    ").replace("{ ", "{\n    "))
}

#[test]
fn the_users_rustfmt_is_no_conflict() {
    let base = "fn one() { a(); b(); }\n\nfn two() {}\n";
    let ours = "fn one() {\n    a();\n    mine();\n    b();\n}\n\nfn two() {}\n";
    let theirs = "fn one() { a(); b(); c(); }\n\nfn two() {}\n";
    assert_eq!(merge(base, ours, theirs, Conflict::Abort).outcome, Conflicted);
    let merged = merge_file(Some(base), Some(ours), Some(theirs), Conflict::Abort, Some(&one_on_a_line));
    let expected = "fn one() {\n    a();\n    mine();\n    b();\n    c();\n}\n\nfn two() {}\n";
    assert_eq!((merged.outcome, merged.text.as_deref(), merged.conflicts), (Combined, Some(expected), 0));
    let formatted = one_on_a_line(base).unwrap();
    let gone = merge_file(Some(base), Some(&formatted), None, Conflict::Abort, Some(&one_on_a_line));
    assert_eq!(gone.outcome, Removed);
}

#[test]
fn a_formatter_that_gives_up_changes_nothing() {
    let merged = merge_file(Some(BASE), Some(CLASHING), Some(NEW), Conflict::Abort, Some(&|_| None));
    assert_eq!((merged.outcome, merged.text.as_deref()), (Conflicted, Some(CLASHING)));
}

/// The user made a text of some lines, and this version puts a quotation mark between them.
#[test]
fn a_clean_merge_that_is_not_rust_is_a_conflict() {
    let base = "fn main() {\n    one();\n\n    two();\n\n    three();\n}\n";
    let ours = "fn main() {\n    let text = r\"\n    one();\n\n    two();\n\n    three();\n    \";\n}\n";
    let theirs = base.replace("two()", "two(\"2\")");
    let merged = merge(base, ours, &theirs, Conflict::Abort);
    assert_eq!((merged.outcome, merged.text.as_deref()), (Conflicted, Some(ours)));
    assert_eq!((merged.conflicts, merged.note), (1, Some(Note::Unsound)));
    assert_eq!(merge(base, ours, &theirs, Conflict::Ours).text.as_deref(), Some(ours));
    assert_eq!(merge(base, ours, &theirs, Conflict::Theirs).text.as_deref(), Some(theirs.as_str()));
    let unfinished = ours.replace("    \";\n", "    \" let\n");
    assert_eq!(merge(base, &unfinished, &theirs, Conflict::Abort).outcome, Combined, "it was not Rust before");
}

#[test]
fn markers_are_found_and_headings_are_not() {
    assert!(has_markers("a\n<<<<<<< HEAD\nb\n"));
    assert!(has_markers(">>>>>>> theirs\r\n"));
    assert!(!has_markers("Heading\n=======\n\n<<<<<<<< eight\n // <<<<<<< not at the start\n"));
    assert_eq!(marker_line("a\nb\n||||||| last update\n"), Some(3));
}

fn followed(id: &str, base: &str, files: &[(&str, &str)]) -> Option<String> {
    let files = files.iter().map(|(path, text)| (Utf8Path::new(*path), *text));
    follow(id, base, files).map(|found| found.path.into_string())
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
}
