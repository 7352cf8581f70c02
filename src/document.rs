//! The JSON document that `--format json` prints.

use camino::Utf8Path;
use serde_json::{Value, json};

use crate::change::Change;
use crate::diff;
use crate::propose::Proposal;
use crate::record::{self, sha256};
use crate::remark::Remark;

/// What a run changes in one package, for scripts.
pub fn changes(proposal: &Proposal) -> Value {
    let prefix = &proposal.prefix;
    json!({
        "version": 1,
        "package": proposal.package,
        "blueprint": proposal.blueprint.as_ref().map(|(name, version)| json!({ "name": name, "version": version })),
        "changes": proposal.changes.iter().map(|change| entry(change, prefix)).collect::<Vec<_>>(),
        "manual_steps": steps(proposal),
        "history": proposal.history,
        "remarks": sentences(&proposal.remarks),
        "reused": proposal.reused,
        "warnings": sentences(&proposal.warnings),
        "codes": {
            "remarks": codes(&proposal.remarks),
            "warnings": codes(&proposal.warnings),
        },
    })
}

/// Lines to write, each with its place where one was found, then variables to set.
fn steps(proposal: &Proposal) -> Vec<Value> {
    let lines = proposal.steps.iter().map(|step| {
        let (file, line) = step.place.as_ref().map(|(file, line)| (proposal.prefix.join(file), line)).unzip();
        json!({ "file": file, "line": line, "text": step.text })
    });
    let set = |(name, value): &(String, String)| json!({ "variable": name, "text": format!("{name}={value}") });
    lines.chain(proposal.variables.iter().map(set)).collect()
}

fn sentences(remarks: &[Remark]) -> Vec<String> {
    remarks.iter().map(Remark::to_string).collect()
}

/// What scripts tell the sentences apart by, each at the same place.
fn codes(remarks: &[Remark]) -> Vec<&'static str> {
    remarks.iter().map(Remark::code).collect()
}

/// The documents of several packages, as `--workspace` asks for them.
pub fn list(packages: &[Value]) -> Value {
    json!({ "version": 1, "packages": packages })
}

/// A document as it is printed.
pub fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

fn entry(change: &Change, prefix: &Utf8Path) -> Value {
    let mut entry = json!({
        "path": prefix.join(&change.path),
        "outcome": change.outcome.word(),
        "before_sha256": change.before.as_deref().map(sha256),
        "after_sha256": change.after.as_deref().map(sha256),
    });
    // The record repeats what the other entries have.
    if change.path.file_name() != Some(record::FILE) {
        entry["diff"] = diff::unified(change, prefix).into();
    }
    entry
}
