//! A real host: patched by the program, compiled without a warning, tested, started and asked over HTTP.

use std::path::PathBuf;

use support::hosts::{cargo, target};
use support::http::{Server, ask, start};
use support::{Project, repository, tokens};

use crate::{neighbours, questions};

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

    /// Asks one that `local` starts.
    pub(crate) fn ask_beside_local(&self) {
        #[cfg(all(feature = "local", unix))]
        crate::beside_local::all(&self.path());
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
    suffix_of(&tokens::publishable("live"))
}

pub(crate) fn suffix_of(key: &str) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    BASE64_URL_SAFE.encode(hash)[..8].to_owned()
}
