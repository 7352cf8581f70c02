//! Every text that a blueprint renders, under every combination of answers, is as rustfmt has it.

use std::io::Write;
use std::process::{Command, Stdio};

use support::blueprints::{TEXTS, all, plain, texts, with_files};

/// Another name of a crate changes the order of imports.
#[test]
fn every_text_is_rustfmt_clean_where_a_crate_has_another_name() {
    let mut faults = Vec::new();
    for blueprint in all() {
        for name in blueprint.dependencies.iter().map(|one| one.krate.as_str()) {
            let ident = format!("«crates.{}»", name.replace('-', "_"));
            let naming = with_files(&blueprint, |text| text.contains(&ident));
            let texts = texts(&naming, &blueprint.framework.versions[0], "2021", &plain(), &[name]);
            faults.extend(texts.iter().filter_map(|(id, text)| fault(id, text, "2021")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_text_is_rustfmt_clean() {
    let check = |part: &[(String, String)]| {
        let of = |(id, text): &(String, String)| {
            ["2018", "2021", "2024"].map(|edition| fault(id, text, edition)).into_iter().flatten().collect::<Vec<_>>()
        };
        part.iter().flat_map(of).collect::<Vec<String>>()
    };
    let (one, other) = TEXTS.split_at(TEXTS.len() / 2);
    let faults = std::thread::scope(|scope| {
        let first = scope.spawn(|| check(one));
        let mut faults = check(other);
        faults.extend(first.join().unwrap());
        faults
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What rustfmt would change.
fn fault(id: &str, text: &str, edition: &str) -> Option<String> {
    let formatted = rustfmt(text, edition);
    let diff = || similar::TextDiff::from_lines(text, &formatted).unified_diff().to_string();
    (formatted != text).then(|| format!("{id}, edition {edition}:\n{}", diff()))
}

fn rustfmt(text: &str, edition: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new("rustfmt")
        .current_dir(folder.path())
        .args(["--edition", edition, "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
