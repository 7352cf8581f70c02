//! What a change leaves to the user, said once at the end.

use std::fmt::Write as _;

use super::carry_out::Done;
use super::choose::Chosen;
use super::update::Job;
use crate::blueprint::Variable;
use crate::cli::Format;
use crate::escape::shown;
use crate::inspect;
use crate::plan::module_dir;
use crate::render::{ManualStep, named};
use crate::settings::Answers;
use crate::terminal::Terminal;

/// The variable that has the origins of the team's own frontends.
const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";

/// Prints the steps that are left; scripts find them in the JSON document.
pub(super) fn left_to_do(job: &Job, done: Done, format: Format, terminal: Terminal) {
    let chosen = &job.chosen;
    let first = chosen.snapshot.record.is_none();
    let version = chosen.host.version.as_deref().unwrap_or("");
    let what = format!("{} {version}, profile {}", chosen.host.title, chosen.answers.profile());
    terminal.status(
        if first { "Added" } else { "Updated" },
        &format!("Clerk sessions in `{}` ({what})", chosen.snapshot.package.name),
    );
    let text = if first { all(job, done) } else { new(job) };
    if !text.is_empty() && format != Format::Json {
        terminal.note(&format!("\nWhat is left to do:\n{}", text.trim_end()));
    }
}

/// What a first run leaves.
fn all(job: &Job, done: Done) -> String {
    let Job { chosen, proposal } = job;
    let (wiring, module) = (&chosen.blueprint.wiring, chosen.answers.module());
    let example = if chosen.snapshot.ignored.is_some() { "" } else { "also in `.env.example`; " };
    let mut text = format!("\n* set these variables ({example}a `.env` file is read only if your program does so):\n");
    let required = required(chosen, &chosen.answers);
    text.extend(required.iter().map(|variable| assignment(chosen, variable)));
    if chosen.parties.is_empty() && required.iter().any(|variable| variable.name == PARTIES) {
        let _ = writeln!(text, "  until `{PARTIES}` is set, the program refuses every session");
    }
    if let Some((path, name)) = inspect::front_end(&chosen.snapshot) {
        let _ = writeln!(text, "  `{}` has `{name}`: its value is the publishable key", shown(&path));
    }
    text.push_str(&wiring_steps(place(chosen), &proposal.steps));
    if chosen.snapshot.package.crates.iter().any(|krate| krate == "clerk_rs") {
        text.push_str(
            "\n* `clerk-rs` checks sessions here too: take its validator off the routes that this module guards, as both would have to agree\n",
        );
    }
    let snapshot = &chosen.snapshot;
    let path = snapshot.path_to_module(&snapshot.crate_root, false, module);
    let _ = writeln!(text, "\n* take the session in a handler:\n{}", indented(&named(&wiring.example, &path)));
    if let Some(start) = &wiring.start {
        let start = named(start, &snapshot.path_from_main(module));
        let _ = writeln!(
            text,
            "* stop at start on bad configuration: `{start}` in `main`, which then returns a `Result`\n"
        );
    }
    let _ = writeln!(text, "* CORS: {}", named(&wiring.cors, &path));
    let lock = match done {
        Done::Verified => "`cargo check` has brought `Cargo.lock` up to date: commit it too, where you keep it",
        _ => "the next `--locked` build needs one unlocked build first: `Cargo.lock` was not touched",
    };
    let _ = writeln!(text, "\n* {lock}");
    let _ = writeln!(
        text,
        "* commit `clerk-sessions.toml` and `clerk-sessions.lock`; a line `clerk-sessions.lock linguist-generated` in `.gitattributes` folds the latter in reviews"
    );
    text
}

/// What a later run leaves: what its new answers ask for.
fn new(job: &Job) -> String {
    let Job { chosen, proposal } = job;
    let mut text = String::new();
    let known = chosen.previous.as_ref().map(|answers| required(chosen, answers)).unwrap_or_default();
    let is_new = |variable: &&Variable| known.iter().all(|known| known.name != variable.name);
    let required: Vec<&Variable> = required(chosen, &chosen.answers).into_iter().filter(is_new).collect();
    if !required.is_empty() {
        text.push_str("\n* set these variables, too:\n");
        text.extend(required.iter().map(|variable| assignment(chosen, variable)));
    }
    if chosen.answers.wire == Some(true) {
        text.push_str(&wiring_steps(place(chosen), &proposal.steps));
    }
    let files = with_former_name(chosen);
    if !files.is_empty() {
        let (old, new) = (chosen.previous.as_ref().map_or("", Answers::module), chosen.answers.module());
        let _ = writeln!(text, "\n* these files still name `{old}::`, which is now `{new}::`:{files}");
    }
    text
}

/// The variables without which the program does not start under some answers.
fn required<'a>(chosen: &'a Chosen, answers: &Answers) -> Vec<&'a Variable> {
    let all = chosen.blueprint.environment.iter();
    all.filter(|variable| variable.required && answers.holds(chosen.blueprint, &variable.when)).collect()
}

fn assignment(chosen: &Chosen, variable: &Variable) -> String {
    let asked = variable.name == PARTIES && !chosen.parties.is_empty();
    let value = if asked { chosen.parties.join(",") } else { variable.placeholder.clone() };
    format!("    {}={value}    # {}\n", variable.name, variable.help)
}

/// The user's source files that name the module as it was called before.
fn with_former_name(chosen: &Chosen) -> String {
    let Some(previous) = chosen.previous.as_ref().map(Answers::module) else { return String::new() };
    if previous == chosen.answers.module() {
        return String::new();
    }
    let module = module_dir(&chosen.snapshot, &chosen.answers);
    let module = module.strip_prefix(&chosen.snapshot.dir).unwrap_or(&module);
    let files = inspect::naming(&chosen.snapshot.package.dir, previous, module);
    files.iter().map(|path| format!("\n    {}", shown(&chosen.snapshot.dir.join(path)))).collect()
}

/// Where the wiring line goes, in words.
fn place<'a>(chosen: &'a Chosen) -> &'a str {
    chosen.blueprint.wiring.place_among(&chosen.snapshot.package.crates)
}

/// The line to wire, with its place or those that it may have.
fn wiring_steps(place: &str, steps: &[ManualStep]) -> String {
    match steps {
        [] => String::new(),
        [ManualStep { text, place: None, why, .. }] => {
            let why = why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            format!("\n* wire it, {place}{why}:\n    {text}\n")
        }
        [ManualStep { text, place: Some((file, line)), why, .. }] => {
            let why = why.as_ref().map_or_else(String::new, |why| format!(" (not inserted: {why})"));
            format!("\n* wire it, {place} at {}:{line}{why}:\n    {text}\n", shown(file))
        }
        steps => {
            let lines = steps.iter().filter_map(|step| {
                let (file, line) = step.place.as_ref()?;
                Some(format!("    {}:{line}  {}\n", shown(file), step.text))
            });
            let all = steps.iter().all(|step| step.alternative);
            let which = if all { "in each of" } else { "that holds all of yours, one of" };
            format!("\n* wire it, {place} {which}:\n{}", lines.collect::<String>())
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    })
}
