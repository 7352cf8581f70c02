//! Real hosts on Actix Web and Rocket, held to the same table as those on Axum.

use crate::hosts::{HANDLER, Host, production, suffix};
use crate::questions;

#[test]
fn an_actix_web_4_crate() {
    let host = Host {
        folder: "actix_4",
        package: "",
        program: "errands",
        init: &[],
        edits: &[(
            "src/main.rs",
            HANDLER,
            "async fn me(session: clerk::Session) -> String {\n    session.user_id().to_owned()\n}",
        )],
    };
    let project = host.build();
    assert!(project.read("src/main.rs").contains(".app_data(clerk::data())"));
    questions::all(&host.start(&production()).address, &suffix());
}

#[test]
fn a_rocket_0_5_crate_with_a_catcher_for_everything() {
    let host = Host {
        folder: "rocket_0_5",
        package: "",
        program: "letters",
        init: &[],
        edits: &[
            (
                "src/main.rs",
                "fn me() -> String {\n    \"nobody\".to_owned()\n}",
                "fn me(session: clerk::Session) -> String {\n    session.user_id().to_owned()\n}",
            ),
            (
                "src/main.rs",
                "fn change() -> String {\n    \"nobody\".to_owned()\n}",
                "fn change(session: clerk::Session) -> String {\n    session.user_id().to_owned()\n}",
            ),
        ],
    };
    let project = host.build();
    assert!(project.read("src/main.rs").contains(".attach(clerk::fairing())"));
    questions::all(&host.start(&production()).address, &suffix());
}
