//! The state file: key, secrets, people and sessions, written whole or not at all, for its owner alone.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::clock::Millis;
use super::error::LocalError;
use super::keys::Key;
use super::secrets::Secrets;
use super::world::World;

/// The version of the file's form.
const VERSION: u32 = 1;

/// No state file is larger, in bytes.
const LARGEST: u64 = 256 << 20;

/// What is in the file.
#[derive(Serialize, Deserialize)]
struct Document {
    /// Of the form.
    version: u32,
    /// The publishable key that the secrets belong to.
    publishable_key: String,
    /// The secret key and its like.
    secrets: Secrets,
    /// PKCS#8 in base64, the current one last.
    keys: Vec<String>,
    /// How far the clock is off.
    moved: Millis,
    /// All else.
    world: World,
}

/// What was kept.
pub struct Kept {
    /// The secret key and its like.
    pub secrets: Secrets,
    /// The current one last.
    pub keys: Vec<Key>,
    /// How far the clock is off, in milliseconds.
    pub moved: Millis,
    /// People and sessions.
    pub world: World,
}

/// Reads a state file; none where there is no such file.
#[expect(clippy::disallowed_methods, reason = "the stand-in has a file of its own")]
pub fn read(path: &Utf8Path, publishable_key: &str) -> Result<Option<Kept>, LocalError> {
    let fault = |cause: String| LocalError::State { path: path.to_owned(), cause };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(fault(cause.to_string())),
    };
    if !found.is_file() || found.len() > LARGEST {
        return Err(fault("it is no regular file of such a size".to_owned()));
    }
    if !is_private(&found) {
        return Err(fault("others can read it, or it is theirs: whoever has its keys makes every token".to_owned()));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|cause| fault(cause.to_string()))?;
    file.take(LARGEST).read_to_string(&mut text).map_err(|cause| fault(cause.to_string()))?;
    // The version first: what a later one writes need not have the members of this one.
    let document: serde_json::Value = serde_json::from_str(&text).map_err(|cause| fault(cause.to_string()))?;
    if document["version"] != VERSION {
        return Err(fault(format!("its version is {}, and this is version {VERSION}", document["version"])));
    }
    let file: Document = serde_json::from_value(document).map_err(|cause| fault(cause.to_string()))?;
    if file.publishable_key != publishable_key {
        return Err(fault("it was written for another `--key-host`, or with another `--live`".to_owned()));
    }
    let keys: Option<Vec<Key>> = file.keys.iter().map(|text| Key::from_text(text)).collect();
    let keys = keys.ok_or_else(|| fault("one of its keys cannot be read".to_owned()))?;
    Ok(Some(Kept { secrets: file.secrets, keys, moved: file.moved, world: file.world }))
}

/// Whether a file is this user's alone, as those are that are written here. One that came with a repository is not.
#[cfg(unix)]
fn is_private(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.uid() == rustix::process::geteuid().as_raw() && found.mode().trailing_zeros() >= 6 // neither the group nor others may do anything
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}

/// Where a state is kept, and what does not change.
#[derive(Debug, Clone)]
pub struct Place {
    pub path: Utf8PathBuf,
    /// The publishable key that the secrets belong to.
    pub publishable_key: String,
}

/// Writes the state beside the file, and puts it in the file's place.
pub fn write(place: &Place, secrets: &Secrets, keys: Vec<String>, moved: Millis, world: World) -> io::Result<()> {
    let publishable_key = place.publishable_key.clone();
    let file = Document { version: VERSION, publishable_key, secrets: secrets.clone(), keys, moved, world };
    let text = serde_json::to_vec(&file)?;
    let folder = place.path.parent().filter(|folder| *folder != "").unwrap_or(Utf8Path::new("."));
    // Such a file is its owner's alone from the beginning.
    let mut beside = tempfile::Builder::new().prefix(".clerk-local-").tempfile_in(folder)?;
    beside.write_all(&text)?;
    beside.as_file().sync_all()?;
    beside.persist(&place.path)?;
    Ok(())
}
