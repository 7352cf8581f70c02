//! Formats our own text with the user's rustfmt settings. Runs rustfmt, and nothing of the user's project.

use std::io::Write;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

/// A formatter for files of one folder and edition. It answers `None` where rustfmt is absent or refuses the text.
pub fn formatter(folder: Utf8PathBuf, edition: String) -> impl Fn(&str) -> Option<String> {
    move |text| format(&folder, &edition, text)
}

fn format(folder: &Utf8Path, edition: &str, text: &str) -> Option<String> {
    let mut child = Command::new("rustfmt")
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
