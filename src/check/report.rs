//! A report as lines to read, as JSON, as annotations of GitHub Actions, and as SARIF 2.1.0.

use serde_json::{Value, json};

use super::{Finding, Kind, Level, Report};
use crate::blueprint::Note;
use crate::diff::counted;
use crate::escape::{self, shown};

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// How much is said of what only informs: the owner's own edits, in every run on CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notes {
    /// Nothing.
    None,
    /// Their number.
    Counted,
    /// Each.
    Listed,
}

/// Lines to read: one a finding, then what is new, then the sum.
pub fn human(report: &Report, notes: Notes) -> String {
    let mut text = String::new();
    let is_listed = |finding: &Finding| match notes {
        Notes::Listed => true,
        Notes::Counted => !finding.kind.is_owners(),
        Notes::None => finding.kind.level() != Level::Note,
    };
    let listed = report.findings.iter().filter(|finding| is_listed(finding));
    for Finding { kind, path, line, message } in listed {
        let path = shown(path);
        let place = line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
        text.push_str(&format!("{}: {place} {message}\n", kind.level().word()));
    }
    let count = report.findings.iter().filter(|finding| finding.kind.is_owners()).count();
    if notes == Notes::Counted && count > 0 {
        let (files, are) = (counted(count, "generated file"), if count == 1 { "is" } else { "are" });
        text.push_str(&format!(
            "note: {files} {are} no longer as generated, which updates respect (`-v` lists them)\n"
        ));
    }
    text.extend(report.history.iter().map(|note| format!("  * {}\n", brought(note))));
    let version =
        report.blueprint.as_ref().map_or_else(String::new, |(name, recorded, _)| format!(" ({name} {recorded})"));
    text.push_str(&format!("{}{version}: {}\n", shown(&report.package), report.status()));
    text
}

/// What a version brought, in a line.
fn brought(note: &Note) -> String {
    let mark = if note.security { "security: " } else { "" };
    format!("version {}: {mark}{}", note.version, note.summary)
}

/// What there is to say of a finding where nothing else of the report is shown.
fn whole(report: &Report, finding: &Finding) -> String {
    let versions = matches!(finding.kind, Kind::Outdated | Kind::SecurityOutdated);
    let history = report.history.iter().filter(|_| versions).map(|note| format!("\n* {}", brought(note)));
    format!("{}{}", finding.message, history.collect::<String>())
}

/// One document for scripts.
pub fn json(reports: &[Report], security_only: bool) -> String {
    let one = |report: &Report| {
        json!({
            "package": report.package,
            "status": report.status(),
            "exit_code": report.exit_code(security_only),
            "blueprint": report.blueprint.as_ref().map(|(name, recorded, latest)| json!({
                "name": name, "version": recorded, "latest": latest,
            })),
            "findings": report.findings.iter().map(|finding| json!({
                "code": finding.kind.code(),
                "level": finding.kind.level().word(),
                "path": finding.path,
                "line": finding.line,
                "message": finding.message,
            })).collect::<Vec<_>>(),
            "history": report.history,
        })
    };
    let document = json!({ "version": 1, "packages": reports.iter().map(one).collect::<Vec<_>>() });
    format!("{document:#}\n")
}

/// Annotations of a GitHub Actions run. Source: its workflow commands, where `%`, line ends and, in properties, `:` and `,`
/// are escaped.
pub fn github(report: &Report, notes: bool) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let shown_ones = report.findings.iter().filter(|finding| notes || finding.kind.level() != Level::Note);
    let lines = shown_ones.map(|finding| {
        let command = match finding.kind.level() {
            Level::Note => "notice",
            other => other.word(),
        };
        let line = finding.line.map_or_else(String::new, |line| format!(",line={line}"));
        let path = shown(&finding.path);
        let (file, title) = (property(&path), property(finding.kind.summary()));
        let said = data(&escape::text(&format!("{path} {}", whole(report, finding))));
        format!("::{command} file={file}{line},title={title}::{said}\n")
    });
    lines.collect()
}

/// SARIF 2.1.0, as code scanning takes it. What only informs is no alert, so it stands there where that was asked for.
pub fn sarif(reports: &[Report], notes: bool) -> String {
    let findings = reports.iter().flat_map(|report| report.findings.iter().map(move |finding| (report, finding)));
    let alerts = findings.filter(|(_, finding)| notes || finding.kind.level() != Level::Note);
    let rule = |kind: &Kind| {
        json!({
            "id": kind.code(),
            "shortDescription": { "text": kind.summary() },
            "fullDescription": { "text": format!("{} {}", kind.summary(), kind.cure()) },
            "help": { "text": kind.cure() },
            "defaultConfiguration": { "level": kind.level().word() },
        })
    };
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo clerk-sessions",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": Kind::ALL.iter().map(rule).collect::<Vec<_>>(),
            } },
            "results": alerts.map(|(report, finding)| result(report, finding)).collect::<Vec<_>>(),
        }],
    });
    format!("{document:#}\n")
}

fn result(report: &Report, finding: &Finding) -> Value {
    json!({
        "ruleId": finding.kind.code(),
        "level": finding.kind.level().word(),
        "message": { "text": format!("`{}` {}", shown(&finding.path), whole(report, finding)) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(finding.path.as_str()) },
            "region": { "startLine": finding.line.unwrap_or(1) },
        } }],
    })
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
