//! What `init` leaves to the user, said once at the end.

use std::fmt::Write as _;

use super::choose::Chosen;
use crate::cli::Format;
use crate::propose::Proposal;
use crate::render::{ManualStep, named};
use crate::terminal::Terminal;

/// Prints the steps that are left; scripts find them in the JSON document.
pub(super) fn left_to_do(chosen: &Chosen, proposal: &Proposal, format: Format, terminal: Terminal) {
    let first = chosen.snapshot.record.is_none();
    let version = chosen.host.version.as_deref().unwrap_or("");
    let what = format!("{} {version}, profile {}", chosen.host.title, chosen.answers.profile());
    terminal.status(
        if first { "Added" } else { "Updated" },
        &format!("Clerk sessions in `{}` ({what})", chosen.snapshot.package.name),
    );
    if first && format != Format::Json {
        terminal.note(&text(chosen, proposal));
    }
}

/// The steps as text.
fn text(chosen: &Chosen, proposal: &Proposal) -> String {
    let (wiring, module) = (&chosen.blueprint.wiring, chosen.answers.module());
    let mut text = String::from("\nWhat is left to do:\n");
    let _ = writeln!(
        text,
        "\n* set these variables (also in `.env.example`; a `.env` file is read only if your program does so):"
    );
    for variable in &chosen.blueprint.environment {
        if variable.required && chosen.answers.holds(chosen.blueprint, &variable.when) {
            let asked = variable.name == "CLERK_AUTHORIZED_PARTIES" && !chosen.parties.is_empty();
            let value = if asked { chosen.parties.join(",") } else { variable.placeholder.clone() };
            let _ = writeln!(text, "    {}={value}    # {}", variable.name, variable.help);
        }
    }
    if let Some((path, name)) = &chosen.snapshot.front_end {
        let _ = writeln!(text, "  `{path}` has `{name}`: its value is the publishable key");
    }
    text.push_str(&wiring_steps(&wiring.place, &proposal.steps));
    if chosen.snapshot.package.crates.iter().any(|krate| krate == "clerk_rs") {
        text.push_str(
            "\n* `clerk-rs` checks sessions here too: take its validator off the routes that this module guards, as both would have to agree\n",
        );
    }
    let path = chosen.snapshot.path_to_module(&chosen.snapshot.crate_root, false, module);
    let _ = writeln!(text, "\n* take the session in a handler:\n{}", indented(&named(&wiring.example, &path)));
    let _ = writeln!(text, "* stop at start on bad configuration: `{path}::Verifier::from_env()?;` in `main`");
    let _ = writeln!(text, "\n* CORS: {}", named(&wiring.cors, &path));
    let _ =
        writeln!(text, "\n* the next `--locked` build needs one unlocked build first: `Cargo.lock` was not touched");
    let _ = write!(
        text,
        "* commit `clerk-sessions.toml` and `clerk-sessions.lock`; a line `clerk-sessions.lock linguist-generated` in `.gitattributes` folds the latter in reviews"
    );
    text
}

/// The line to wire, with its place or those that it may have.
fn wiring_steps(place: &str, steps: &[ManualStep]) -> String {
    match steps {
        [] => String::new(),
        [ManualStep { text, place: None }] => format!("\n* wire it, {place}:\n    {text}\n"),
        [ManualStep { text, place: Some((file, line)) }] => {
            format!("\n* wire it, {place} at {file}:{line}:\n    {text}\n")
        }
        steps => {
            let lines = steps.iter().filter_map(|step| {
                let (file, line) = step.place.as_ref()?;
                Some(format!("    {file}:{line}  {}\n", step.text))
            });
            format!("\n* wire it, {place} that holds all of yours, one of:\n{}", lines.collect::<String>())
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    })
}
