//! Real hosts: patched by the program, compiled without a warning, tested, started and asked over HTTP.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::http::{Server, ask, start};
use crate::support::{Project, repository};
use crate::{neighbours, questions, tokens};

/// One host and the edit that is left to its user.
pub(crate) struct Host<'a> {
    pub(crate) folder: &'static str,
    /// The package's folder in it.
    pub(crate) package: &'static str,
    pub(crate) program: &'static str,
    pub(crate) init: &'static [&'static str],
    pub(crate) edits: &'a [Edit],
}

/// A file, a text in it, and what takes its place.
pub(crate) type Edit = (&'static str, &'static str, &'static str);

/// How the handlers of a host that also has `live.rs` come to take sessions.
pub(crate) const SESSIONS: &[Edit] = &[
    ("src/main.rs", "fn me()", "fn me(session: clerk::Session)"),
    ("src/main.rs", NOBODY, "session.user_id().to_owned()"),
    ("src/live.rs", "fn events()", "fn events(session: crate::clerk::Session)"),
    ("src/live.rs", NOBODY, "session.user_id().to_owned()"),
];

const NOBODY: &str = "\"nobody\".to_owned()";

const HANDLER: &str = "async fn me() -> String {\n    \"nobody\".to_owned()\n}";

/// One target folder, so that dependencies are compiled once.
pub(crate) fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hosts")
}

/// The folder of each package that was built in the shared target folder.
static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// A command of cargo on a host, in the shared target folder.
///
/// Cargo tells the packages in there apart by their names, wherever they lie, and takes what another of the same name
/// built for its own where that is newer than the sources. So two projects of one name are a fault of the tests.
pub(crate) fn cargo_in(project: &Project) -> Command {
    let manifest: toml::Table = project.read("Cargo.toml").parse().unwrap();
    let name = manifest.get("package").map(|package| package["name"].to_string());
    let often = name.as_ref().is_some_and(|name| name.contains("mutated-"));
    if let Some(name) = name {
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let first = built.entry(name.clone()).or_insert_with(|| project.path().to_owned()).clone();
        assert_eq!(first, project.path(), "two projects are named {name}");
    }
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project.path()).env("CARGO_TARGET_DIR", target()).env("CARGO_TERM_COLOR", "never");
    // What is kept to build a host faster a second time takes gigabytes in all, and most are built once.
    command.env("CARGO_INCREMENTAL", if often { "1" } else { "0" });
    command
}

/// Runs cargo on a patched host and hands out what it printed.
pub(crate) fn cargo(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = cargo_in(project);
    command.args(arguments).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}:\n{stdout}\n{stderr}");
    stdout.into_owned()
}

impl Host<'_> {
    /// Patches a copy, compiles it as it is, makes the user's edit, compiles and tests again, and starts it.
    pub(crate) fn build(&self) -> Project {
        let project = Project::copy(&repository().join("tests/hosts").join(self.folder));
        project.commit();
        let mut arguments = vec!["init", "--yes", "--wire"];
        arguments.extend(self.init);
        project.run_in(self.package, &arguments).expect(0);
        let patched = project.tree();
        project.run_in(self.package, &arguments).expect(0);
        assert!(project.tree() == patched, "a second run changes something");
        cargo(&project, &["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"], &[]);
        for (file, before, after) in self.edits {
            let text = project.read(file);
            let ends = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let edited = text.replace(&before.replace('\n', ends), &after.replace('\n', ends));
            assert_ne!(edited, text, "`{before}` is not in {file}");
            project.write(file, &edited);
        }
        cargo(&project, &["build", "--quiet"], &[]);
        let tests = cargo(&project, &["test", "--quiet", "--", "--format", "pretty"], &[]);
        assert!(tests.contains("verifier::"), "no test of the module ran:\n{tests}");
        project
    }

    /// Asks one that has `live.rs` all there is to ask.
    pub(crate) fn ask_everything(&self) {
        let server = self.start(&production());
        questions::all(&server.address, &suffix());
        neighbours::all(&server.address);
        questions::without_parties(&self.start(&development()).address);
    }

    /// Asks one that knows nothing of its Clerk instance: it runs, and guards what it should.
    pub(crate) fn ask_without_configuration(&self) {
        let server = self.start(&[]);
        assert_eq!(ask(&server.address, "GET", "/health", &[]).status, 200);
        assert_eq!(ask(&server.address, "POST", "/basket", &[]).status, 200);
        let answer = ask(&server.address, "GET", "/me", &[]);
        assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"error":"unavailable"}"#));
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    }

    pub(crate) fn path(&self) -> PathBuf {
        target().join("debug").join(self.program)
    }

    pub(crate) fn start(&self, variables: &[(&str, String)]) -> Server {
        start(&self.path(), variables)
    }
}

/// What a host with live keys needs.
pub(crate) fn production() -> Vec<(&'static str, String)> {
    vec![
        ("CLERK_JWT_KEY", tokens::pem()),
        ("CLERK_PUBLISHABLE_KEY", tokens::publishable("live")),
        ("CLERK_AUTHORIZED_PARTIES", tokens::PARTY.to_owned()),
    ]
}

/// What is enough to try a host out.
fn development() -> Vec<(&'static str, String)> {
    vec![
        ("CLERK_JWT_KEY", tokens::pem()),
        ("CLERK_PUBLISHABLE_KEY", tokens::publishable("test")),
        ("CLERK_SESSION_PROFILE", "dev".to_owned()),
    ]
}

/// The cookie suffix of the publishable key, computed as Clerk does.
pub(crate) fn suffix() -> String {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE;
    let key = tokens::publishable("live");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    BASE64_URL_SAFE.encode(hash)[..8].to_owned()
}

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
