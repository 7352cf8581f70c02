//! Real hosts on Axum.

use support::hosts::cargo;
use support::{Project, repository};

use crate::host::{Host, SESSIONS, production, suffix};
use crate::questions;

const HANDLER: &str = "async fn me() -> String {\n    \"nobody\".to_owned()\n}";

#[test]
fn a_plain_axum_0_8_crate() {
    let host = Host {
        folder: "axum_08",
        package: "",
        program: "plain",
        init: &[],
        edits: &[SESSIONS, &[("src/live.rs", "live(upgrade", "live(session: crate::clerk::Session, upgrade")]].concat(),
    };
    host.build();
    host.ask_everything();
    host.ask_beside_local();
    host.ask_without_configuration();
}

#[test]
fn an_axum_0_7_crate_on_edition_2018_with_strict_lints() {
    let host = Host {
        folder: "axum_07_2018",
        package: "",
        program: "older",
        init: &["--set", "keys=pem"],
        edits: &[(
            "src/main.rs",
            HANDLER,
            "async fn me(session: clerk::Session) -> String {\n    session.user_id().to_owned()\n}",
        )],
    };
    host.build();
    questions::all(&host.start(&production()).address, &suffix());
}

#[test]
fn a_virtual_workspace_with_inherited_dependencies_and_crlf() {
    let host = Host {
        folder: "workspace_crlf",
        package: "server",
        program: "shop-server",
        init: &[],
        edits: &[(
            "server/src/routes.rs",
            HANDLER,
            "async fn me(session: crate::clerk::Session) -> String {\n    session.user_id().to_owned()\n}",
        )],
    };
    let project = host.build();
    for path in ["server/Cargo.toml", "server/src/lib.rs"] {
        let text = project.read(path);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{path} has mixed line ends");
    }
    let outside = cargo(&project, &["test", "--quiet", "--test", "sessions", "--", "--format", "pretty"], &[]);
    assert!(outside.contains("a_token_of_the_issuer_makes_a_session ... ok"), "{outside}");
    let program = std::fs::read(host.path()).unwrap();
    let holds = |text: &str| program.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(
        holds("session refused") && !holds("clerk.test.example"),
        "what is built to run has the issuer of test tokens"
    );
    assert!(
        project.read("server/Cargo.toml").contains("aws-lc-rs.workspace = true\r\n")
            || project.read("server/Cargo.toml").contains("aws-lc-rs = { workspace = true")
    );
    questions::all(&host.start(&production()).address, &suffix());
}

#[test]
fn a_crate_whose_names_are_taken() {
    let host = Host {
        folder: "taken",
        package: "",
        program: "taken",
        init: &["--module", "sessions"],
        edits: &[(
            "src/main.rs",
            HANDLER,
            "async fn me(session: sessions::Session) -> String {\n    session.user_id().to_owned()\n}",
        )],
    };
    let refused = Project::copy(&repository().join("tests/hosts/taken"));
    refused.commit();
    let before = refused.tree();
    let ran = refused.run(&["init", "--yes"]).expect(4);
    assert!(ran.stderr().contains("--module"), "{}", ran.stderr());
    assert!(refused.tree() == before);
    let project = host.build();
    assert!(project.read("Cargo.toml").contains("clerk_base64 = { package = \"base64\""));
    questions::all(&host.start(&production()).address, &suffix());
}
