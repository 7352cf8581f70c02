//! `init`: inspect, ask, show the diff, confirm, apply.

use super::carry_out::{Done, carry_out};
use super::choose::{self, Given, asking};
use super::show::Scene;
use super::{packages, report, update};
use crate::blueprint::Blueprint;
use crate::cli::{Claims, Common, Init};
use crate::error::Error;
use crate::inspect::Project;
use crate::merge::Conflict;
use crate::settings::{self, Answers};
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
    let mut prompt = choose::prompt(&flags.write);
    packages::heal(project, &flags.write, &mut prompt, terminal)?;
    let package = packages::with_framework(project, common, blueprints, &mut prompt)?;
    let given =
        Given { set: &flags.set, direct: direct(flags)?, first: true, yes: flags.write.yes, ..Given::default() };
    let jobs = update::jobs(&given, project, &[package], blueprints, Conflict::Abort, &mut prompt)?;
    update::conflicted(&given, &jobs, false, flags.write.format, terminal)?;
    let scenes: Vec<Scene> = jobs.iter().map(|job| job.scene(false)).collect();
    let done = carry_out(&scenes, &flags.write, common, asking(&mut prompt), terminal)?;
    if done != Done::Nothing {
        for job in &jobs {
            report::left_to_do(job, done, flags.write.format, terminal);
        }
    }
    Ok(0)
}

/// The answers that have flags of their own.
fn direct(flags: &Init) -> Result<Answers, Error> {
    // The only shape so far, which needs no answer; another one will.
    let Claims::Default = flags.claims;
    Ok(Answers {
        framework: flags.framework.map(|framework| framework.name().to_owned()),
        module: flags.module.as_deref().map(settings::module_name).transpose()?,
        root: flags.root.clone(),
        profile: flags.profile.map(|profile| profile.name().to_owned()),
        wire: if flags.wire { Some(true) } else { flags.no_wire.then_some(false) },
        ..Answers::default()
    })
}
