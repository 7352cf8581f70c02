//! `init`: inspect, ask, show the diff, confirm, apply.

use super::carry_out::carry_out;
use super::changeset::Changeset;
use super::prompt::{asking, prompt};
use super::rehearse::rehearse;
use super::request::{Flags, request};
use super::{closing, conflicts, packages};
use crate::ask::{self, AskError};
use crate::blueprint::Blueprint;
use crate::cli::{Common, Init};
use crate::error::Error;
use crate::inspect::{self, Package, Project};
use crate::merge::Conflict;
use crate::propose::propose_all;
use crate::settings;
use crate::terminal::Terminal;

/// Runs `init`. On a project that has a record it is an update with new answers.
pub fn run(flags: &Init, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    init(flags, common, &project, &blueprints, terminal)
}

/// Runs it on a project that was read.
pub(super) fn init(
    flags: &Init,
    common: &Common,
    project: &Project,
    blueprints: &[Blueprint],
    terminal: Terminal,
) -> Result<u8, Error> {
    let mut prompt = prompt(&flags.write);
    packages::heal(project, &flags.write, &mut prompt, terminal)?;
    if common.package.is_none() {
        let fits = |package: &Package| ask::fits(package, blueprints);
        ask::one_copy(project, &inspect::holders(project), fits).map_err(AskError::from)?;
    }
    let package = packages::with_framework(project, common, blueprints, &mut prompt)?;
    let confirms = !flags.write.dry_run;
    let given = Flags { set: answers(flags), first: true, yes: flags.write.yes, confirms, ..Flags::default() };
    if prompt.is_some() {
        rehearse(&given, &flags.write, project, std::slice::from_ref(&package), blueprints)?;
    }
    let mut requests = [request(&given, project, &package, blueprints, &mut prompt)?];
    let proposals = propose_all(&mut requests, Conflict::Abort)?;
    conflicts::refuse(&requests, &proposals, &given.set, (false, flags.write.format), terminal)?;
    let closing = closing::of(&requests, &proposals);
    let changeset = Changeset::of(project, &requests, &proposals, false);
    let done = carry_out(&changeset, &flags.write, common, asking(&mut prompt), terminal)?;
    closing::say(&closing, done, flags.write.format, terminal);
    if !proposals[0].writes() {
        let name = settings::FILE;
        terminal
            .note(&format!("to change an answer, edit `{name}` and run `update`, or pass `--set <setting>=<value>`"));
    }
    Ok(0)
}

/// The answers that the flags give, in the words of `--set`: those that have flags of their own count more.
fn answers(flags: &Init) -> Vec<String> {
    let framework = flags.framework.clone();
    let profile = flags.profile.map(|profile| profile.name().to_owned());
    let wire = if flags.wire { Some("true") } else { flags.no_wire.then_some("false") };
    let named = [
        ("framework", framework),
        ("module", flags.module.clone()),
        ("root", flags.root.clone()),
        ("profile", profile),
        ("wire", wire.map(str::to_owned)),
        ("origins", (!flags.origin.is_empty()).then(|| flags.origin.join(","))),
    ];
    let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    flags.set.iter().cloned().chain(named).collect()
}
