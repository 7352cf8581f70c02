//! Formats our own text with the user's rustfmt settings. Runs rustfmt, and nothing of the user's project.
#![expect(
    clippy::disallowed_methods,
    reason = "rustfmt takes several files only from a folder, which is a temporary one"
)]

mod idle;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::{fs, thread};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::program;
use idle::Effect;

/// The file that has rustfmt's settings, in either name, as rustfmt prefers them.
const SETTINGS: [&str; 2] = [".rustfmt.toml", "rustfmt.toml"];

/// The bytes of settings that are looked at.
const SETTINGS_BYTES: u64 = 64 << 10;

/// The temporary folder, while there is one.
static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);

/// A formatter of Rust text, which answers `None` where it cannot.
pub type Formatter<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The user's rustfmt, as it formats the sources of one crate. It answers `None` where rustfmt is absent or refuses a text.
#[derive(Debug, Clone)]
pub struct Rustfmt {
    folder: Utf8PathBuf,
    edition: String,
    /// Whether settings of the user's apply: then generated files are as these have them.
    pub configured: bool,
}

impl Rustfmt {
    /// The one that is at work in a folder.
    pub fn of(folder: Utf8PathBuf, edition: String) -> Self {
        Self { configured: settings(&folder).is_some(), folder, edition }
    }

    /// Whether the settings leave our texts as they are. What is not known for certain may change them.
    pub fn is_idle(&self) -> bool {
        let Some((path, text)) = settings(&self.folder).and_then(|path| Some((path.clone(), text(&path)?))) else {
            return !self.configured;
        };
        match idle::effect(&text) {
            Effect::None => true,
            Effect::OfUnstable => self.in_force(&path).is_some_and(|printed| idle::none_in_force(&text, &printed)),
            Effect::Some => false,
        }
    }

    /// The settings that hold, as rustfmt prints them.
    fn in_force(&self, settings: &Utf8Path) -> Option<String> {
        let mut rustfmt = program::rustfmt(&self.folder).ok()?;
        rustfmt.args(["--edition", &self.edition, "--print-config", "current"]).arg(settings);
        let output = rustfmt.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
    }

    /// Formats one text.
    pub fn one(&self, text: &str) -> Option<String> {
        format(&self.folder, &self.edition, text)
    }

    /// Formats many files, which are given with their paths, by one rustfmt: to start one takes longer than to format a file.
    /// What that one does not print, such as everything where a text is refused, is formatted by itself.
    pub fn all(&self, files: &[(&Utf8Path, &str)]) -> Vec<Option<String>> {
        let mut together = together(&self.folder, &self.edition, files).unwrap_or_default();
        let done = files.iter().map(|(path, text)| together.remove(*path).map(|formatted| ended_as(text, &formatted)));
        let mut formatted: Vec<_> = done.collect();
        let mut rest: Vec<(&str, &mut Option<String>)> =
            files.iter().map(|(_, text)| *text).zip(&mut formatted).filter(|(_, done)| done.is_none()).collect();
        one_by_one(&mut rest, |text| self.one(text));
        formatted
    }
}

/// Formats as many texts at a time as there are processors.
fn one_by_one(texts: &mut [(&str, &mut Option<String>)], format: impl Fn(&str) -> Option<String> + Sync) {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let share = texts.len().div_ceil(processors).max(1);
    thread::scope(|scope| {
        for texts in texts.chunks_mut(share) {
            scope.spawn(|| texts.iter_mut().for_each(|(text, formatted)| **formatted = format(text)));
        }
    });
}

fn format(folder: &Utf8Path, edition: &str, text: &str) -> Option<String> {
    let mut child = program::rustfmt(folder)
        .ok()?
        .args(["--edition", edition, "--emit", "stdout", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let given = text.to_owned();
    // A thread feeds the text, so that neither side waits for the other with a full pipe.
    let feeder = thread::spawn(move || input.write_all(given.as_bytes()));
    let output = child.wait_with_output().ok()?;
    feeder.join().ok()?.ok()?;
    let formatted = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !formatted.is_empty()).then(|| ended_as(text, &formatted))
}

/// With the line endings of the text that was given: by `newline_style` rustfmt prints others.
fn ended_as(given: &str, formatted: &str) -> String {
    let formatted = formatted.replace("\r\n", "\n");
    if given.contains("\r\n") { formatted.replace('\n', "\r\n") } else { formatted }
}

/// Removes the temporary folder, for those who end the program.
pub fn clean_up() {
    let folder = TEMPORARY.lock().ok().and_then(|mut folder| folder.take());
    let _ = folder.map(fs::remove_dir_all);
}

/// Formats files in a temporary folder.
fn together(folder: &Utf8Path, edition: &str, files: &[(&Utf8Path, &str)]) -> Option<BTreeMap<Utf8PathBuf, String>> {
    let below = |path: &Utf8Path| path.components().all(|part| matches!(part, Utf8Component::Normal(_)));
    if files.len() < 2 || !files.iter().all(|(path, _)| below(path)) {
        return None;
    }
    let temporary = tempfile::Builder::new().prefix("clerk-sessions-format-").tempdir().ok()?;
    *TEMPORARY.lock().ok()? = Some(temporary.path().to_owned());
    let formatted = formatted_in(temporary.path(), folder, edition, files);
    TEMPORARY.lock().ok()?.take();
    formatted
}

/// Rustfmt follows `mod` lines to files of its own, and would write to whatever they name, so it prints the texts instead.
fn formatted_in(
    temporary: &Path,
    folder: &Utf8Path,
    edition: &str,
    files: &[(&Utf8Path, &str)],
) -> Option<BTreeMap<Utf8PathBuf, String>> {
    // As rustfmt prints it.
    let home = Utf8PathBuf::from_path_buf(temporary.canonicalize().ok()?).ok()?;
    for (path, text) in files {
        let path = home.join(path);
        fs::create_dir_all(path.parent()?).ok()?;
        fs::write(path, text).ok()?;
    }
    let output = program::rustfmt(folder)
        .ok()?
        .args(["--edition", edition, "--emit", "stdout", "--config-path"])
        .arg(settings(folder)?)
        .args(roots(files).map(|path| home.join(path)))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| printed(&String::from_utf8(output.stdout).ok()?, &home)).flatten()
}

/// The settings that hold in a folder.
fn settings(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let candidates = folder.ancestors().flat_map(|dir| SETTINGS.map(|name| dir.join(name)));
    candidates.into_iter().find(|path| path.is_file())
}

/// The text of a file of settings, unless it is longer than any.
fn text(settings: &Utf8Path) -> Option<String> {
    let mut text = String::new();
    File::open(settings).ok()?.take(SETTINGS_BYTES).read_to_string(&mut text).ok()?;
    ((text.len() as u64) < SETTINGS_BYTES).then_some(text)
}

/// The files that are not modules of others among them, as far as their paths tell.
fn roots<'a>(files: &'a [(&Utf8Path, &str)]) -> impl Iterator<Item = &'a Utf8Path> {
    let is_file = move |path: Utf8PathBuf| files.iter().any(|(other, _)| *other == path);
    files.iter().map(|(path, _)| *path).filter(move |path| {
        let folder = if path.file_name() == Some("mod.rs") { path.parent() } else { Some(*path) };
        let above = folder.and_then(Utf8Path::parent).unwrap_or(Utf8Path::new(""));
        !(is_file(above.join("mod.rs")) || is_file(above.with_extension("rs")))
    })
}

/// The texts that rustfmt prints, each below its path, a colon and an empty line.
fn printed(output: &str, home: &Utf8Path) -> Option<BTreeMap<Utf8PathBuf, String>> {
    let mut texts = BTreeMap::new();
    let heading = format!("{home}{}", std::path::MAIN_SEPARATOR);
    let mut rest = output.strip_prefix(&heading)?;
    loop {
        let (path, text) = rest.split_once(":\n\n")?;
        let end = text.find(&format!("\n{heading}")).map_or(text.len(), |end| end + 1);
        let (text, next) = text.split_at(end);
        if !text.is_empty() {
            texts.insert(Utf8PathBuf::from(path.replace('\\', "/")), text.to_owned());
        }
        match next.strip_prefix(&heading) {
            Some(next) => rest = next,
            None => return Some(texts),
        }
    }
}
