//! The property tests of the generated module, and rules that they and the host beside them hold.

use crate::hosts::cargo;
use crate::support::{Project, repository};

/// A copy of a host with the module in it.
pub(crate) fn patched(folder: &str) -> Project {
    let project = Project::copy(&repository().join("tests/hosts").join(folder));
    project.commit();
    project.run(&["init", "--yes", "--profile", "prod"]).expect(0);
    project
}

#[test]
fn hostile_bytes_break_nothing() {
    let said = cargo(
        &patched("properties"),
        &["test", "--quiet", "--", "properties::", "refresh::", "rules::", "--format", "pretty"],
        &[],
    );
    for name in ["properties::no_token_that_was_changed_is_accepted", "rules::four_keys_of_one_name_are_tried"] {
        assert!(said.contains(&format!("{name} ... ok")), "{said}");
    }
}
