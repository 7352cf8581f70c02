//! `guide`: one page about a project as it is, printed, or kept as a generated file.

use super::packages;
use super::request::{Flags, requests};
use super::update;
use crate::cli::{Common, Guide, Update};
use crate::error::Error;
use crate::patch;
use crate::plan::plan;
use crate::render;
use crate::terminal::Terminal;

/// Runs `guide`. To keep the page is an update with one more answer.
pub fn run(flags: &Guide, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    if let Some(page) = &flags.keep {
        let (set, blueprints) = (vec![format!("guide={page}")], flags.blueprints.clone());
        let update = Update { set, blueprints, write: flags.write.clone(), ..Update::default() };
        return update::run(&update, common, terminal);
    }
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::interrupted(&project, terminal)?;
    let packages = packages::recorded(&project, common, false)?;
    for request in &requests(&Flags::defaults(), &project, &packages, &blueprints, &mut None)? {
        let manifests = patch::manifests(request, &plan(request))?;
        terminal.lines(&render::guide(request, &manifests.crates)?)?;
    }
    Ok(0)
}
