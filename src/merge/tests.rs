//! The table of `merge_file`, row by row, and the rules around it.

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
    let merged = merge(base, &unfinished, &theirs, Conflict::Abort);
    assert_eq!((merged.outcome, merged.text.as_deref()), (Conflicted, Some(unfinished.as_str())), "not even before");
    assert_eq!(merge(base, &unfinished, &theirs, Conflict::Ours).outcome, Kept);
}

#[test]
fn markers_are_found_and_headings_are_not() {
    assert!(has_markers("a\n<<<<<<< HEAD\nb\n"));
    assert!(has_markers(">>>>>>> theirs\r\n"));
    assert!(!has_markers("Heading\n=======\n\n<<<<<<<< eight\n // <<<<<<< not at the start\n"));
    assert_eq!(marker_line("a\nb\n||||||| last update\n"), Some(3));
}

#[test]
fn the_regions_of_a_merge_are_its_three_texts() {
    let ours = "a\r\nmine\nb\r\nc\r\nd";
    let regions = lines::merge("a\nb\nc\n", ours, "a\nb\nC\n");
    let whole = |of: fn(&Region) -> &str| regions.iter().map(of).collect::<String>();
    assert_eq!(whole(|region| &region.ours), format!("{ours}\r\n"), "mixed line endings stay as they are");
    assert_eq!(whole(|region| &region.base), "a\r\nb\r\nc\r\n");
    assert_eq!(whole(|region| &region.theirs), "a\r\nb\r\nC\r\n");
    let widened = lines::widened(&regions);
    assert_eq!(lines::conflicts(&widened), 1);
    assert_eq!(lines::text(&widened, Conflict::Ours, "", ours, ""), ours);
}

#[test]
fn only_the_lines_that_change_get_a_new_ending() {
    let mixed = BASE.replacen('\n', "\r\n", 2);
    assert_eq!(merge(BASE, &format!("// Mine.\n{mixed}"), NEW, Conflict::Abort).text.unwrap(), {
        format!("// Mine.\n{}", NEW.replacen('\n', "\r\n", 2))
    });
}

#[test]
fn a_change_that_is_there_already_is_said_to_be() {
    let note = |ours: &str| merge(BASE, ours, NEW, Conflict::Abort).note;
    assert_eq!(note(NEW), Some(Note::AlreadyApplied));
    assert_eq!(note(BOTH), Some(Note::AlreadyApplied));
    assert_eq!(merge(BASE, BOTH, NEW, Conflict::Abort).outcome, Kept);
    assert_eq!(note(EDITED), None);
    assert_eq!(note(" \r\n"), Some(Note::Emptied));
    assert_eq!(merge_file(Some(BASE), None, Some(NEW), Conflict::Abort, None).note, Some(Note::Deleted));
    assert_eq!(merge_file(Some(BASE), Some(EDITED), None, Conflict::Abort, None).note, Some(Note::HandedOver));
    assert_eq!(merge_file(None, Some(EDITED), Some(NEW), Conflict::Abort, None).note, Some(Note::Foreign));
}

#[test]
fn mod_lines_of_deleted_files_are_no_conflict() {
    let base = "mod config;\n/// Refreshes.\n#[cfg(feature = \"refresh\")]\npub(crate) mod refresh;\nmod verify;\n";
    let theirs = base.replace("mod verify;", "mod verify;\nmod webhook;").replace("mod config;", "mod config_file;");
    let ours = "mod config;\nmod verify;\n";
    assert_eq!(merge(base, ours, &theirs, Conflict::Abort).outcome, Conflicted);
    let [base, theirs] = [base, &theirs].map(|text| without_modules(text, &["refresh"]));
    assert_eq!(base, ours);
    let merged = merge(&base, ours, &theirs, Conflict::Abort);
    assert_eq!(merged.text.as_deref(), Some("mod config_file;\nmod verify;\nmod webhook;\n"));
    // What merely looks like it stays.
    let others = "mod refresher;\nmod refresh {\n}\n// mod refresh;\nuse crate::refresh;\nlet mod_refresh = 1;\n";
    assert_eq!(without_modules(others, &["refresh"]), others);
}
