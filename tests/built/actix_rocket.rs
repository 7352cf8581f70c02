//! Real hosts on Actix Web and Rocket, held to the same tables as those on Axum.

use std::process::Command;

use support::frameworks::patched;
use support::hosts::cargo;

use crate::host::{Host, SESSIONS};

#[test]
fn an_actix_web_4_crate() {
    let host = Host {
        folder: "actix_4",
        package: "",
        program: "errands",
        init: &[],
        edits: &[SESSIONS, &[("src/live.rs", "live(request", "live(session: crate::clerk::Session, request")]].concat(),
    };
    let project = host.build();
    assert!(project.read("src/main.rs").contains(".app_data(clerk::data())"));
    host.ask_everything();
    host.ask_beside_local();
    host.ask_without_configuration();
}

#[test]
fn a_rocket_0_5_crate_with_a_catcher_for_everything() {
    let host = Host {
        folder: "rocket_0_5",
        package: "",
        program: "letters",
        init: &[],
        edits: &[
            SESSIONS,
            &[
                ("src/main.rs", "fn change()", "fn change(session: clerk::Session)"),
                ("src/live.rs", "live(socket", "live(session: crate::clerk::Session, socket"),
            ],
        ]
        .concat(),
    };
    let project = host.build();
    assert!(project.read("src/main.rs").contains(".attach(clerk::fairing())"));
    host.ask_everything();
    host.ask_beside_local();
    let mut command = Command::new(host.path());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLERK_")) {
        command.env_remove(name);
    }
    let output = command.env("LETTERS_LOG", "critical").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("fairing"), "it launches without a configuration: {said}");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(log.contains("clerk sessions are misconfigured"), "Rocket's own log does not say why: {log}");
}

/// The apps of this host are asked by its own tests, each over HTTP.
#[test]
fn rocket_catches_what_it_likes_and_handlers_answer_by_themselves() {
    let project = patched("catchers", "rocket");
    let said = cargo(&project, &["test", "--quiet", "asked::", "--", "--format", "pretty"], &[]);
    for name in ["a_refusal_is_the_same_whoever_catches_it", "what_a_handler_answers_is_its_own"] {
        assert!(said.contains(&format!("{name} ... ok")), "{said}");
    }
}
