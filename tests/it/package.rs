//! The published crate holds everything that it needs.

use std::process::Command;

use support::{repository, tree};

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).current_dir(repository()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_blueprint_is_in_the_package() {
    let list = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    let listed: Vec<&str> = list.lines().collect();
    for path in tree(&repository().join("blueprints")).into_keys() {
        assert!(listed.contains(&format!("blueprints/{path}").as_str()), "{path} would not be published");
    }
    for path in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "src/build.rs", "Cargo.lock"] {
        assert!(listed.contains(&path), "{path} would not be published");
    }
    assert!(!listed.iter().any(|path| path.starts_with("tests/")));
}
