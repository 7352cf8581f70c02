//! Records of every format are read by this version, with nothing lost.

use std::collections::BTreeSet;
use std::fs;

use cargo_clerk_sessions::edit::manifest;
use cargo_clerk_sessions::record::{self, Generated, Inserted, Record, RecordError};

use support::repository;

fn golden(format: u32) -> (String, Record) {
    let path = repository().join(format!("tests/records/format-{format}.lock"));
    let text = fs::read_to_string(path).unwrap();
    let record = record::parse(&text).unwrap();
    (text, record)
}

#[test]
fn there_is_a_golden_of_every_format() {
    for format in 1..=record::FORMAT {
        assert_eq!(golden(format).1.format, format);
    }
}

#[test]
fn format_1_is_read_whole_and_written_alike() {
    let (text, record) = golden(1);
    assert_eq!((record.blueprint.name.as_str(), record.blueprint.version), ("axum", 1));
    assert_eq!(record.blueprint.folder.as_deref(), Some("team"));
    assert_eq!(record.root().unwrap(), "src/main.rs");
    assert_eq!(record.module_dir().unwrap(), "src/clerk");
    let files = record.by_id();
    assert!(files["module/denylist.rs"].moved && files["module/mod.rs"].pending.is_some());
    assert_eq!(record.of_manifests().filter(|one| one.in_workspace()).count(), 1);
    assert_eq!(
        kinds(&record),
        ["call", "dependency", "dependency-features", "feature", "feature-items", "module", "variable"]
    );
    assert_eq!(record::write(record.clone(), Some(&record)), text);
}

/// Each thing that is inserted says what it is.
fn kinds(record: &Record) -> Vec<&'static str> {
    let kind = |inserted: &Inserted| match inserted {
        Inserted::Module { .. } => "module",
        Inserted::Call(_) => "call",
        Inserted::Variable { .. } => "variable",
        Inserted::Manifest(manifest::Inserted::Dependency { .. }) => "dependency",
        Inserted::Manifest(manifest::Inserted::Feature { .. }) => "feature",
        Inserted::Manifest(manifest::Inserted::DependencyFeatures { .. }) => "dependency-features",
        Inserted::Manifest(manifest::Inserted::FeatureItems { .. }) => "feature-items",
    };
    let kinds: BTreeSet<&str> = record.patched.iter().flat_map(|file| file.inserted.iter().map(kind)).collect();
    kinds.into_iter().collect()
}

#[test]
fn the_order_of_a_record_is_stable() {
    let (text, mut record) = golden(1);
    record.generated.reverse();
    record.patched.reverse();
    assert_eq!(record::write(record.clone(), Some(&record)), text);
}

#[test]
fn line_endings_of_windows_do_no_harm() {
    let (text, record) = golden(1);
    assert_eq!(record::parse(&text.replace('\n', "\r\n")).unwrap(), record);
}

#[test]
fn every_damage_is_recognised() {
    let (text, _) = golden(1);
    let damaged = |text: &str| matches!(record::parse(text), Err(RecordError::Damaged { .. }));
    assert!(damaged(""));
    assert!(damaged(&text[..text.len() - 20]));
    assert!(damaged(&text.replacen("base = \"\"\"\n", "base = \"\"\"\n!", 1)));
    assert!(damaged(&text.replacen("base = \"\"\"\n", "base = \"\"\"\nä", 1)));
    assert!(damaged(&text.replacen("\nversion = 1\nsha256", "\nversion = 2\nsha256", 1)));
    assert!(damaged(&text.replace("path = \"src/clerk/mod.rs\"", "path = \"../../etc/passwd\"")));
    assert!(damaged(&text.replace("path = \"src/clerk/mod.rs\"", "path = \".git/config\"")));
    assert!(damaged(&text.replace("module/denylist.rs\"", "module/mod.rs\"")));
    assert!(damaged(&text.replace("tool = ", "colour = ")));
    assert!(damaged(&text.replace("kind = \"module\"", "kind = \"mod\"")));
    assert!(damaged(&text.replace("condition = ", "cfg = ")));
    assert!(damaged(&text.replace("workspace = true\ntable", "workspace = true\nshared = true\ntable")));
    let open = format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n");
    assert_eq!(record::parse(&open), Err(RecordError::Conflict));
    let newer = text.replace("format = 1", "format = 99");
    assert_eq!(record::parse(&newer), Err(RecordError::Newer { found: 99 }));
}

/// Cut anywhere, what is salvaged is true: each file that is kept has its exact text.
#[test]
fn what_is_salvaged_of_a_record_that_was_cut_is_true() {
    let (text, record) = golden(1);
    let mut salvaged = 0;
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let Some(left) = record::salvage(&text[..end]) else { continue };
        salvaged += 1;
        let known = |file: &Generated| record.generated.iter().any(|one| one.id == file.id && one.base == file.base);
        assert!(left.generated.iter().all(known), "cut at {end}");
        assert!(left.patched.iter().all(|file| record.patched.iter().any(|one| one.path == file.path)), "cut at {end}");
    }
    assert!(salvaged > text.len() / 2, "only {salvaged}");
}
