//! `remove`: takes everything out again.

use camino::Utf8Path;

use super::carry_out::carry_out;
use super::choose::{self, asking};
use super::packages;
use super::show::Scene;
use crate::change::Change;
use crate::cli::{Common, Remove};
use crate::error::Error;
use crate::escape::shown;
use crate::format::formatter;
use crate::inspect::{self, Snapshot, names};
use crate::propose::removal;
use crate::record::Record;
use crate::render::Formatter;
use crate::terminal::Terminal;

/// Runs `remove`.
pub fn run(flags: &Remove, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let mut prompt = choose::prompt(&flags.write);
    let (project, _) = packages::project_and_blueprints(common, None)?;
    packages::heal(&project, &flags.write, &mut prompt, terminal)?;
    for package in packages::recorded(&project, common, false)? {
        let snapshot = packages::recorded_snapshot(&project, &package)?;
        let rustfmt = formatter(snapshot.source_folder(), snapshot.package.edition.clone());
        let format: Option<Formatter> = if snapshot.rustfmt { Some(&rustfmt) } else { None };
        let mut proposal = removal(&snapshot, flags.force, format)?;
        let named = still_named(&snapshot, &proposal.changes);
        proposal.remarks.extend(named);
        let scene = Scene::recorded(&project, &snapshot, &proposal, false);
        carry_out(&[scene], &flags.write, common, asking(&mut prompt), terminal)?;
    }
    Ok(0)
}

/// The user's files that name the module which goes, once the changes are made.
fn still_named(snapshot: &Snapshot, changes: &[Change]) -> Vec<String> {
    let module = snapshot.record.as_ref().and_then(Record::module_dir).unwrap_or(Utf8Path::new("src/clerk"));
    let name = module.file_name().unwrap_or("clerk");
    let files = inspect::naming(&snapshot.package.dir, name, module);
    let files = files.iter().map(|path| snapshot.dir.join(path));
    let after = |path: &Utf8Path| changes.iter().find(|change| change.path == path).map(|change| &change.after);
    let still = |path: &Utf8Path| after(path).is_none_or(|text| text.as_deref().is_some_and(|text| names(text, name)));
    files.filter(|path| still(path)).map(|path| format!("`{}`: still names `{name}::`", shown(&path))).collect()
}
