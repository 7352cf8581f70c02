//! Rules about the repository.

use std::fs;

use crate::support::{repository, tree};

fn text(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

/// Every source file, by path below `src`.
fn sources() -> Vec<(String, String)> {
    let files = tree(&repository().join("src"));
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn data_flows_one_way() {
    let map = text("src/lib.rs");
    let order: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 15);
    for (path, source) in sources() {
        let own = path.split(['/', '.']).next().unwrap();
        let Some(place) = order.iter().position(|module| *module == own) else { continue };
        for below in &order[place + 1..] {
            assert!(!source.contains(&format!("crate::{below}::")), "src/{path} uses `{below}`, which stands below it");
        }
    }
}

#[test]
fn every_module_is_on_the_map_and_says_what_it_is_for() {
    let map = text("src/lib.rs");
    for (path, source) in sources() {
        assert!(source.starts_with("//!"), "src/{path} does not say what it is for");
        if let Some(module) = path.strip_suffix(".rs").filter(|module| !module.contains('/')) {
            let listed = matches!(module, "lib" | "main" | "build") || map.contains(&format!("pub mod {module};"));
            assert!(listed, "src/{path} is not on the map");
        }
    }
}

#[test]
fn every_test_file_is_listed() {
    let list = text("tests/it/main.rs");
    for path in tree(&repository().join("tests/it")).into_keys() {
        let module = path.strip_suffix(".rs").unwrap_or("main");
        assert!(
            path.contains('/') || module == "main" || list.contains(&format!("mod {module};")),
            "tests/it/{path} is not listed"
        );
    }
}

#[test]
fn files_keep_one_job() {
    for (path, source) in sources() {
        let lines = source.lines().count();
        assert!(lines <= 500, "src/{path} has {lines} lines");
    }
}

#[test]
fn the_changelog_has_this_version_once() {
    let heading = format!("## [{}]", env!("CARGO_PKG_VERSION"));
    assert_eq!(text("CHANGELOG.md").matches(&heading).count(), 1);
}

#[test]
fn nothing_names_a_machine_or_holds_a_key() {
    let words = ["/wo".to_owned() + "rk/", "/ro".to_owned() + "ot/", "PRIVATE".to_owned() + " KEY-----"];
    for folder in ["src", "blueprints", "tests/it", "tests/cases", "tests/hosts"] {
        for (path, bytes) in tree(&repository().join(folder)) {
            let text = String::from_utf8_lossy(&bytes);
            for word in &words {
                assert!(!text.contains(word.as_str()), "{folder}/{path} has `{word}`");
            }
        }
    }
}
