//! A status as lines to read, and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Differing, State, Status, Variable};
use crate::check::Place;
use crate::escape::shown;

/// Lines to read: what is, then what is left to do, then the next command.
pub fn human(status: &Status) -> String {
    let version = status.check.blueprint.as_ref().map(|(name, recorded, _)| format!("{name} {recorded}, "));
    let module = format!("{} ({}{})", shown(&status.module), version.unwrap_or_default(), status.check.status());
    let start = match &status.start {
        None => "the framework stops the program at start on bad configuration".to_owned(),
        Some(places) => listed(places, "nothing in the program stops it at start on bad configuration"),
    };
    let own = if status.own_tests { "the module's own" } else { "none of the module's own" };
    let mut text = format!("{}: {}, profile {}\n", shown(&status.package), status.framework.1, status.profile);
    for (name, value) in [
        ("module", module),
        ("settings", settings(status)),
        ("parts", "none".to_owned()),
        ("wired", listed(&status.wired, "nothing calls what wires the module")),
        ("start", start),
        ("tests", format!("{own}; {}", listed(&status.tests, "none of yours names `TestIssuer`"))),
    ] {
        let _ = writeln!(text, "  {name:<9} {value}");
    }
    text.push_str("  variables\n");
    text.extend(status.variables.iter().map(variable));
    for unread in &status.unread {
        let _ = writeln!(text, "    {} was not read: {}", shown(&unread.path), unread.cause.replace('\n', ""));
    }
    let left = status.left();
    if !left.is_empty() {
        let left: String = left.iter().map(|what| format!("  * {what}\n")).collect();
        let _ = write!(text, "Left to do:\n{left}");
    }
    let _ = writeln!(text, "Next: {}", status.next());
    text
}

fn settings(status: &Status) -> String {
    let one = |setting: &Differing| {
        let looser = if setting.looser { ", less strict" } else { "" };
        format!("{}={} (the profile has {}{looser})", setting.name, setting.value, setting.usual)
    };
    match status.settings.as_slice() {
        [] => "those of the profile".to_owned(),
        some => some.iter().map(one).collect::<Vec<_>>().join(",\n            "),
    }
}

fn listed(places: &[Place], otherwise: &str) -> String {
    match places {
        [] => otherwise.to_owned(),
        some => {
            some.iter().map(|place| format!("{}:{}", shown(&place.path), place.line)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn variable(variable: &Variable) -> String {
    let said = |place: &str, state: &State| match state {
        State::Set => format!("set in {place}"),
        State::Empty => format!("empty in {place}"),
        State::Wrong(what) => format!("set in {place}, where it {what}"),
    };
    let here = variable.environment.iter().map(|state| said("the environment", state));
    let files = variable.files.iter().map(|(path, state)| said(&format!("`{}`", shown(path)), state));
    let states: Vec<String> = here.chain(files).collect();
    let states = if states.is_empty() { "not set".to_owned() } else { states.join("; ") };
    let needed = if variable.required { "needed, " } else { "" };
    format!("    {}: {needed}{states}\n", variable.name)
}

/// One document for scripts.
pub fn json(status: &Status) -> String {
    let settings = status
        .settings
        .iter()
        .map(|one| json!({ "name": one.name, "value": one.value, "profile": one.usual, "looser": one.looser }));
    let blueprint = status
        .check
        .blueprint
        .as_ref()
        .map(|(name, recorded, latest)| json!({ "name": name, "version": recorded, "latest": latest }));
    let steps = status.steps.iter().map(|step| {
        let (file, line) = step.place.clone().unzip();
        json!({ "file": file, "line": line, "text": step.text })
    });
    let document = json!({
        "version": 1,
        "package": status.package,
        "framework": { "name": status.framework.0, "title": status.framework.1 },
        "module": status.module,
        "profile": status.profile,
        "settings": settings.collect::<Vec<_>>(),
        "parts": [],
        "blueprint": blueprint,
        "status": status.check.status(),
        "wiring": { "wired": places(&status.wired), "steps": steps.collect::<Vec<_>>() },
        "start": status.start.as_deref().map(places),
        "variables": status.variables.iter().map(of_variable).collect::<Vec<_>>(),
        "unread": status.unread.iter().map(|one| json!({ "file": one.path, "cause": one.cause })).collect::<Vec<_>>(),
        "tests": { "module": status.own_tests, "team": places(&status.tests) },
        "left": status.left(),
        "next": status.next(),
    });
    format!("{document:#}\n")
}

fn of_variable(variable: &Variable) -> Value {
    let files = variable.files.iter().map(|(path, state)| json!({ "file": path, "state": state.word() }));
    json!({
        "name": variable.name,
        "needed": variable.required,
        "environment": variable.environment.as_ref().map_or("unset", State::word),
        "files": files.collect::<Vec<_>>(),
    })
}

fn places(places: &[Place]) -> Vec<Value> {
    places.iter().map(|place| json!({ "file": place.path, "line": place.line })).collect()
}
