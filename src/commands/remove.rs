//! `remove`: takes everything out again.

use super::carry_out::carry_out;
use super::choose::{self, asking};
use super::packages;
use super::show::Scene;
use crate::cli::{Common, Remove};
use crate::error::Error;
use crate::format::formatter;
use crate::inspect;
use crate::propose::removal;
use crate::render::Formatter;
use crate::terminal::Terminal;

/// Runs `remove`.
pub fn run(flags: &Remove, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = choose::prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    for package in packages::recorded(&project, common, false)? {
        packages::heal(&inspect::base(&project, &package), flags.write.dry_run, terminal)?;
        let snapshot = packages::recorded_snapshot(&project, &package)?;
        let rustfmt = formatter(snapshot.source_folder(), snapshot.package.edition.clone());
        let format: Option<Formatter> = if snapshot.rustfmt { Some(&rustfmt) } else { None };
        let others = inspect::other_manifests(&project, &package)?;
        let proposal = removal(&snapshot, &others, flags.force, format)?;
        let scene = Scene::recorded(&project, &snapshot, &proposal, false);
        carry_out(&[scene], &flags.write, common, asking(&mut prompt), terminal)?;
    }
    Ok(0)
}
