//! What a run is asked for in one package: everything that was read and answered, and nothing that is open.

use camino::{Utf8Path, Utf8PathBuf};

use crate::blueprint::{Blueprint, Dependency, Variable};
use crate::inspect::{Host, Snapshot};
use crate::settings::{Resolved, Value};

/// The variable that has the origins of the team's own frontends.
pub const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";

/// Everything that the pure middle works on.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// What was read.
    pub snapshot: Snapshot,
    /// What is offered.
    pub blueprint: &'a Blueprint,
    /// The framework as the host has it.
    pub host: Host,
    /// What was answered.
    pub answers: Resolved,
    /// The module as the crate root names it: `clerk`, or `auth::clerk` where the user moved it.
    pub module: String,
    /// The files and folders that are meant, absolute; none where all are.
    pub only: Vec<Utf8PathBuf>,
    /// What had been answered when a run wrote last, where one did.
    pub previous: Option<Resolved>,
}

impl Request<'_> {
    /// Whether a file below the snapshot's base is meant.
    pub fn takes(&self, path: &Utf8Path) -> bool {
        let path = self.snapshot.base.join(path);
        self.only.is_empty() || self.only.iter().any(|meant| path.starts_with(meant))
    }

    /// Whether a file below the snapshot's base is named, and not only a folder that it is in.
    pub fn names(&self, path: &Utf8Path) -> bool {
        self.only.contains(&self.snapshot.base.join(path))
    }

    /// The crates that the code needs under these answers.
    pub fn dependencies(&self) -> impl Iterator<Item = &Dependency> + Clone {
        self.blueprint.dependencies.iter().filter(|one| self.answers.holds(self.blueprint, &one.when))
    }

    /// The variables that the program does not start without, and that it did start without before.
    pub fn open_variables(&self) -> Vec<&Variable> {
        let required = |answers: &Resolved| {
            let all = self.blueprint.environment.iter();
            all.filter(|one| one.required && answers.holds(self.blueprint, &one.when)).collect::<Vec<_>>()
        };
        let known = self.previous.as_ref().map(required).unwrap_or_default();
        let is_new = |one: &&Variable| known.iter().all(|known| known.name != one.name);
        required(&self.answers).into_iter().filter(is_new).collect()
    }

    /// What a variable is to have: the origins that were asked for, else its placeholder.
    pub fn value_of(&self, variable: &Variable) -> String {
        let origins = self.origins();
        if variable.name == PARTIES && !origins.is_empty() { origins.join(",") } else { variable.placeholder.clone() }
    }

    /// The origins of the team's own frontends, as far as the settings have them.
    pub fn origins(&self) -> &[String] {
        match self.answers.set.get("origins") {
            Some(Value::Words(origins)) => origins,
            _ => &[],
        }
    }

    /// The wiring line as a source file would have it, or an inline module in it.
    pub fn call(&self, file: &Utf8Path, inline: bool) -> String {
        let path = self.snapshot.path_to_module(file, inline, &self.module);
        named(&self.blueprint.wiring.call, &path)
    }

    /// The wiring line in each form that a source file may have.
    pub fn calls(&self, file: &Utf8Path) -> [String; 2] {
        [false, true].map(|inline| self.call(file, inline))
    }
}

/// Replaces the module's name in a text of the facts.
pub fn named(text: &str, module: &str) -> String {
    text.replace("«module»", module)
}
