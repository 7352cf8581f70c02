//! Real hosts on Actix Web and Rocket, held to the same tables as those on Axum.

use crate::hosts::{Host, SESSIONS};

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
}
