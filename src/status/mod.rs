//! How a package stands that has the module: what it is set to, whether it is wired, what its program needs, and what is
//! left to do. Nothing in it is the value of a variable.

mod report;
mod start;
mod variables;

use camino::{Utf8Path, Utf8PathBuf};

use crate::check::{Kind, Place, Report, calls};
use crate::inspect::{EnvFile, naming_word};
use crate::patch::ManualStep;
use crate::plan::module_dir;
use crate::propose::Proposal;
use crate::record::Record;
use crate::request::Request;
use crate::settings::{is_looser, plain};
use crate::tree::Tree;
pub use report::{human, json};
pub use start::{Stop, stop};
pub use variables::{State, Unread, Variable, variables};

/// How one package stands. Paths start at the root of version control, where there is one.
#[derive(Debug, Clone)]
pub struct Status {
    /// The package's name.
    pub package: String,
    /// The framework's name, as `--framework` takes it, and as people call it, with its version.
    pub framework: (String, String),
    /// The module's folder.
    pub module: Utf8PathBuf,
    /// The generated default among the profiles.
    pub profile: String,
    /// The settings that differ from the profile.
    pub settings: Vec<Differing>,
    /// What `check` says.
    pub check: Report,
    /// Where the module is wired.
    pub wired: Vec<Place>,
    /// Where it could be, where it is not.
    pub steps: Vec<ManualStep>,
    /// Where the line goes, in words.
    pub place: String,
    /// Where the program stops at start on bad configuration. None where the framework sees to that.
    pub start: Option<Vec<Place>>,
    /// What stops it, for the `main` that is there.
    pub stop: Option<Stop>,
    /// What the program reads.
    pub variables: Vec<Variable>,
    /// The `.env` files that were not read.
    pub unread: Vec<Unread>,
    /// Whether the module's own tests are there.
    pub own_tests: bool,
    /// Where the team's tests name `TestIssuer`.
    pub tests: Vec<Place>,
}

/// A setting with another value than the profile has for these callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Its name.
    pub name: String,
    /// Its value, as `--set` takes it.
    pub value: String,
    /// The profile's.
    pub usual: String,
    /// Whether it is less strict.
    pub looser: bool,
}

/// Works out how a package stands. `sources` are the user's, by path below the package; `environment` answers variables of
/// the environment.
pub fn status(
    request: &Request,
    proposal: &Proposal,
    check: Report,
    sources: &Tree,
    environment: &dyn Fn(&str) -> Option<String>,
    files: &[EnvFile],
) -> Status {
    let Request { snapshot, blueprint, host, answers, module, .. } = request;
    let prefix = proposal.prefix.join(&snapshot.dir);
    let at = |place: Place| Place { path: prefix.join(place.path), ..place };
    let last = module.rsplit("::").next().unwrap_or(module);
    let called = |functions: &[String]| -> Vec<Place> {
        calls(sources.iter(), last, &snapshot.package.name, functions).into_iter().map(at).collect()
    };
    let (variables, unread) = variables(request, environment, files);
    Status {
        package: snapshot.package.name.clone(),
        framework: (host.name.clone(), format!("{} {}", host.title, host.version.as_deref().unwrap_or(""))),
        module: proposal.prefix.join(module_dir(snapshot, &answers.module)),
        profile: answers.profile.clone(),
        settings: differing(request),
        check,
        wired: called(&blueprint.wiring.functions()),
        steps: proposal.steps.iter().map(|step| below(step, &proposal.prefix)).collect(),
        place: blueprint.wiring.place_among(&snapshot.package.crates).to_owned(),
        start: blueprint.wiring.start_function().map(|function| called(&[function])),
        stop: stop(request, proposal).map(|stop| below_root(stop, &proposal.prefix)),
        variables,
        unread,
        own_tests: has_own_tests(snapshot.record.as_ref()),
        tests: naming_word(sources, "TestIssuer").into_iter().map(|(path, line)| at(Place { path, line })).collect(),
    }
}

fn below_root(stop: Stop, prefix: &Utf8Path) -> Stop {
    Stop { main: stop.main.map(|(path, line)| (prefix.join(path), line)), ..stop }
}

fn below(step: &ManualStep, prefix: &Utf8Path) -> ManualStep {
    let place = step.place.as_ref().map(|(path, line)| (prefix.join(path), *line));
    ManualStep { place, ..step.clone() }
}

/// Whether the module's own tests are in the record, and were not deleted.
fn has_own_tests(record: Option<&Record>) -> bool {
    let tests = record.and_then(|record| record.by_id().remove("module/tests/mod.rs").cloned());
    tests.is_some_and(|tests| !tests.deleted)
}

/// The settings whose values are not the profile's.
fn differing(Request { blueprint, answers, .. }: &Request) -> Vec<Differing> {
    let set = blueprint.settings.iter().filter_map(|setting| Some((setting, answers.set.get(&setting.name)?)));
    let set = set.map(|(setting, value)| (setting, value, answers.usual(setting, &answers.profile)));
    let differing = set.filter(|(_, value, usual)| *value != usual);
    let differing = differing.map(|(setting, value, usual)| Differing {
        name: setting.name.clone(),
        value: plain(setting, value),
        usual: plain(setting, &usual),
        looser: is_looser(setting, value, &usual),
    });
    differing.collect()
}

impl Status {
    /// What is left to do, in sentences.
    pub fn left(&self) -> Vec<String> {
        let findings = self.check.findings.iter().filter(|finding| finding.kind.fails());
        let mut left: Vec<String> = findings
            .map(|finding| {
                let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
                format!("`{}{line}` {}", finding.path, finding.message)
            })
            .collect();
        if self.wired.is_empty() {
            left.extend(self.steps.iter().map(|step| match &step.place {
                Some((path, line)) => format!("wire it at `{path}:{line}`, {}: `{}`", self.place, step.text),
                None => format!("wire it, {}: `{}`", self.place, step.text),
            }));
        }
        let stop = self.stop.as_ref().filter(|_| self.start.as_ref().is_some_and(Vec::is_empty));
        left.extend(stop.map(|Stop { main, lines }| {
            let place = main.as_ref().map_or_else(String::new, |(path, line)| format!(" (`{path}:{line}`)"));
            let line = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
            format!("stop at start on bad configuration, first of all in `main`{place}: `{line}`")
        }));
        left.extend(self.variables.iter().filter_map(Variable::left));
        if self.tests.is_empty() {
            left.push(format!(
                "test your handlers with `TestIssuer`: the head of `{}/testing.rs` says how",
                self.module
            ));
        }
        left
    }

    /// The command that brings it further.
    pub fn next(&self) -> &'static str {
        let worst = self.check.findings.iter().map(|finding| finding.kind).filter(|kind| kind.fails()).min();
        match worst {
            Some(Kind::SecurityOutdated | Kind::Outdated | Kind::Changed) => "cargo clerk-sessions update",
            None if self.variables.iter().any(|variable| variable.left().is_some()) && cfg!(feature = "local") => {
                "cargo clerk-sessions local -- cargo run"
            }
            _ => "cargo clerk-sessions check",
        }
    }
}
