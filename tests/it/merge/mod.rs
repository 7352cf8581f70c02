//! Three texts of one file, and the update of generated files, scenario by scenario.

mod absent;
mod moved;
mod scenarios;

use std::fs;

use cargo_clerk_sessions::change::Outcome;
use cargo_clerk_sessions::merge::{Conflict, Merged, merge_file};

fn merged(base: &str, ours: &str, theirs: &str, conflict: Conflict) -> Merged {
    merge_file(Some(base), Some(ours), Some(theirs), conflict, None)
}

/// A module as this version writes it: formatted with no settings at all.
const PLAIN: &str = "\
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sessions by the name of the user that they belong to.
pub struct Sessions {
    by_user: BTreeMap<String, Arc<Session>>,
}

impl Sessions {
    /// The session of a user, if there is one and it has not ended yet.
    pub fn find(&self, user: &str, now: u64) -> Option<Arc<Session>> {
        let session = self.by_user.get(user)?;
        if session.ends > now && session.starts <= now && !session.revoked {
            Some(Arc::clone(session))
        } else {
            None
        }
    }
}

/// One session.
pub struct Session {
    starts: u64,
    ends: u64,
    revoked: bool,
}
";

#[test]
fn a_file_that_the_user_formatted_their_own_way_is_no_conflict() {
    for settings in [
        "hard_tabs = true\n",
        "max_width = 60\n",
        "hard_tabs = true\nmax_width = 70\nuse_small_heuristics = \"Max\"\n",
        "tab_spaces = 2\nnewline_style = \"Windows\"\n",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rustfmt.toml"), settings).unwrap();
        let home = camino::Utf8Path::from_path(folder.path()).unwrap().to_owned();
        let rustfmt = cargo_clerk_sessions::rustfmt::Rustfmt::of(home, "2021".to_owned());
        let rustfmt = |text: &str| rustfmt.one(text);
        let line = "if session.ends > now && session.starts <= now && !session.revoked {";
        let theirs = PLAIN.replace(line, &line.replace("ends > now", "ends > now + 5"));
        let mine = "let session = self.by_user.get(user)?;";
        let ours = rustfmt(&PLAIN.replace(mine, &format!("// Mine.\n        {mine}"))).unwrap();
        assert!(merged(PLAIN, &ours, &theirs, Conflict::Abort).conflicts > 0, "{settings}");
        let result = merge_file(Some(PLAIN), Some(&ours), Some(&theirs), Conflict::Abort, Some(&rustfmt));
        let text = result.text.unwrap();
        assert_eq!((result.outcome, result.conflicts), (Outcome::Merged, 0), "{settings}:\n{text}");
        assert!(text.contains("// Mine.") && text.contains("now + 5"), "{settings}:\n{text}");
        assert_eq!(rustfmt(&text).unwrap(), text, "{settings}: the result is as rustfmt has it");
    }
}

#[test]
fn edits_by_hand_end_as_a_reviewer_would_end_them() {
    let theirs = PLAIN.replace("session.ends > now", "session.ends > now + 5");
    let edit = |old: &str, new: &str| {
        assert!(PLAIN.contains(old));
        let result = merged(PLAIN, &PLAIN.replace(old, new), &theirs, Conflict::Abort);
        (result.outcome, result.text.unwrap())
    };
    for (name, old, new) in [
        ("far", "    revoked: bool,", "    revoked: bool,\n    mine: u8,"),
        ("near", "        } else {\n            None", "        } else {\n            // Mine.\n            None"),
    ] {
        let (outcome, text) = edit(old, new);
        assert_eq!((outcome, text), (Outcome::Merged, theirs.replace(old, new)), "{name}");
    }
    let unended = edit("    revoked: bool,\n}\n", "    revoked: bool,\n}");
    assert_eq!(unended, (Outcome::Updated, theirs.trim_end().to_owned()), "no final newline");
    // A block that the user moved to the end.
    let (start, end) = (PLAIN.find("/// Sessions by").unwrap(), PLAIN.find("impl Sessions").unwrap());
    let moved = |text: &str| format!("{}{}\n{}", &text[..start], &text[end..], text[start..end].trim_end()) + "\n";
    let result = merged(PLAIN, &moved(PLAIN), &theirs, Conflict::Abort);
    assert_eq!((result.outcome, result.text.unwrap()), (Outcome::Merged, moved(&theirs)));
    // On the same line, and on the line beside it.
    for (old, new) in [
        ("session.ends > now", "session.ends >= now"),
        ("            Some(Arc::clone(session))", "            // Mine.\n            Some(Arc::clone(session))"),
    ] {
        let (outcome, text) = edit(old, new);
        assert_eq!((outcome, text), (Outcome::Conflicted, PLAIN.replace(old, new)));
    }
}
