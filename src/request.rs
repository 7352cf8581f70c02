//! What a run is asked for in one package: everything that was read and answered, and nothing that is open.

use camino::Utf8Path;

use crate::blueprint::{Blueprint, Dependency};
use crate::inspect::{Host, Snapshot};
use crate::settings::Resolved;

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
    /// What had been answered when a run wrote last, where one did.
    pub previous: Option<Resolved>,
    /// The origins of the team's own frontends, where they were asked for.
    pub origins: Vec<String>,
}

impl Request<'_> {
    /// The crates that the code needs under these answers.
    pub fn dependencies(&self) -> impl Iterator<Item = &Dependency> + Clone {
        self.blueprint.dependencies.iter().filter(|one| self.answers.holds(self.blueprint, &one.when))
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
