//! The hour of each team: an application that is there, `init`, every step to the letter, and everything that follows.

use std::fs;
use std::path::PathBuf;

use support::hosts::{cargo, target};
use support::{Project, repository};

use crate::app::{App, Local, Variables};
use crate::teams::{COURIER, LEDGER, PLANNER};
use crate::{mistakes, page, screens, steps};

/// A team, its application, and what it does by itself.
pub(crate) struct Team {
    /// As its folder in `tests/hosts` and its screens are named.
    pub(crate) name: &'static str,
    /// The package that serves.
    pub(crate) package: &'static str,
    /// Its crate root.
    pub(crate) root: &'static str,
    /// Words of a question, and the keys that answer it; the others have good defaults.
    pub(crate) answers: &'static [(&'static str, &'static str)],
    /// Where browsers come from.
    pub(crate) origin: Option<&'static str>,
    /// Whether the application has a subscriber of `tracing`.
    pub(crate) subscribes: bool,
    /// How one asks who one is.
    pub(crate) me: (&'static str, &'static str),
    /// A request that the role `org:admin` may make.
    pub(crate) guarded: (&'static str, &'static str),
    /// How the team asks for that role in its own code: a file, a text in it, and what takes its place.
    pub(crate) edits: &'static [(&'static str, &'static str, &'static str)],
    /// Tests that were there, and those that are written with `TestIssuer`.
    pub(crate) tests: &'static [&'static str],
}

#[test]
fn an_axum_workspace_with_a_single_page_app() {
    hour(&PLANNER);
}

#[test]
fn an_actix_api_with_organizations() {
    hour(&LEDGER);
}

#[test]
fn a_rocket_api_for_native_apps() {
    hour(&COURIER);
}

impl Team {
    /// The application as it was before.
    pub(crate) fn project(&self) -> Project {
        let project = Project::copy(&self.folder());
        let later = project.path().join("later");
        fs::remove_dir_all(later).unwrap();
        project.commit();
        project
    }

    fn folder(&self) -> PathBuf {
        repository().join("tests/hosts").join(self.name)
    }

    pub(crate) fn program(&self) -> PathBuf {
        target().join("debug").join(self.package)
    }

    /// What the team writes by itself: the new tests, and a role for what not everybody may do.
    fn goes_on(&self, project: &Project) {
        for (path, text) in support::tree(&self.folder().join("later")) {
            project.write(&path, std::str::from_utf8(&text).unwrap());
        }
        for (path, before, after) in self.edits {
            let text = project.read(path);
            assert!(text.contains(before), "`{before}` is not in {path}:\n{text}");
            project.write(path, &text.replacen(before, after, 1));
        }
    }
}

fn hour(team: &Team) {
    let project = team.project();
    let steps = steps::read(&screens::init(&project, team, 100).text);
    let forgotten = mistakes::forgotten(&project, team);
    assert!(forgotten.iter().any(|line| line.contains("clerk::")), "nothing says what is forgotten: {forgotten:?}");
    let done = steps::carry_out(&project, &steps);
    assert!(done.committed, "nobody is told to commit: {steps:?}");
    assert_eq!(mistakes::forgotten(&project, team), Vec::<String>::new());
    team.goes_on(&project);
    page::paste(&project, team);
    let local = Local::start(&project, team.origin);
    let variables = here(&done.variables, &local.variables);
    // As in a shell that has them, since a step said so: without a configuration, Rocket's fairing stops a launch in tests, too.
    let exported: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    let said = cargo(&project, &["test", "--package", team.package, "--", "--format", "pretty"], &exported);
    for name in team.tests {
        assert!(said.lines().any(|line| line.contains(&format!("{name} ... ok"))), "`{name}` did not pass:\n{said}");
    }
    project.run(&["check", "--package", team.package]).expect(0);
    let app = App::start(&team.program(), &variables).unwrap_or_else(|said| panic!("it does not start:\n{said}"));
    let good = local.bearer(&project, &["--org", "example"]);
    let answer = app.ask(team.me, &[good]);
    assert_eq!((answer.status, answer.body.as_str()), (200, "signed in as user_owner"), "{}", app.said());
    preflight(team, &app);
    mistakes::of_callers(team, &project, &local, &app);
    mistakes::of_operators(team, &project, &local, &variables);
}

/// The variables that the steps name, with the values of the local Clerk, and those by which it says where it is.
fn here(named: &steps::Variables, local: &Variables) -> Variables {
    let value = |name: &str| local.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    for (name, _) in &named.everywhere {
        assert!(value(name).is_some(), "the local Clerk has no `{name}`: {local:?}");
    }
    for (name, wanted) in &named.here {
        assert_eq!(value(name).as_ref(), Some(wanted), "`{name}`");
    }
    assert!(!named.here.is_empty(), "nothing is said of one's own machine");
    local.iter().filter(|(name, _)| name.starts_with("CLERK_")).cloned().collect()
}

/// A browser may ask with a token, and reads a refusal.
fn preflight(team: &Team, app: &App) {
    let Some(origin) = team.origin else { return };
    let origin = ("origin", origin.to_owned());
    let asked = [("access-control-request-method", "GET"), ("access-control-request-headers", "authorization")];
    let mut headers = vec![origin.clone()];
    headers.extend(asked.map(|(name, value)| (name, value.to_owned())));
    let answer = app.ask(("OPTIONS", team.me.1), &headers);
    assert!(answer.status < 300, "{answer:?}");
    assert!(answer.headers["access-control-allow-headers"].to_lowercase().contains("authorization"), "{answer:?}");
    let refused = app.ask(team.me, &[origin]);
    assert_eq!(refused.status, 401);
    assert!(refused.headers.contains_key("access-control-allow-origin"), "{refused:?}");
}
