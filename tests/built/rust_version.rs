//! The lowest Rust version that a host needs: what the blueprints say, held against every crate that they add.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use support::frameworks::{ALL, Framework};
use support::{Project, repository};

/// A version such as `1.85` or `1.71.1`, for comparison.
fn number(version: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

fn stated(framework: &str) -> String {
    let facts = std::fs::read_to_string(repository().join(format!("blueprints/{framework}/blueprint.toml"))).unwrap();
    let line = facts.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap();
    line.trim_matches('"').to_owned()
}

/// A host of that Rust version, for which cargo chooses crates that it can compile.
fn host(framework: &Framework, version: &str) -> Project {
    let dependency = format!("{} = {:?}", framework.krate, framework.versions[0]);
    let manifest = format!(
        "[package]\nname = \"host\"\nversion = \"0.1.0\"\nedition = \"2021\"\nresolver = \"3\"\nrust-version = \"{version}\"\n\n\
         [dependencies]\n{dependency}\n"
    );
    let main = format!("fn main() {{\n    let _ = {};\n}}\n", framework.app);
    Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", &main)])
}

/// Every package that the host has because of ours, with its declared Rust version.
fn added(project: &Project, before: &[String]) -> BTreeMap<String, String> {
    let metadata = metadata(project);
    let packages = metadata["packages"].as_array().unwrap();
    let new = packages.iter().filter(|package| !before.contains(&package["id"].as_str().unwrap().to_owned()));
    let declared = new.filter_map(|package| {
        Some((format!("{} {}", package["name"], package["version"]), package["rust_version"].as_str()?.to_owned()))
    });
    declared.collect()
}

fn ids(project: &Project) -> Vec<String> {
    let metadata = metadata(project);
    metadata["packages"].as_array().unwrap().iter().map(|package| package["id"].as_str().unwrap().to_owned()).collect()
}

fn metadata(project: &Project) -> Value {
    let output = Command::new(env!("CARGO"))
        .current_dir(project.path())
        .args(["metadata", "--format-version", "1"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn no_crate_that_is_added_needs_a_newer_one() {
    for framework in ALL {
        let version = stated(framework.name);
        let project = host(&framework, &version);
        let before = ids(&project);
        project.commit();
        project.run(&["init", "--yes"]).expect(0);
        let added = added(&project, &before);
        assert!(added.len() > 10, "{}: only {added:?}", framework.name);
        for (package, needed) in added {
            assert!(
                number(&needed) <= number(&version),
                "{}: {package} needs {needed}, we state {version}",
                framework.name
            );
        }
    }
}

#[test]
fn a_host_of_an_older_version_is_refused_with_both_named() {
    let project = host(&ALL[0], "1.84");
    let said = project.run(&["init", "--yes"]).expect(4).stderr();
    assert!(said.contains("1.84") && said.contains(&stated(ALL[0].name)), "{said}");
}
