//! Names and texts of a repository, as they are printed.
#![cfg(unix)]

use std::fs;

use cargo_clerk_sessions::change::Change;
use cargo_clerk_sessions::check::{Finding, Kind, Report, report};
use cargo_clerk_sessions::diff;
use cargo_clerk_sessions::escape::{self, acts};
use cargo_clerk_sessions::propose::Proposal;
use cargo_clerk_sessions::remark::Remark;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

/// Every character that does something.
fn acting() -> impl Iterator<Item = char> {
    let known = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}').chain(['\u{61c}', '\u{200e}', '\u{200f}']);
    known.chain('\u{2028}'..='\u{202e}').chain('\u{2066}'..='\u{2069}')
}

/// Fails where a text would do something but end its lines, or have tabs.
#[track_caller]
fn stands(text: &str) {
    let found = text.chars().find(|c| acts(*c) && !"\n\t".contains(*c));
    assert!(found.is_none(), "{found:?} in {text}");
}

#[test]
fn every_character_that_acts_is_written_in_letters() {
    assert_eq!(acting().count(), 79);
    assert!(acting().all(acts));
    for c in acting() {
        let name = format!("a{c}b");
        stands(&escape::shown(&name));
        assert!(!escape::shown(&name).contains('\n'));
        assert!(!escape::line(&name).contains(acts));
        let text = escape::text(&name);
        assert_eq!(text == name, c == '\n' || c == '\t', "{c:?}");
        let document = serde_json::json!({ &name: [&name] }).to_string();
        let printed = escape::json(&document);
        assert!(!printed.contains(acts), "{c:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap()[&name][0], name.as_str());
    }
    let plain = "Grüße, 世界 👩\u{200d}💻 `a` \\ \"b\" 'c' {d} :: ## [e]";
    assert_eq!((escape::text(plain), escape::line(plain)), (plain.to_owned(), plain.to_owned()));
    assert_eq!(escape::text("a\r\nb\rc\r\n"), "a\r\nb\\rc\r\n");
    assert_eq!(escape::shown("a`b"), "a\\u{60}b");
}

#[test]
fn a_log_takes_no_orders() {
    for order in [
        "::error::a",
        "  ::stop-commands::b",
        "\t::add-mask::c",
        "a ##[error]b",
        "##[add-matcher]x",
        "\u{2003}::debug::d",
    ] {
        let log = escape::log(&format!("error: a\n{order}\nb\n"));
        assert!(log.lines().all(|line| !line.trim_start().starts_with("::") && !line.contains("##[")), "{log}");
        assert_eq!(log.lines().count(), 3);
    }
    assert_eq!(escape::log("a::b\n  use x::y;\n# c\n"), "a::b\n  use x::y;\n# c\n");
}

/// Each output with each of the characters in every place that a repository fills.
#[test]
fn every_output_escapes_what_it_must() {
    for c in acting().chain(['`', '|', '<', '*', '@', '%']) {
        let name = format!("a{c}b/c{c}::d.rs");
        let finding = Finding { kind: Kind::Missing, path: name.clone().into(), line: None, message: format!("x{c}y") };
        let report = Report { package: format!("p{c}"), findings: vec![finding], ..Report::default() };
        let annotations = report::github(&report, true);
        assert_eq!(annotations.lines().count(), 1, "{annotations}");
        stands(&annotations);
        let human = escape::log(&report::human(&report, report::Notes::Listed));
        stands(&human);
        assert!(human.lines().all(|line| !line.trim_start().starts_with("::")), "{human}");
        for document in [report::json(std::slice::from_ref(&report), false), report::sarif(&[report], true)] {
            assert!(!escape::json(&document).contains(|found: char| acts(found) && found != '\n'));
        }
        let change = Change::new(name.as_str(), Some("a\n".to_owned()), Some(format!("a{c}b\n")));
        let words = [format!("half `{c}"), format!("{c}")].map(|note| Remark::LeftToHost { note });
        let edited = Remark::KeptEdited { path: name.as_str().into(), generated: false };
        let remarks = std::iter::once(edited).chain(words).collect();
        let proposal = Proposal { changes: vec![change], remarks, ..Proposal::default() };
        let markdown = escape::text(&diff::markdown(&proposal, "".into()));
        assert!(!markdown.contains(|found: char| acts(found) && !"\n\t".contains(found)), "{c:?}: {markdown}");
        assert_eq!(diff::stat(&proposal.changes, "".into()).lines().count(), 2);
        stands(&diff::stat(&proposal.changes, "".into()));
        let patch = diff::patch(&proposal.changes, "".into());
        let head: Vec<&str> = patch.split_inclusive('\n').take_while(|line| !line.starts_with("@@")).collect();
        assert_eq!(head.len(), 3, "{patch}");
        stands(&head.concat());
    }
}

#[test]
fn a_remark_is_no_markup() {
    for name in ["x` <img src=y> `z", "[a](https://example.com)", "@everyone", "<!-- a", "**b**", "a`", "# c", "~~d~~"]
    {
        let edited = Remark::KeptEdited { path: name.into(), generated: false };
        for remark in [edited, Remark::LeftToHost { note: name.to_owned() }] {
            let proposal = Proposal {
                changes: vec![Change::new("a", None, Some(String::new()))],
                remarks: vec![remark.clone()],
                ..Proposal::default()
            };
            let text = diff::markdown(&proposal, "".into());
            let line = text.lines().find(|line| line.starts_with("- ")).unwrap();
            // Without what is code, every mark of Markdown has a backslash before it.
            let outside: String = line.split('`').step_by(2).collect();
            let marks = outside.char_indices().filter(|(_, c)| "*_[]<>|~#&!@".contains(*c));
            assert!(marks.into_iter().all(|(at, _)| outside[..at].ends_with('\\')), "{remark}: {line}");
        }
    }
}

/// A package in a folder of this name, with a record and a generated file that is gone.
fn checked(folder: &str) -> Project {
    let path = |name: &str| format!("{folder}/{name}");
    let project = Project::new(&[(&path("Cargo.toml"), AXUM_MANIFEST), (&path("src/main.rs"), AXUM_MAIN)]);
    project.run_in(folder, &["init", "--yes"]).expect(0);
    fs::remove_file(project.path().join(path("src/clerk/verify/cache.rs"))).unwrap();
    project
}

/// Runs what names files in each format.
#[test]
fn names_forge_nothing_wherever_they_are_printed() {
    let folder = "a\n::error title=forged::b\u{1b}]52;c;aGk=\u{7}\u{9b}31m\u{202e}\n## c\r`d";
    let project = checked(folder);
    project.write(&format!("{folder}/src/main.rs"), &format!("{AXUM_MAIN}// mine\n"));
    for arguments in [
        &["check"][..],
        &["check", "--format", "github"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["update", "--yes", "--dry-run", "--format", "stat", "--set", "wire=true"],
        &["update", "--yes", "--dry-run", "--format", "markdown", "--set", "wire=true"],
        &["update", "--yes", "--dry-run", "--format", "json", "--set", "wire=true"],
        &["update", "--yes", "--set", "wire=true"],
        &["update", "--yes", "--allow-dirty", "--set", "module=auth", "--format", "stat"],
        &["remove", "--yes", "--dry-run", "--format", "markdown"],
        &["remove", "--yes", "--allow-dirty", "--format", "stat"],
        &["undo", "--yes", "--format", "stat"],
        &["init", "--yes", "--manifest-path", "none\n::error::x"],
    ] {
        let ran = project.run_in(folder, arguments);
        for text in [ran.stdout(), ran.stderr()] {
            stands(&text);
            let forged = text.lines().find(|line| line.trim_start().starts_with("::error title=forged"));
            assert!(forged.is_none(), "{arguments:?}: {text}");
        }
    }
}

/// A patch is for `git apply`, so its bytes stay in a file or a pipe; where it is coloured, a person reads it.
#[test]
fn a_patch_keeps_its_bytes_unless_a_person_reads_it() {
    let manifest = AXUM_MANIFEST.replace("[dependencies]", "# a\u{202e}b\u{9b}\n[dependencies]");
    let project = Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", AXUM_MAIN)]);
    let dry = ["init", "--yes", "--dry-run"];
    assert!(project.run(&dry).expect(0).stdout().contains("# a\u{202e}b\u{9b}\n"));
    let read = project.run(&[&dry[..], &["--color", "always"]].concat()).expect(0).stdout();
    assert!(read.contains("# a\\u{202e}b\\u{9b}"), "{read}");
    let mut session = rexpect::session::spawn_command(
        {
            let mut command = project.command(support::program());
            command.args(dry).env("NO_COLOR", "1");
            command
        },
        Some(60_000),
    )
    .unwrap();
    let read = session.exp_eof().unwrap();
    assert!(read.contains("# a\\u{202e}b\\u{9b}"), "{read}");
}

/// Cargo colours and quotes where it is told to.
#[test]
fn what_other_programs_say_quotes_nothing_and_obeys_nothing() {
    let project = Project::axum();
    project.write("Cargo.toml", &format!("{AXUM_MANIFEST}password hunter2\n"));
    let arguments = ["init", "--yes", "--color", "never"];
    let said = project.run_with(&arguments, &[("CARGO_TERM_COLOR", "always")]).expect(4).stderr();
    assert!(said.contains("Cargo.toml:9:10") && !said.contains("hunter2"), "{said}");
    stands(&said);
    let project = Project::axum();
    project.write("Cargo.toml", "[package]\nname = \"a\u{1b}[31m\n::error::x\"\n");
    let ran = project.run(&["init", "--yes"]).expect(4);
    stands(&ran.stderr());
    assert!(ran.stderr().lines().all(|line| !line.trim_start().starts_with("::")), "{}", ran.stderr());
}
