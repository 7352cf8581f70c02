//! Two services of one workspace and one copy of the module, in a library: each uses it by the two lines that `init` prints.

use serde_json::json;

use support::hosts::{cargo, target};
use support::{Project, repository, tokens};

use crate::app::App;
use crate::mistakes::production;

/// A service: its folder, and its handler before and after.
struct Service {
    name: &'static str,
    before: &'static str,
    after: &'static str,
    answer: &'static str,
}

const SERVICES: [Service; 2] = [
    Service {
        name: "api",
        before: "me(State(Trips(count)): State<Trips>) -> String {\n    format!(\"{count} trips of nobody\")",
        after: "me(session: Session, State(Trips(count)): State<Trips>) -> String {\n    \
                format!(\"{count} trips of {}\", session.user_id())",
        answer: "3 trips of user_one",
    },
    Service {
        name: "admin",
        before: "me(State(seen): State<Seen>) -> String {\n    let mut seen = seen.lock().unwrap();\n    \
                 seen.push(\"nobody\".to_owned());",
        after: "me(session: Session, State(seen): State<Seen>) -> String {\n    let mut seen = seen.lock().unwrap();\n    \
                seen.push(session.user_id().to_owned());",
        answer: "user_one",
    },
];

#[test]
fn two_services_of_different_state_use_one_copy() {
    let project = Project::copy(&repository().join("tests/hosts/fleet"));
    project.commit();
    project.run(&["init", "--yes", "--package", "fleet-auth"]).expect(0);
    project.commit();
    for service in &SERVICES {
        uses(&project, service);
    }
    cargo(&project, &["build", "--quiet"], &[]);
    for service in &SERVICES {
        let program = target().join("debug").join(format!("fleet-{}", service.name));
        let app = App::start(&program, &production()).unwrap_or_else(|said| panic!("{}: {said}", service.name));
        let bearer = ("authorization", format!("Bearer {}", tokens::token(json!({}))));
        let answer = app.ask(("GET", "/me"), &[bearer]);
        assert_eq!((answer.status, answer.body.as_str()), (200, service.answer), "{}", service.name);
        assert_eq!(app.ask(("GET", "/me"), &[]).status, 401, "{}", service.name);
    }
}

/// Writes the two lines where the hint says.
fn uses(project: &Project, service: &Service) {
    let said = project.run_in(service.name, &["init", "--no-input"]).expect(4).stderr();
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let [dependency, import] = lines[..] else { panic!("there are no two lines: {said}") };
    let manifest = format!("{}/Cargo.toml", service.name);
    project.write(&manifest, &format!("{}{dependency}\n", project.read(&manifest)));
    let source = format!("{}/src/main.rs", service.name);
    let text = project.read(&source);
    assert!(text.contains(service.before), "{text}");
    project.write(&source, &format!("{import}\n{}", text.replace(service.before, service.after)));
}
