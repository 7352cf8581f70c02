//! The toolchain that a repository chooses: one that is installed is honoured by its name, one that is named by its path may
//! come with the repository.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use camino::Utf8Path;

use super::{Foreign, ProgramError};

/// Where rustup looks, in each folder from the current one up.
const FILES: [&str; 2] = ["rust-toolchain", "rust-toolchain.toml"];

/// More than these bytes no toolchain file has.
const MOST: u64 = 64 << 10;

/// Refuses a toolchain that a repository brings along. What the user chooses with `+<toolchain>` or in the environment holds
/// for rustup whatever the files say. The folder is without links, as rustup sees the
/// current one.
pub(super) fn check(foreign: &Foreign, folder: &Utf8Path) -> Result<(), ProgramError> {
    let chosen = std::env::var_os("RUSTUP_TOOLCHAIN").filter(|toolchain| !toolchain.is_empty());
    if let Some(toolchain) = chosen {
        let toolchain = Path::new(&toolchain);
        let is_path = toolchain.components().count() > 1;
        return if is_path { foreign.refuse(toolchain, "RUSTUP_TOOLCHAIN") } else { Ok(()) };
    }
    for dir in folder.ancestors() {
        let files = FILES.map(|name| dir.join(name)).into_iter().filter(|file| is_read(file));
        let texts = files.map(|file| Ok((text(foreign, &file)?, file))).collect::<Result<Vec<_>, ProgramError>>()?;
        if let Some((_, file)) = texts.iter().find(|(text, _)| names_a_path(text)) {
            return Err(ProgramError::Toolchain { file: file.clone() });
        }
        if !texts.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Whether rustup would read a file. A folder and a link to nothing it passes over.
fn is_read(file: &Utf8Path) -> bool {
    fs::metadata(file).is_ok_and(|found| !found.is_dir())
}

/// The text of a toolchain file, all of it: rustup has no bounds, and must find nothing that we did not see.
fn text(foreign: &Foreign, file: &Utf8Path) -> Result<String, ProgramError> {
    let fault = |fault: &'static str| ProgramError::ToolchainFile { file: file.to_owned(), fault };
    let unreadable = |_| fault("cannot be read");
    let real = file.canonicalize_utf8().map_err(unreadable)?;
    if foreign.holding(file.as_std_path()).is_some() && foreign.holding(real.as_std_path()).is_none() {
        return Err(fault("is a symbolic link that leaves the repository"));
    }
    if !fs::metadata(&real).map_err(unreadable)?.is_file() {
        return Err(fault("is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(&real).and_then(|open| open.take(MOST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(fault("is larger than 64 KiB"));
    }
    String::from_utf8(bytes).map_err(|_| fault("is not UTF-8"))
}

/// Whether a toolchain file has anything but names. Source: rustup's `config.rs`, where a line by itself is a name or an
/// absolute path.
fn names_a_path(text: &str) -> bool {
    let separated = |name: &str| name.contains(['/', '\\']);
    match toml::from_str::<toml::Table>(text) {
        Ok(table) => table.get("toolchain").is_some_and(|toolchain| {
            let channel = toolchain.get("channel").and_then(toml::Value::as_str);
            toolchain.get("path").is_some() || channel.is_some_and(separated)
        }),
        Err(_) => separated(text) || text.contains("path"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_and_a_path_is_not() {
        let table = |toolchain: &str| format!("# As in CI.\n[toolchain]\n{toolchain}\n");
        for text in ["", "1.85.0\n", "nightly-2026-01-01", &table("channel = \"stable\""), "[other]\npath = \"/a\""] {
            assert!(!names_a_path(text), "{text}");
        }
        let tables =
            ["path = \"/a\"", "path = 'a'", "\"path\" = \"a\"", "channel = \"/a/b\"", "path = \"", "pa\u{74}h."];
        let other =
            ["/a/b\n", "C:\\a", "toolchain.path = \"a\"", "toolchain = { path = \"a\" }", "[toolchain]\r\npath="];
        for text in tables.map(table).iter().map(String::as_str).chain(other) {
            assert!(names_a_path(text), "{text}");
        }
    }
}
