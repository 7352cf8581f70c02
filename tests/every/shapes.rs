//! Every shape of a project among the golden ones.

use std::fs;

use support::{Project, repository};

#[test]
fn a_second_init_changes_nothing_and_remove_restores_every_byte_of_every_shape() {
    let cases = repository().join("tests/cases");
    let mut tried = 0;
    for case in fs::read_dir(cases).unwrap().map(|case| case.unwrap().path()) {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("shape_") {
            continue;
        }
        let project = Project::copy(&case.join("in"));
        project.commit();
        let before = project.tree();
        let arguments = fs::read_to_string(case.join("args")).unwrap();
        let mut arguments: Vec<&str> =
            arguments.split_whitespace().filter(|word| !matches!(*word, "--dry-run" | "--wire")).collect();
        arguments.push("--wire");
        project.run(&arguments).expect(0);
        let once = project.tree();
        assert!(once != before, "{name}");
        arguments.push("--allow-dirty");
        project.run(&arguments).expect(0);
        assert!(project.tree() == once, "{name}: a second run changes something");
        let manifest = arguments.windows(2).filter(|pair| pair[0] == "--manifest-path").flatten();
        let manifest: Vec<&str> = manifest.copied().collect();
        project.run(&[&["remove", "--yes", "--quiet"], manifest.as_slice()].concat()).expect(0);
        let after = project.tree();
        let differing: Vec<_> =
            before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
        assert!(differing.is_empty(), "{name}: {differing:?}");
        tried += 1;
    }
    assert!(tried > 15, "only {tried} shapes");
}
