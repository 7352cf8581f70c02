//! The frameworks, and how one table of cases runs on every one of them.

use crate::{Project, repository};

/// A framework as hosts have it.
pub struct Framework {
    /// As `--framework` and the folders of the hosts name it.
    pub name: &'static str,
    /// The crate.
    pub krate: &'static str,
    /// The supported versions, as requirements, the newest first.
    pub versions: &'static [&'static str],
    /// An expression that is an application without routes.
    pub app: &'static str,
}

/// All of them.
pub const ALL: [Framework; 3] = [
    Framework { name: "axum", krate: "axum", versions: &["0.8", "0.7"], app: "axum::Router::<()>::new()" },
    Framework { name: "actix", krate: "actix-web", versions: &["4"], app: "actix_web::App::new()" },
    Framework { name: "rocket", krate: "rocket", versions: &["0.5"], app: "rocket::build()" },
];

/// Runs a case on one framework after the other, or on those that `FRAMEWORKS` names. What fails names its thread, and so
/// the framework.
pub fn on_each(case: impl Fn(&'static str) + Sync) {
    let names = ALL.map(|framework| framework.name);
    let wanted = std::env::var("FRAMEWORKS").unwrap_or_else(|_| names.join(","));
    let wanted: Vec<&str> = wanted.split(',').collect();
    let chosen: Vec<&'static str> = names.into_iter().filter(|framework| wanted.contains(framework)).collect();
    assert!(!chosen.is_empty(), "`FRAMEWORKS` is {wanted:?}");
    for framework in chosen {
        let named = std::thread::Builder::new().name(framework.to_owned());
        let result = std::thread::scope(|scope| named.spawn_scoped(scope, || case(framework)).unwrap().join());
        assert!(result.is_ok(), "failed on {framework}");
    }
}

/// A copy of a host with the module in it. What is a framework's own stands in `on/<framework>` and goes over the rest. The
/// hosts of rules have the tests of `tests/inside`, too.
pub fn patched(folder: &str, framework: &str) -> Project {
    let source = repository().join("tests/hosts").join(folder);
    let project = Project::copy(&source);
    if project.exists("on") {
        for (path, bytes) in crate::tree(&source.join("on").join(framework)) {
            project.write(&path, std::str::from_utf8(&bytes).unwrap());
        }
        std::fs::remove_dir_all(project.path().join("on")).unwrap();
    }
    project.commit();
    // One that the log of the probes speaks of at their start.
    let loosened: &[&str] = if folder == "probes" { &["--set", "leeway=6"] } else { &[] };
    project.run(&[&["init", "--yes", "--profile", "prod"], loosened].concat()).expect(0);
    if ["properties", "conformance"].contains(&folder) {
        inside(&project, framework);
    }
    project
}

/// Puts our tests that need what only the module itself can see beside its own.
fn inside(project: &Project, framework: &str) {
    let source = repository().join("tests/inside");
    let ours = crate::tree(&source).into_iter().filter(|(path, _)| !path.contains('/'));
    let mut tests = project.read("src/clerk/tests/mod.rs");
    for (path, bytes) in ours.chain(crate::tree(&source.join("on").join(framework))) {
        project.write(&format!("src/clerk/tests/{path}"), std::str::from_utf8(&bytes).unwrap());
        tests += &format!("\nmod {};\n", path.trim_end_matches(".rs"));
    }
    project.write("src/clerk/tests/mod.rs", &tests);
}
