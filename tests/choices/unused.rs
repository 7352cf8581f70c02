//! Nothing in the generated module is unused. What keeps a host's lints quiet is taken out of it here, and the module is
//! the public face of a library: whatever cannot be reached from there is a warning.

use support::Project;
use support::frameworks::ALL;
use support::hosts::cargo;

/// In the tests of a library nothing is reachable from outside, so that only unused imports count there.
const LINTS: &str = "//! A library.\n#![deny(warnings, missing_docs, unused, unreachable_pub)]\n\
                     #![cfg_attr(test, allow(dead_code, unreachable_pub))]\n";

#[test]
fn nothing_in_the_module_is_unused() {
    let mut packages = Vec::new();
    for framework in ALL {
        let (newest, oldest) = (framework.versions[0], framework.versions[framework.versions.len() - 1]);
        for (keys, version) in [("jwks", newest), ("pem", oldest)] {
            let dependency = format!("{} = {version:?}", framework.krate);
            packages.push((format!("unused_{}_{keys}", framework.name), dependency, framework.app, keys));
        }
    }
    let members: Vec<String> = packages.iter().map(|(name, ..)| format!("{name:?}")).collect();
    let manifest = format!("[workspace]\nresolver = \"2\"\nmembers = [{}]\n", members.join(", "));
    let project = Project::bare(&[("Cargo.toml", &manifest)]);
    for (name, dependency, app, _) in &packages {
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n{dependency}\n"
        );
        project.write(&format!("{name}/Cargo.toml"), &manifest);
        let source = format!("{LINTS}\n/// Starts.\npub fn start() {{\n    let _ = {app};\n}}\n");
        project.write(&format!("{name}/src/lib.rs"), &source);
    }
    project.commit();
    for (name, _, _, keys) in &packages {
        project.run(&["init", "--yes", "-p", name, "--set", &format!("keys={keys}")]).expect(0);
        let path = format!("{name}/src/clerk/mod.rs");
        project.write(&path, &without_allowances(&project.read(&path)));
    }
    cargo(&project, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]);
}

/// The module's face without what it allows.
fn without_allowances(text: &str) -> String {
    let start = text.find("#![allow(").unwrap();
    let end = start + text[start..].find(")]\n").unwrap() + ")]\n".len();
    text[..start].to_owned() + &text[end..]
}
