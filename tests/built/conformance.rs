//! The generated module held against the vectors: every case agrees with the oracle, or stands in the table of deviations.

use support::frameworks::{on_each, patched};
use support::hosts::cargo;
use support::repository;

#[test]
fn every_vector_is_decided_as_recorded() {
    let vectors = repository().join("tests/vectors");
    on_each(|framework| {
        let project = patched("conformance", framework);
        let arguments = ["test", "--quiet", "conformance", "--", "--nocapture"];
        let said = cargo(&project, &arguments, &[("CLERK_VECTORS", vectors.to_str().unwrap())]);
        for file in ["verify_token", "authenticate_request", "org_claims", "has", "publishable_keys", "security"] {
            let cases = said.lines().filter(|line| line.contains(&format!("{file}.json"))).count();
            assert!(cases >= 9, "only {cases} cases of {file} were run:\n{said}");
        }
    });
}
