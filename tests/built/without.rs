//! The tool without what its features bring.

use std::process::Command;

use support::{hosts, repository};

/// It builds, and the commands that were left out name the feature.
#[test]
fn commands_that_were_left_out_say_so() {
    for command in ["local", "token"] {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--no-default-features", "--", command])
            .current_dir(repository())
            .env("CARGO_TARGET_DIR", hosts::target())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("`{command}` is not in this build")) && said.contains("`--features local`"),
            "{said}"
        );
    }
}
