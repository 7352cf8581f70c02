//! Reads the files from which a program may load its variables, for `status`.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::read;
use super::reach::Reach;
use super::{InspectError, Snapshot};
use crate::edit::environment::SAMPLES;

/// The most files of a folder: it may have any number.
const FILES: usize = 32;

/// The most entries of a folder that are looked at.
const ENTRIES: usize = 20_000;

/// A file such as `.env.local`. It holds secrets, so that nothing of its text may be shown.
pub struct EnvFile {
    /// Its path below the root of version control, where there is one, else below the snapshot's base.
    pub path: Utf8PathBuf,
    /// The text, or why it was not read.
    pub text: Result<String, InspectError>,
}

/// The `.env` files in the package's folder and those above it, up to the root of version control, where there is one:
/// that is how far programs look. Samples are none.
pub fn env_files(snapshot: &Snapshot) -> Vec<EnvFile> {
    let package = &snapshot.package.dir;
    let root = snapshot.vcs_root.as_deref().unwrap_or(&snapshot.base);
    let reach = Reach::within(root);
    let folders = package.ancestors().take_while(|folder| folder.starts_with(root));
    let files = folders.flat_map(|folder| names(folder).into_iter().map(move |name| folder.join(name)));
    let files = files.filter_map(|path| {
        let below = path.strip_prefix(root).ok()?;
        // What is neither a file nor leads to one sets nothing.
        let text = read(&reach, root, below).transpose()?;
        Some(EnvFile { path: below.to_owned(), text })
    });
    files.collect()
}

/// The names of the `.env` files in a folder, in order.
fn names(folder: &Utf8Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(ENTRIES).filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_one = |name: &String| name == ".env" || name.starts_with(".env.") && !SAMPLES.contains(&name.as_str());
    let mut names: Vec<String> = names.filter(is_one).collect();
    names.sort();
    names.truncate(FILES);
    names
}
