//! `check`: for CI. It never writes, and asks cargo only where the record does not suffice.

use camino::{Utf8Path, Utf8PathBuf};

use super::choose::Given;
use super::{packages, update};
use crate::apply;
use crate::blueprint::Blueprint;
use crate::check::{self, Finding, Kind, Report};
use crate::cli::{Check, CheckFormat, Common};
use crate::error::Error;
use crate::inspect;
use crate::merge::Conflict;
use crate::record::{self, Record};
use crate::terminal::Terminal;

/// Runs `check`. The exit code is the worst of all packages.
pub fn run(flags: &Check, common: &Common, terminal: Terminal) -> Result<u8, Error> {
    let blueprints = packages::blueprints(flags.blueprints.as_deref())?;
    let folders = folders(flags, common, &blueprints)?;
    let reports = folders.iter().map(|dir| report(dir, common, &blueprints)).collect::<Result<Vec<Report>, Error>>()?;
    match flags.format {
        CheckFormat::Human => reports.iter().try_for_each(|report| terminal.data(&check::human(report)))?,
        CheckFormat::Github => reports.iter().try_for_each(|report| terminal.data(&check::github(report)))?,
        CheckFormat::Json => terminal.data(&check::json(&reports, flags.security))?,
        CheckFormat::Sarif => terminal.data(&check::sarif(&reports))?,
    }
    Ok(reports.iter().map(|report| report.exit_code(flags.security)).max().unwrap_or(0))
}

/// The folders of the packages that are meant.
fn folders(flags: &Check, common: &Common, blueprints: &[Blueprint]) -> Result<Vec<Utf8PathBuf>, Error> {
    if common.package.is_none() && !flags.workspace {
        let here = inspect::package_folder(common.manifest_path.as_deref())?;
        if here.join(record::FILE).is_file() {
            return Ok(vec![here]);
        }
    }
    let project = packages::project(common, blueprints)?;
    let packages = packages::recorded(&project, common, flags.workspace)?;
    Ok(packages.into_iter().map(|package| package.dir).collect())
}

fn report(dir: &Utf8Path, common: &Common, blueprints: &[Blueprint]) -> Result<Report, Error> {
    let prefix = inspect::prefix(dir);
    let mut report = Report { package: inspect::package_name(dir), ..Report::default() };
    let mut note = |kind, path: &Utf8Path, message: String| {
        report.findings.push(Finding { kind, path: prefix.join(path), line: None, message });
    };
    for above in inspect::within_vcs(dir) {
        if let Err(cause) = apply::interrupted(&above) {
            note(Kind::Interrupted, Utf8Path::new(record::FILE), cause.to_string());
        }
    }
    let text = inspect::record_text(dir)?.unwrap_or_default();
    let record = match record::parse(&text) {
        Ok(record) => record,
        Err(cause) => {
            let hint = cause.hint().unwrap_or_default();
            note(Kind::Damaged, Utf8Path::new(record::FILE), format!("{cause}: {hint}").replace('\n', " "));
            return Ok(report);
        }
    };
    let tree = inspect::recorded(dir, &record)?;
    report.findings.extend(check::files(&record, &tree, &prefix));
    if let Some(blueprint) = blueprints.iter().find(|one| one.name == record.blueprint.name) {
        packages::fits(&record, blueprint)?;
        report.blueprint = Some((blueprint.name.clone(), record.blueprint.version, blueprint.version));
        let (findings, history) = check::version(&record, blueprint, &prefix);
        let current = findings.is_empty();
        report.findings.extend(findings);
        report.history = history;
        let open = report.findings.iter().any(|finding| matches!(finding.kind, Kind::Markers | Kind::Interrupted));
        if current && !open && !check::untouched(&record, &tree) {
            report.findings.extend(changed(dir, common, blueprints)?);
        }
    }
    report.findings.extend(optional(dir, &record, &prefix));
    report.findings.sort_by_key(|finding| finding.kind);
    Ok(report)
}

/// Renders the code anew, because the settings or a manifest changed.
fn changed(dir: &Utf8Path, common: &Common, blueprints: &[Blueprint]) -> Result<Vec<Finding>, Error> {
    let common = Common { manifest_path: Some(dir.join("Cargo.toml")), package: None, ..common.clone() };
    let project = packages::project(&common, blueprints)?;
    let given = Given { yes: true, ..Given::default() };
    let meant = packages::recorded(&project, &common, false)?;
    let jobs = update::jobs(&given, &project, &meant, blueprints, Conflict::Markers, &mut None)?;
    let findings = jobs.iter().flat_map(|job| {
        let found = job.proposal.changes.iter();
        let found = found.filter(|change| change.writes() && change.path.file_name() != Some(record::FILE));
        found.map(|change| Finding {
            kind: Kind::Changed,
            path: job.chosen.snapshot.prefix().join(&change.path),
            line: None,
            message: "is not as the settings and the host ask for: run `update`".to_owned(),
        })
    });
    Ok(findings.collect())
}

/// Where the user's sources take an `Option<Session>`.
fn optional(dir: &Utf8Path, record: &Record, prefix: &Utf8Path) -> Vec<Finding> {
    let module = record.module_dir().unwrap_or(Utf8Path::new("src/clerk"));
    let sources = inspect::sources(dir);
    let theirs = sources.iter().filter(|(path, _)| !path.starts_with(module));
    let found = theirs.flat_map(|(path, text)| {
        check::optional_sessions(text).into_iter().map(move |line| Finding {
            kind: Kind::Optional,
            path: prefix.join(path),
            line: Some(line),
            message: "takes `Option<Session>`, for which a bad token may be none: take `MaybeSession`".to_owned(),
        })
    });
    found.collect()
}
