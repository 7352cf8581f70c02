//! `check`: for CI. It never writes, and asks cargo only where the record does not suffice.

use camino::{Utf8Path, Utf8PathBuf};

use super::packages;
use super::request::{Flags, requests};
use crate::apply::{self, ApplyError, Checkout};
use crate::blueprint::Blueprint;
use crate::check::report::{self, Notes};
use crate::check::{self, Finding, Kind, Optional, Report};
use crate::cli::{Check, CheckFormat, Common};
use crate::error::Error;
use crate::id;
use crate::inspect;
use crate::merge::Conflict;
use crate::propose::propose_all;
use crate::record::{self, Record};
use crate::settings::{self, SettingsError};
use crate::terminal::Terminal;
use crate::tree::Tree;

/// Runs `check`. The exit code is the worst of all packages.
pub fn run(flags: &Check, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let blueprints = packages::blueprints(flags.blueprints.as_deref())?;
    let folders = folders(flags, common, &blueprints, terminal)?;
    let reports =
        folders.iter().map(|dir| report(dir, common, &blueprints, terminal)).collect::<Result<Vec<Report>, Error>>()?;
    match flags.format {
        CheckFormat::Human => {
            reports.iter().try_for_each(|report| terminal.lines(&report::human(report, notes(terminal))))?;
        }
        CheckFormat::Github => {
            reports.iter().try_for_each(|report| terminal.data(&report::github(report, terminal.verbose)))?;
        }
        CheckFormat::Json => terminal.json(&report::json(&reports, flags.security))?,
        CheckFormat::Sarif => terminal.json(&report::sarif(&reports, terminal.verbose))?,
    }
    Ok(reports.iter().map(|report| report.exit_code(flags.security)).max().unwrap_or(0))
}

/// How much is said of what only informs.
fn notes(terminal: Terminal) -> Notes {
    match terminal {
        Terminal { quiet: true, .. } => Notes::None,
        Terminal { verbose: true, .. } => Notes::Listed,
        _ => Notes::Counted,
    }
}

/// The folders of the packages that are meant.
fn folders(
    flags: &Check,
    common: &Common,
    blueprints: &[Blueprint],
    terminal: Terminal,
) -> Result<Vec<Utf8PathBuf>, Error> {
    if common.package.is_none() && !flags.workspace {
        let here = inspect::package_folder(common.manifest_path.as_deref())?;
        if inspect::has_record(&here) {
            return Ok(vec![here]);
        }
    }
    let project = packages::project(common, blueprints)?;
    packages::interrupted(&project, terminal)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    Ok(packages.into_iter().map(|package| package.dir).collect())
}

pub(super) fn report(
    dir: &Utf8Path,
    common: &Common,
    blueprints: &[Blueprint],
    terminal: Terminal,
) -> Result<Report, Error> {
    let prefix = inspect::prefix(dir);
    let mut report = Report { package: inspect::package_name(dir), ..Report::default() };
    let of_record = |kind, message| Finding { kind, path: prefix.join(record::FILE), line: None, message };
    let above = inspect::workspaces(dir);
    let interrupted = above.iter().filter_map(|root| Some((root, apply::interrupted(&Checkout::of(root)).err()?)));
    for (root, cause) in interrupted {
        match cause {
            ApplyError::Interrupted => report.findings.push(Finding {
                kind: Kind::Interrupted,
                path: inspect::prefix(root).join(apply::JOURNAL),
                line: None,
                message: "says that an earlier run was interrupted: `undo --yes` puts the files back".to_owned(),
            }),
            cause => terminal.warning(&format!("{cause}: {}", cause.hint().unwrap_or_default())),
        }
    }
    match record::parse(&inspect::record_text(dir)?.unwrap_or_default()) {
        Ok(record) => match about(&record, dir, common, blueprints, &mut report) {
            Err(Error::Settings(SettingsError::InFile { path, line, fault })) => {
                let hint = fault.hint().unwrap_or_default();
                let (line, message) = (Some(line), format!("{fault} ({hint})"));
                report.findings.push(Finding { kind: Kind::Settings, path, line, message });
            }
            other => other?,
        },
        Err(cause) => {
            let hint = cause.hint().unwrap_or_default();
            report.findings.push(of_record(Kind::Damaged, format!("{cause}: {hint}").replace('\n', " ")));
        }
    }
    report.findings.sort_by_key(|finding| finding.kind);
    Ok(report)
}

/// Adds to a report what there is to say about a sound record.
fn about(
    record: &Record,
    dir: &Utf8Path,
    common: &Common,
    blueprints: &[Blueprint],
    report: &mut Report,
) -> Result<(), Error> {
    let prefix = inspect::prefix(dir);
    let blueprint = packages::of_record(record, blueprints)?;
    let tree = inspect::recorded(dir, record)?;
    let left_out = inspect::left_out(dir, record, &tree);
    report.findings.extend(check::files(record, &tree, &left_out, &prefix));
    report.findings.extend(check::dangling(record, &tree, &left_out, &prefix));
    report.blueprint = Some((blueprint.name.clone(), record.blueprint.version, blueprint.version));
    let (findings, history) = check::version(record, blueprint, &prefix);
    let current = findings.is_empty();
    report.findings.extend(findings);
    report.findings.extend(check::lacking(record, &tree, blueprint, &prefix));
    report.history = history;
    let open = report.findings.iter().any(|finding| matches!(finding.kind, Kind::Markers | Kind::Interrupted));
    if current && !open && !check::untouched(record, &tree) {
        report.findings.extend(changed(dir, common, blueprints)?);
    }
    let sources = users_sources(dir, Some(record))?;
    report.findings.extend(optional(dir, record, &sources, &prefix));
    report.findings.extend(not_wired(dir, record, &sources, blueprint, &prefix));
    if let Some(text) = tree.get(Utf8Path::new(settings::FILE)) {
        report.findings.extend(check::loosened(text, blueprint, &prefix)?);
    }
    Ok(())
}

/// Renders the code anew, because the settings or a manifest changed.
fn changed(dir: &Utf8Path, common: &Common, blueprints: &[Blueprint]) -> Result<Vec<Finding>, Error> {
    let common = Common { manifest_path: Some(dir.join("Cargo.toml")), package: None, ..common.clone() };
    let project = packages::project(&common, blueprints)?;
    let meant = packages::recorded(&project, &common, false)?;
    let mut requests = requests(&Flags::defaults(), &project, &meant, blueprints, &mut None)?;
    let proposals = propose_all(&mut requests, Conflict::Markers)?;
    let findings = proposals.iter().flat_map(|proposal| {
        let found = proposal.changes.iter();
        let found = found.filter(|change| change.writes() && change.path.file_name() != Some(record::FILE));
        found.map(|change| Finding {
            kind: Kind::Changed,
            path: proposal.prefix.join(&change.path),
            line: None,
            message: "is not as the settings and the host ask for: run `update`".to_owned(),
        })
    });
    Ok(findings.collect())
}

/// The Rust files of a package that are not ours.
pub(super) fn users_sources(dir: &Utf8Path, record: Option<&Record>) -> Result<Tree, Error> {
    let folder = record.map_or(Utf8Path::new("src/clerk"), folder);
    let sources = inspect::sources(dir)?;
    let theirs = sources.iter().filter(|(path, text)| !path.starts_with(folder) && id::of(text).is_none());
    Ok(theirs.map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
}

/// The folder that the module was written to, relative to the package.
fn folder(record: &Record) -> &Utf8Path {
    record.module_dir().unwrap_or(Utf8Path::new("src/clerk"))
}

/// Where the user's sources take an extractor of ours in a way that reads a bad token as none.
fn optional(dir: &Utf8Path, record: &Record, sources: &Tree, prefix: &Utf8Path) -> Vec<Finding> {
    let module = folder(record).file_name().unwrap_or_default();
    let found = check::optional_sessions(sources.iter(), module, &inspect::package_name(dir)).into_iter();
    let finding = |Optional { path, line, written }| Finding {
        kind: Kind::Optional,
        path: prefix.join(path),
        line: Some(line),
        message: format!("takes `{written}`, for which a bad token may be none: take `MaybeSession`"),
    };
    found.map(finding).collect()
}

/// Says where nothing calls what wires the module.
fn not_wired(
    dir: &Utf8Path,
    record: &Record,
    sources: &Tree,
    blueprint: &Blueprint,
    prefix: &Utf8Path,
) -> Option<Finding> {
    let module = folder(record).file_name().unwrap_or_default();
    let functions = blueprint.wiring.functions();
    let calls = check::calls(sources.iter(), module, &inspect::package_name(dir), &functions);
    let root = record.root().filter(|_| calls.is_empty())?;
    let message =
        format!("has `{module}`, and nothing calls `{module}::{}()`: `status` says where it goes", functions[0]);
    Some(Finding { kind: Kind::NotWired, path: prefix.join(root), line: None, message })
}
