//! `remove`: takes everything out again.

use camino::Utf8Path;

use super::carry_out::carry_out;
use super::choose::{self, asking};
use super::packages;
use super::show::Scene;
use crate::cli::{Common, Remove};
use crate::error::Error;
use crate::format::formatter;
use crate::inspect::{self, Snapshot};
use crate::propose::removal;
use crate::record::Record;
use crate::render::Formatter;
use crate::terminal::Terminal;

/// Runs `remove`.
pub fn run(flags: &Remove, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = choose::prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    for package in packages::recorded(&project, common, false)? {
        let snapshot = packages::recorded_snapshot(&project, &package)?;
        let rustfmt = formatter(snapshot.source_folder(), snapshot.package.edition.clone());
        let format: Option<Formatter> = if snapshot.rustfmt { Some(&rustfmt) } else { None };
        let mut proposal = removal(&snapshot, flags.force, format)?;
        proposal.remarks.extend(still_named(&snapshot));
        let scene = Scene::recorded(&project, &snapshot, &proposal, false);
        carry_out(&[scene], &flags.write, common, asking(&mut prompt), terminal)?;
    }
    Ok(0)
}

/// The user's files that name the module which goes.
fn still_named(snapshot: &Snapshot) -> Vec<String> {
    let module = snapshot.record.as_ref().and_then(Record::module_dir).unwrap_or(Utf8Path::new("src/clerk"));
    let name = module.file_name().unwrap_or("clerk");
    let files = inspect::naming(&snapshot.package.dir, name, module);
    files.iter().map(|path| format!("{}: still names `{name}::`", snapshot.dir.join(path))).collect()
}
