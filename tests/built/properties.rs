//! The property tests of the generated module, and rules that they and the host beside them hold.

use support::frameworks::patched;
use support::hosts::cargo;

#[test]
fn hostile_bytes_break_nothing() {
    let said = cargo(&patched("properties", "axum"), &["test", "--quiet", "--", "--format", "pretty"], &[]);
    for name in [
        "properties::no_token_that_was_changed_is_accepted",
        "rules::four_keys_of_one_name_are_tried",
        "outages::one_failed_fetch_keeps_no_removed_key",
        "clerk::tests::tokens::the_header_is_checked",
    ] {
        assert!(said.contains(&format!("{name} ... ok")), "{said}");
    }
}
