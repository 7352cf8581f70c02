//! A covering set of choices: every two of them meet in at least one package, and each package compiles without a warning
//! under the lints of a strict team and passes the module's tests.
//!
//! All of them are members of one workspace, so that what they share is compiled once.

use std::fmt::Write as _;

use support::Project;
use support::frameworks::{ALL, Framework};
use support::hosts::cargo;

/// A framework in one of its versions.
const FRAMEWORKS: &[&str] = &["axum 0.8", "axum 0.7", "actix-web 4", "rocket 0.5"];

/// What can be chosen, by name, with the choices.
const CHOICES: [(&str, &[&str]); 7] = [
    ("framework", FRAMEWORKS),
    ("edition", &["2018", "2021", "2024"]),
    ("profile", &["dev", "prod", "high-security"]),
    ("keys", &["jwks", "pem"]),
    ("callers", &["browser", "native,backend"]),
    ("module", &["clerk", "sessions"]),
    ("root", &["src/main.rs", "src/lib.rs"]),
];

/// The index of a choice for each of [`CHOICES`].
type Row = [usize; CHOICES.len()];

/// Rows in which every two choices meet, each row the one of many that adds the most.
fn covering() -> Vec<Row> {
    let mut open: Vec<(usize, usize, usize, usize)> = Vec::new();
    for one in 0..CHOICES.len() {
        for other in one + 1..CHOICES.len() {
            let choices = |which: usize| 0..CHOICES[which].1.len();
            open.extend(choices(one).flat_map(|first| choices(other).map(move |second| (one, first, other, second))));
        }
    }
    let meets = |row: &Row, pair: &(usize, usize, usize, usize)| row[pair.0] == pair.1 && row[pair.2] == pair.3;
    let mut rows = Vec::new();
    while !open.is_empty() {
        let gain = |row: &Row| open.iter().filter(|pair| meets(row, pair)).count();
        let best = every_row().max_by_key(gain).unwrap();
        open.retain(|pair| !meets(&best, pair));
        rows.push(best);
    }
    rows
}

fn every_row() -> impl Iterator<Item = Row> {
    let count: usize = CHOICES.iter().map(|(_, choices)| choices.len()).product();
    (0..count).map(|number| {
        let mut rest = number;
        CHOICES.map(|(_, choices)| {
            let index = rest % choices.len();
            rest /= choices.len();
            index
        })
    })
}

fn chosen(row: &Row, name: &str) -> &'static str {
    let which = CHOICES.iter().position(|(known, _)| *known == name).unwrap();
    CHOICES[which].1[row[which]]
}

/// A package that uses the framework and nothing of ours yet.
fn write(project: &Project, name: &str, row: &Row) {
    let (krate, version) = chosen(row, "framework").split_once(' ').unwrap();
    let edition = chosen(row, "edition");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[dependencies]\n{krate} = \"{version}\"\n"
    );
    project.write(&format!("{name}/Cargo.toml"), &manifest);
    let lints = "//! A package of a strict team.\n#![deny(warnings, missing_docs, unused, unused_qualifications)]\n\
                 #![deny(clippy::unwrap_used, clippy::expect_used, clippy::pedantic)]\n";
    let app = ALL.iter().find(|framework| framework.krate == krate).unwrap().app;
    let source = if chosen(row, "root") == "src/lib.rs" {
        format!("{lints}\n/// Starts.\npub fn start() {{\n    let _ = {app};\n}}\n")
    } else {
        format!("{lints}\nfn main() {{\n    let _ = {app};\n}}\n")
    };
    project.write(&format!("{name}/{}", chosen(row, "root")), &source);
}

#[test]
fn every_two_choices_meet_and_compile_without_a_warning() {
    let rows = covering();
    let mut manifest = String::from("[workspace]\nresolver = \"2\"\nmembers = [\n");
    for index in 0..rows.len() {
        let _ = writeln!(manifest, "    \"choice_{index}\",");
    }
    let project = Project::bare(&[("Cargo.toml", &(manifest + "]\n"))]);
    for (index, row) in rows.iter().enumerate() {
        write(&project, &format!("choice_{index}"), row);
    }
    project.commit();
    for (index, row) in rows.iter().enumerate() {
        let name = format!("choice_{index}");
        let sets = ["keys", "callers"].map(|setting| format!("{setting}={}", chosen(row, setting)));
        let (profile, module) = (chosen(row, "profile"), chosen(row, "module"));
        let arguments = [
            "init",
            "--yes",
            "-p",
            &name,
            "--profile",
            profile,
            "--module",
            module,
            "--set",
            &sets[0],
            "--set",
            &sets[1],
        ];
        project.run(&arguments).expect(0);
    }
    cargo(&project, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]);
    let ran = cargo(&project, &["test", "--quiet", "--workspace", "--no-fail-fast", "--", "--format", "pretty"], &[]);
    assert!(ran.matches("verifier::").count() > rows.len(), "the module's tests did not run:\n{ran}");
}

#[test]
fn every_version_of_a_framework_is_a_choice() {
    let versions = |framework: &Framework| {
        framework.versions.iter().map(|version| format!("{} {version}", framework.krate)).collect::<Vec<_>>()
    };
    assert_eq!(FRAMEWORKS, ALL.iter().flat_map(versions).collect::<Vec<_>>());
}

#[test]
fn the_set_covers_every_two_choices() {
    let rows = covering();
    assert!((12..=20).contains(&rows.len()), "{} rows", rows.len());
    for (one, (_, first)) in CHOICES.iter().enumerate() {
        for (other, (_, second)) in CHOICES.iter().enumerate().skip(one + 1) {
            for pair in (0..first.len()).flat_map(|a| (0..second.len()).map(move |b| (a, b))) {
                assert!(rows.iter().any(|row| (row[one], row[other]) == pair), "{one} {other} {pair:?}");
            }
        }
    }
}
