//! `status`: how a package stands, and what is left to do. It never writes.

use super::check::{report, users_sources};
use super::packages;
use super::request::{Flags, request};
use crate::cli::{Common, Status, StatusFormat};
use crate::error::Error;
use crate::inspect;
use crate::merge::Conflict;
use crate::propose::propose;
use crate::status;
use crate::terminal::Terminal;

/// Runs `status`. What it says of the program's variables is how they are set, and never their values.
pub fn run(flags: &Status, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let (project, blueprints) = packages::project_and_blueprints(common, flags.blueprints.as_deref())?;
    packages::interrupted(&project, terminal)?;
    let environment = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    for package in packages::recorded(&project, common, false)? {
        let request = request(&Flags::defaults(), &project, &package, &blueprints, &mut None)?;
        let proposal = propose(&request, Conflict::Markers)?;
        let checked = report(&package.dir, common, &blueprints, terminal)?;
        let (sources, files) =
            (users_sources(&package.dir, request.snapshot.record.as_ref())?, inspect::env_files(&request.snapshot));
        let stands = status::status(&request, &proposal, checked, &sources, &environment, &files);
        match flags.format {
            StatusFormat::Human => terminal.lines(&status::human(&stands))?,
            StatusFormat::Json => terminal.json(&status::json(&stands))?,
        }
    }
    Ok(0)
}
