//! Random edits on both sides of real files, beside `git merge-file`.

use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use cargo_clerk_sessions::change::Outcome;
use cargo_clerk_sessions::merge::{Conflict, Merged, has_markers, merge_file};
use fastrand::Rng;
use support::{Project, tree};

/// The generated files, without the few that are too short to be edited twice.
static ORIGINALS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let files = tree(&project.path().join("src/clerk")).into_values();
    let texts = files.map(|bytes| String::from_utf8(bytes).unwrap());
    let originals: Vec<String> = texts.filter(|text| text.lines().count() > 30).collect();
    assert!(originals.len() > 10);
    originals
});

/// A text with a few random edits of whole lines; every line it adds is marked with `who` and a number.
fn edited(random: &mut Rng, text: &str, who: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for edit in 0..random.usize(1..5) {
        let at = random.usize(..lines.len());
        let until = (at + random.usize(1..4)).min(lines.len());
        let new = |count: usize| (0..count).map(|line| format!("// {who} {edit}.{line}")).collect::<Vec<_>>();
        let range = match random.u8(..4) {
            0 => at..at,
            1 => at..until,
            2 => {
                lines.drain(at..until);
                continue;
            }
            _ => {
                // What is there already, once more: the case that is hard for a diff.
                let copy = lines[at..until].to_vec();
                let to = random.usize(..=lines.len());
                lines.splice(to..to, copy);
                continue;
            }
        };
        lines.splice(range, new(random.usize(1..4)));
    }
    lines.join("\n") + "\n"
}

fn merged(base: &str, ours: &str, theirs: &str, conflict: Conflict) -> Merged {
    merge_file(Some(base), Some(ours), Some(theirs), conflict, None)
}

/// The result of git, and whether it is clean.
fn by_git(folder: &std::path::Path, base: &str, ours: &str, theirs: &str) -> (String, bool) {
    for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
        fs::write(folder.join(name), text).unwrap();
    }
    let output =
        Command::new("git").current_dir(folder).args(["merge-file", "-p", "ours", "base", "theirs"]).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

/// Two random edits of one of the originals, told apart from Rust by their first line where `rust` is false: then it does
/// not matter that a random edit breaks the syntax.
fn scenario(random: &mut Rng) -> (String, String, String) {
    let base = &ORIGINALS[random.usize(..ORIGINALS.len())];
    let texts = [base.clone(), edited(random, base, "mine"), edited(random, base, "theirs")];
    let [base, ours, theirs] = texts.map(|text| format!("Not Rust, so that syntax does not matter.\n\n{text}"));
    (base, ours, theirs)
}

#[test]
fn where_git_is_clean_too_the_results_are_equal() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Rng::with_seed(5);
    let (mut both, mut ours_only, mut git_only) = (0, 0, 0);
    for case in 0..400 {
        let (base, ours, theirs) = scenario(&mut random);
        let own = merged(&base, &ours, &theirs, Conflict::Abort);
        let (text, clean) = by_git(folder.path(), &base, &ours, &theirs);
        match (own.conflicts == 0, clean) {
            (true, true) => {
                both += 1;
                assert_eq!(own.text.unwrap(), text, "case {case}");
            }
            (true, false) => ours_only += 1,
            (false, true) => git_only += 1,
            (false, false) => {}
        }
    }
    println!("both clean: {both}, only ours: {ours_only}, only git: {git_only}");
    assert!(both > 200, "{both}");
    assert!(git_only <= both / 20, "git merges {git_only} cleanly that we do not");
}

#[test]
fn no_line_that_the_user_added_is_lost() {
    let mut random = Rng::with_seed(6);
    let mut conflicts = 0;
    for case in 0..300 {
        let (base, ours, theirs) = scenario(&mut random);
        let result = merged(&base, &ours, &theirs, Conflict::Markers);
        let text = result.text.unwrap();
        assert_eq!(has_markers(&text), result.conflicts > 0, "case {case}");
        conflicts += usize::from(result.conflicts > 0);
        for line in ours.lines().filter(|line| line.starts_with("// mine")) {
            assert!(text.lines().any(|found| found == line), "case {case}: {line}");
        }
        let kept = merged(&base, &ours, &theirs, Conflict::Abort);
        if kept.outcome == Outcome::Conflicted {
            assert_eq!(kept.text.as_deref(), Some(ours.as_str()), "case {case}: an aborted merge writes nothing");
        }
    }
    assert!(conflicts > 20, "{conflicts}");
}

#[test]
fn the_next_update_has_nothing_to_do() {
    let mut random = Rng::with_seed(7);
    for case in 0..150 {
        let (base, ours, theirs) = scenario(&mut random);
        for conflict in [Conflict::Ours, Conflict::Theirs] {
            let first = merged(&base, &ours, &theirs, conflict).text.unwrap();
            let again = merged(&theirs, &first, &theirs, Conflict::Abort);
            assert_eq!(again.text.as_deref(), Some(first.as_str()), "case {case}");
            assert!(matches!(again.outcome, Outcome::Kept | Outcome::Unchanged), "case {case}");
        }
    }
}

#[test]
fn line_endings_and_mark_change_nothing_else() {
    let mut random = Rng::with_seed(8);
    let dressed = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    for case in 0..100 {
        let (base, ours, theirs) = scenario(&mut random);
        for conflict in [Conflict::Markers, Conflict::Theirs] {
            let plain = merged(&base, &ours, &theirs, conflict);
            let windows = merged(&base, &dressed(&ours), &theirs, conflict);
            assert_eq!(windows.text.unwrap(), dressed(&plain.text.unwrap()), "case {case}");
            assert_eq!(windows.conflicts, plain.conflicts, "case {case}");
        }
    }
}

/// Here the texts are Rust: whole functions are added, and comments and blank lines stand anywhere.
#[test]
fn what_is_written_without_markers_is_rust() {
    let base: String =
        (0..12).map(|item| format!("/// Item {item}.\nfn item_{item}() {{\n    work();\n}}\n\n")).collect();
    let mut random = Rng::with_seed(9);
    for case in 0..150 {
        let [ours, theirs] = ["mine", "theirs"].map(|who| {
            loop {
                let text = edited(&mut random, &base, who);
                if syn::parse_file(&text).is_ok() {
                    break text;
                }
            }
        });
        for conflict in [Conflict::Abort, Conflict::Ours, Conflict::Theirs] {
            let result = merged(&base, &ours, &theirs, conflict);
            let text = result.text.unwrap();
            assert!(syn::parse_file(&text).is_ok(), "case {case}, {conflict:?}:\n{text}");
        }
    }
}
