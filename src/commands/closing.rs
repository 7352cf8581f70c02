//! What a change leaves to the user, said once at the end.

use std::fmt::Write as _;

use super::changeset::Done;
use super::still_named::still_named;
use crate::blueprint::Variable;
use crate::cli::Format;
use crate::escape::shown;
use crate::inspect;
use crate::patch::ManualStep;
use crate::paths::relative;
use crate::plan::module_dir;
use crate::propose::Proposal;
use crate::request::{PARTIES, Request, named};
use crate::status::{Stop, stop};
use crate::terminal::Terminal;

/// The variable that chooses another profile than the generated one: only `dev` takes test keys.
const PROFILE: &str = "CLERK_SESSION_PROFILE";

/// What there is to say once a change is written, worked out before.
pub(super) struct Closing {
    verb: &'static str,
    about: String,
    steps: String,
    first: bool,
    /// Whether there is a lock file.
    locked: bool,
}

/// What the proposals leave, each for the request at its place.
pub(super) fn of(requests: &[Request], proposals: &[Proposal]) -> Vec<Closing> {
    let writing = requests.iter().zip(proposals).filter(|(_, proposal)| proposal.writes());
    writing.map(|(request, proposal)| closing(request, proposal)).collect()
}

fn closing(request: &Request, proposal: &Proposal) -> Closing {
    let Request { snapshot, host, answers, .. } = request;
    let first = snapshot.record.is_none();
    let what = format!("{} {}, profile {}", host.title, host.version.as_deref().unwrap_or(""), answers.profile);
    Closing {
        verb: if first { "Added" } else { "Updated" },
        about: format!("Clerk sessions in `{}` ({what})", snapshot.package.name),
        steps: if first { all(request, proposal) } else { new(request, proposal) },
        first,
        locked: !snapshot.locked.is_empty(),
    }
}

/// Prints it; scripts find the steps in the JSON document.
pub(super) fn say(closing: &[Closing], done: Done, format: Format, terminal: Terminal) {
    for one in closing.iter().filter(|_| done != Done::Nothing) {
        terminal.status(one.verb, &one.about);
        let last = if one.first { to_commit(done, one.locked) } else { String::new() };
        let text = format!("{}{last}", one.steps);
        if !text.is_empty() && format != Format::Json {
            terminal.note(&format!("\nWhat is left to do:\n{}", text.trim_end()));
        }
    }
}

/// What a first run leaves at last.
fn to_commit(done: Done, locked: bool) -> String {
    let lock = match done {
        Done::Verified => "\n* `cargo check` has brought `Cargo.lock` up to date: commit it too, where you keep it",
        _ if locked => "\n* the next `--locked` build needs one unlocked build first: `Cargo.lock` was not touched",
        _ => "",
    };
    format!(
        "{lock}\n* commit `clerk-sessions.toml` and `clerk-sessions.lock`; a line `clerk-sessions.lock linguist-generated` in `.gitattributes` folds the latter in reviews\n"
    )
}

/// What a first run leaves.
fn all(request: &Request, proposal: &Proposal) -> String {
    let (wiring, module) = (&request.blueprint.wiring, request.module.as_str());
    let sample = &request.snapshot.sample;
    let example = if sample.ignored { String::new() } else { format!("also in `{}`; ", shown(&sample.path)) };
    let mut text = format!("\n* set these variables ({example}a `.env` file is read only if your program does so):\n");
    let required = request.open_variables();
    text.extend(required.iter().map(|variable| assignment(request, variable)));
    if request.origins().is_empty() && required.iter().any(|variable| variable.name == PARTIES) {
        let _ = writeln!(text, "  until `{PARTIES}` is set, the program refuses every session");
    }
    if let Some((path, name)) = inspect::front_end(&request.snapshot) {
        let _ = writeln!(text, "  `{}` has `{name}`: its value is the publishable key", shown(&path));
    }
    if request.answers.profile != "dev" {
        let _ = writeln!(text, "  and on your own machine, with a test key (`pk_test_…`):\n    {PROFILE}=dev");
    }
    let inside = request.blueprint.wiring.inside.as_deref().filter(|_| from_browsers(request));
    text.push_str(&wiring_steps(place(request), inside, &proposal.steps));
    if request.snapshot.package.crates.iter().any(|krate| krate == "clerk_rs") {
        text.push_str(
            "\n* `clerk-rs` checks sessions here too: take its validator off the routes that this module guards, as both would have to agree\n",
        );
    }
    let snapshot = &request.snapshot;
    // Handlers stand in any file of the crate, and only the root knows the module by its name alone.
    let path = snapshot.path_to_module(&snapshot.crate_root, true, module);
    let _ = writeln!(text, "\n* take the session in a handler:\n{}", indented(&named(&wiring.example, &path)));
    let recipe = named(&request.blueprint.docs.test, &path);
    let _ = writeln!(text, "  and in its tests let a `{path}::testing::TestIssuer` stand in for Clerk:\n    {recipe}");
    text.extend(stop(request, proposal).as_ref().map(stop_at_start));
    if from_browsers(request) {
        let _ = writeln!(text, "\n* CORS: {}", named(&wiring.cors, module));
    }
    text
}

/// How a program stops at start on bad configuration.
fn stop_at_start(Stop { main, lines }: &Stop) -> String {
    let place = main.as_ref().map_or_else(String::new, |(path, line)| format!(" ({}:{line})", shown(path)));
    let lines = indented(&lines.join("\n"));
    format!("\n* stop at start on bad configuration, first of all in `main`{place}:\n{lines}")
}

/// Whether browsers call, which ask for CORS.
fn from_browsers(Request { blueprint, answers, .. }: &Request) -> bool {
    answers.holds(blueprint, &[("callers".to_owned(), "browser".to_owned())].into())
}

/// What a later run leaves: what its new answers ask for.
fn new(request: &Request, proposal: &Proposal) -> String {
    let mut text = String::new();
    let required = request.open_variables();
    if !required.is_empty() {
        text.push_str("\n* set these variables, too:\n");
        text.extend(required.iter().map(|variable| assignment(request, variable)));
    }
    if request.answers.wire {
        text.push_str(&wiring_steps(place(request), None, &proposal.steps));
    }
    if let Some((old, files)) = with_former_name(request, proposal) {
        let new = &request.answers.module;
        let _ = writeln!(text, "\n* these lines still name `{old}::`, which is now `{new}::`:{files}");
    }
    text
}

fn assignment(request: &Request, variable: &Variable) -> String {
    format!("    {}={}    # {}\n", variable.name, request.value_of(variable), variable.help)
}

/// The module's former name, where it has another one now, and the user's files that will still have it.
fn with_former_name<'a>(request: &'a Request, proposal: &Proposal) -> Option<(&'a str, String)> {
    let former = request.previous.as_ref().map(|answers| answers.module.as_str());
    let former = former.filter(|former| *former != request.answers.module)?;
    let module = module_dir(&request.snapshot, &request.answers.module);
    let module = relative(&request.snapshot.dir, &module);
    let files = still_named(&request.snapshot, &proposal.changes, former, &module);
    let lines = files.iter().flat_map(|(path, lines)| lines.iter().map(move |line| (path, line)));
    let lines: String = lines.map(|(path, line)| format!("\n    {}:{line}", shown(path))).collect();
    (!files.is_empty()).then_some((former, lines))
}

/// Where the wiring line goes, in words.
fn place<'a>(request: &'a Request) -> &'a str {
    request.blueprint.wiring.place_among(&request.snapshot.package.crates)
}

/// The line to wire, with its place or those that it may have.
fn wiring_steps(place: &str, inside: Option<&str>, steps: &[ManualStep]) -> String {
    match steps {
        [] => String::new(),
        [ManualStep { text, place: None, why, .. }] => {
            let why = why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            format!("\n* wire it, {place}{why}:\n    {text}\n")
        }
        [ManualStep { text, place: Some((file, line)), why, .. }] => {
            let why = why.as_ref().map_or_else(String::new, |why| format!(" (not inserted: {why})"));
            let inside = inside.map_or_else(String::new, |outer| format!(" and so inside {outer}"));
            format!("\n* wire it at {}:{line}, {place}{inside}{why}:\n    {text}\n", shown(file))
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
