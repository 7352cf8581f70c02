//! Formats our own text with the user's rustfmt settings. Runs rustfmt, and nothing of the user's project.

use std::env::{self, consts::EXE_SUFFIX};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

/// A formatter for files of one folder and edition. It answers `None` where rustfmt is absent or refuses the text.
pub fn formatter(folder: Utf8PathBuf, edition: String) -> impl Fn(&str) -> Option<String> {
    let program = program();
    move |text| format(&program, &folder, &edition, text)
}

/// The rustfmt beside the cargo that runs us, else the one on the path, which with rustup is a program that starts it.
fn program() -> PathBuf {
    let cargo = env::var_os("CARGO").map(PathBuf::from);
    let beside = cargo.map(|cargo| cargo.with_file_name(format!("rustfmt{EXE_SUFFIX}")));
    beside.filter(|rustfmt| rustfmt.is_file()).unwrap_or_else(|| PathBuf::from("rustfmt"))
}

fn format(program: &Path, folder: &Utf8Path, edition: &str, text: &str) -> Option<String> {
    let mut child = Command::new(program)
        .current_dir(folder)
        .args(["--edition", edition, "--emit", "stdout", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let text = text.to_owned();
    // A thread feeds the text, so that neither side waits for the other with a full pipe.
    let feeder = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().ok()?;
    feeder.join().ok()?.ok()?;
    let formatted = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !formatted.is_empty()).then_some(formatted)
}
