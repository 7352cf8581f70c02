//! The frameworks, and how one table of cases runs on every one of them.

use crate::{Project, repository};

/// As `--framework` and the folders of the hosts name them.
const ALL: [&str; 3] = ["axum", "actix", "rocket"];

/// Runs a case on one framework after the other, or on those that `FRAMEWORKS` names. What fails names its thread, and so
/// the framework.
pub fn on_each(case: impl Fn(&'static str) + Sync) {
    let wanted = std::env::var("FRAMEWORKS").unwrap_or_else(|_| ALL.join(","));
    let wanted: Vec<&str> = wanted.split(',').collect();
    let chosen: Vec<&'static str> = ALL.into_iter().filter(|framework| wanted.contains(framework)).collect();
    assert!(!chosen.is_empty(), "`FRAMEWORKS` is {wanted:?}");
    for framework in chosen {
        let named = std::thread::Builder::new().name(framework.to_owned());
        let result = std::thread::scope(|scope| named.spawn_scoped(scope, || case(framework)).unwrap().join());
        assert!(result.is_ok(), "failed on {framework}");
    }
}

/// A copy of a host with the module in it. What is a framework's own stands in `on/<framework>` and goes over the rest.
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
    project.run(&["init", "--yes", "--profile", "prod"]).expect(0);
    project
}
