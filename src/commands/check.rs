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
use crate::settings::SettingsError;
use crate::terminal::Terminal;

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
        CheckFormat::Sarif => terminal.json(&report::sarif(&reports))?,
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

fn report(dir: &Utf8Path, common: &Common, blueprints: &[Blueprint], terminal: Terminal) -> Result<Report, Error> {
    let prefix = inspect::prefix(dir);
    let mut report = Report { package: inspect::package_name(dir), ..Report::default() };
    let of_record = |kind, message| Finding { kind, path: prefix.join(record::FILE), line: None, message };
    let above = inspect::workspaces(dir);
    let interrupted = above.iter().filter_map(|root| apply::interrupted(&Checkout::of(root)).err());
    for cause in interrupted {
        match cause {
            ApplyError::Interrupted => report.findings.push(of_record(Kind::Interrupted, cause.to_string())),
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
    report.findings.extend(optional(dir, record, &prefix)?);
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

/// Where the user's sources take an extractor of ours in a way that reads a bad token as none.
fn optional(dir: &Utf8Path, record: &Record, prefix: &Utf8Path) -> Result<Vec<Finding>, Error> {
    let folder = record.module_dir().unwrap_or(Utf8Path::new("src/clerk"));
    let sources = inspect::sources(dir)?;
    let theirs = sources.iter().filter(|(path, text)| !path.starts_with(folder) && id::of(text).is_none());
    let module = folder.file_name().unwrap_or_default();
    let found = check::optional_sessions(theirs, module, &inspect::package_name(dir)).into_iter();
    let finding = |Optional { path, line, written }| Finding {
        kind: Kind::Optional,
        path: prefix.join(path),
        line: Some(line),
        message: format!("takes `{written}`, for which a bad token may be none: take `MaybeSession`"),
    };
    Ok(found.map(finding).collect())
}
