//! What people get wrong, and what they then read: it names the cause, and what to do.

use serde_json::Value;

use support::http::Answer;
use support::{Project, tokens};

use crate::app::{App, Local, Variables};
use crate::team::Team;

/// The line that wires the module, with its place, as long as it is forgotten: `status` says so, and `check` tells of it.
pub(crate) fn forgotten(project: &Project, team: &Team) -> Vec<String> {
    let read = |arguments: &[&str]| -> Value {
        let ran = project.run(&[arguments, &["--package", team.package, "--format", "json"]].concat()).expect(0);
        serde_json::from_str(&ran.stdout()).unwrap()
    };
    let status = read(&["status"]);
    let steps = status["wiring"]["steps"].as_array().unwrap().iter();
    let steps: Vec<String> = steps
        .filter_map(|step| Some(format!("{}:{} {}", step["file"].as_str()?, step["line"], step["text"])))
        .collect();
    assert_eq!(read(&["check"]).to_string().contains("not-wired"), !steps.is_empty(), "{steps:?}");
    steps
}

/// A mistake, the request with its headers, and the status and the reason that come of it.
type Case = (&'static str, (&'static str, &'static str), Vec<(&'static str, String)>, u16, &'static str);

/// Requests that are refused: the caller reads no reason but in development, and there the header has it.
pub(crate) fn of_callers(team: &Team, project: &Project, local: &Local, app: &App) {
    let token = |flags: &[&str]| local.bearer(project, flags);
    let good = token(&["--org", "example"]);
    let cases: [Case; 6] = [
        ("no token", team.me, vec![], 401, "session-token-missing"),
        ("expired", team.me, vec![token(&["--bad", "expired"])], 401, "token-expired"),
        ("of another party", team.me, vec![token(&["--bad", "wrong-party"])], 401, "token-invalid-authorized-parties"),
        ("malformed", team.me, vec![("authorization", "Bearer a.b".to_owned())], 401, "token-invalid"),
        ("twice", team.me, vec![good.clone(), good], 401, "credential-malformed"),
        (
            "of a member",
            team.guarded,
            vec![token(&["--org", "example", "--user", "member@example.com"])],
            403,
            "role-missing",
        ),
    ];
    for (name, request, headers, status, reason) in cases {
        let answer = app.ask(request, &headers);
        assert_eq!(answer.status, status, "{name}: {answer:?}\n{}", app.said());
        is_told(name, &answer, reason);
    }
}

fn is_told(name: &str, answer: &Answer, reason: &str) {
    let told = answer.headers.get("x-clerk-auth-reason").map(String::as_str);
    assert_eq!(told, Some(reason), "{name}");
}

/// What keeps a program from starting, and what it then says: the cause, and the cure.
pub(crate) fn of_operators(team: &Team, project: &Project, local: &Local, here: &Variables) {
    let live = production();
    let cases: [(&str, Variables, &[&str]); 4] = [
        ("no variable", vec![], &["set `CLERK_PUBLISHABLE_KEY`"]),
        (
            "a test key in production",
            without(here, "CLERK_SESSION_PROFILE"),
            &["test instance", "`CLERK_SESSION_PROFILE"],
        ),
        (
            "a secret key",
            with(&live, "CLERK_PUBLISHABLE_KEY", "sk_live_0123456789abcdef"),
            &["looks like a secret key", "rotate"],
        ),
        (
            "a party with a slash",
            with(&live, "CLERK_AUTHORIZED_PARTIES", "https://app.example.com/"),
            &["`https://app.example.com/`", "remove the slash at the end"],
        ),
    ];
    for (name, variables, words) in cases {
        let Err(said) = App::start(&team.program(), &variables) else { panic!("{name}: it starts") };
        for word in words {
            assert!(said.contains(word), "{name}: nothing says {word}:\n{said}");
        }
        assert!(!said.contains("sk_live_"), "{name}: a secret is in the log:\n{said}");
    }
    unreachable(team, project, local, here);
}

/// Keys that cannot be had are the operator's matter: 503, and the log says of which host.
fn unreachable(team: &Team, project: &Project, local: &Local, here: &Variables) {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let variables = with(here, "CLERK_JWKS_URL", &format!("http://{closed}/.well-known/jwks.json"));
    let app = App::start(&team.program(), &variables).unwrap();
    let answer = app.ask(team.me, &[local.bearer(project, &[])]);
    assert_eq!(answer.status, 503, "{answer:?}");
    is_told("keys unreachable", &answer, "jwk-remote-failed-to-load");
    if team.subscribes {
        // The fetch ends on a thread of its own, perhaps after the answer.
        app.says("no keys could be fetched from 127.0.0.1");
    }
}

/// What a program with live keys needs.
pub(crate) fn production() -> Variables {
    let variables = [
        ("CLERK_JWT_KEY", tokens::pem()),
        ("CLERK_PUBLISHABLE_KEY", tokens::publishable("live")),
        ("CLERK_AUTHORIZED_PARTIES", tokens::PARTY.to_owned()),
    ];
    variables.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

fn without(variables: &Variables, name: &str) -> Variables {
    variables.iter().filter(|(known, _)| known != name).cloned().collect()
}

fn with(variables: &Variables, name: &str, value: &str) -> Variables {
    let mut changed = without(variables, name);
    changed.push((name.to_owned(), value.to_owned()));
    changed
}
