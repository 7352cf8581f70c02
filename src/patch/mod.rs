//! Edits the user's files: the manifests, the crate root, `.env.example`, the settings, and where it is wanted one line of the
//! application. Each step takes values and answers one.

mod declaration;
mod environment;
mod former;
mod manifests;
mod wiring;

use camino::Utf8PathBuf;

use crate::edit::EditError;
use crate::edit::manifest::Patched;
use crate::escape::shown;
use crate::plan::Plan;
use crate::record::Inserted;
use crate::remark::Remark;
use crate::request::Request;
use crate::settings::{self, SettingsError};
use crate::tree::Tree;
pub use environment::variables_in;
pub use former::is_former;
pub use manifests::manifests;

/// A file of the user's that cannot be edited.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// An edit is not possible.
    #[error("failed to edit `{path}`\n  caused by: {cause}", path = shown(path))]
    Edit { path: Utf8PathBuf, cause: EditError },
    /// The settings file.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A file that must be there is not.
    #[error("there is no readable file at `{path}`", path = shown(path))]
    Missing { path: Utf8PathBuf },
    /// The module's name is taken.
    #[error("`{path}` already has {what} named `{name}`", path = shown(path), name = shown(name))]
    Taken {
        /// Where it stands.
        path: Utf8PathBuf,
        /// What has the name.
        what: String,
        name: String,
    },
}

impl PatchError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Edit { cause, .. } => cause.code(),
            Self::Settings(cause) => cause.code(),
            Self::Missing { .. } => "read",
            Self::Taken { .. } => "name-taken",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Edit { cause, .. } => cause.hint(),
            Self::Settings(cause) => cause.hint(),
            Self::Missing { .. } => None,
            Self::Taken { .. } => Some("choose another name with `--module`".to_owned()),
        }
    }
}

/// A patched file with our insertions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchedFile {
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// The new text.
    pub text: String,
    /// What we inserted now.
    pub inserted: Vec<Inserted>,
}

/// A step that is left to the user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManualStep {
    /// The file, below the snapshot's base, and the line in it, counted from 1. None where no place was found.
    pub place: Option<(Utf8PathBuf, usize)>,
    /// What to write there.
    pub text: String,
    /// Whether it is there under a condition, so that it goes to each place of that kind.
    pub alternative: bool,
    /// Why it was not inserted, where that was wanted.
    pub why: Option<String>,
}

/// Everything that this version would change in files of the user's.
#[derive(Debug, Clone)]
pub struct Patch {
    pub files: Vec<PatchedFile>,
    pub settings: String,
    /// What is left to do by hand.
    pub steps: Vec<ManualStep>,
    /// Remarks on sources.
    pub remarks: Vec<Remark>,
}

/// Patches what a plan names; `manifests` are the edited manifests.
pub fn patch(request: &Request, plan: &Plan, manifests: &Patched) -> Result<Patch, PatchError> {
    let texts = former::without(request)?;
    let declared = declaration::declare(request, plan, &texts, &manifests.crates)?;
    let texts = texts.into_owned().with(declared.path.clone(), declared.text.clone());
    let (wired, steps) = wiring::wire_or_tell(request, &texts);
    let remarks = wiring::stays(request, &texts);
    let mut files = manifests::files(request, plan, manifests);
    files.extend(environment::example(request, plan));
    files.extend(sources(declared, wired));
    files.extend(former::only_cleaned(request, &texts, &files));
    Ok(Patch { files, settings: settings(request, plan)?, steps, remarks })
}

/// The crate root and the file that is wired, which may be one.
fn sources(declared: PatchedFile, wired: Option<PatchedFile>) -> Vec<PatchedFile> {
    match wired {
        Some(wired) if wired.path == declared.path => {
            let inserted = [declared.inserted, wired.inserted].concat();
            vec![PatchedFile { inserted, ..wired }]
        }
        wired => std::iter::once(declared).chain(wired).collect(),
    }
}

/// The settings file as it says the answers.
fn settings(request: &Request, plan: &Plan) -> Result<String, SettingsError> {
    let Request { snapshot, blueprint, answers, .. } = request;
    let all = &blueprint.settings;
    let Some(text) = snapshot.tree.get(&plan.settings) else {
        return Ok(snapshot.in_its_lines(settings::write(answers, all)));
    };
    let known = snapshot.record.as_ref().map_or(u32::MAX, |record| record.blueprint.version);
    settings::edit(text, answers, all, &settings::new_since(all, known, text))
}

/// A file as it is, with what is known to stand in it.
fn as_it_is(path: Utf8PathBuf, text: &str, inserted: Inserted) -> PatchedFile {
    PatchedFile { path, text: text.to_owned(), inserted: vec![inserted] }
}

/// The text of a file that must be there.
fn text_of<'a>(texts: &'a Tree, path: &Utf8PathBuf) -> Result<&'a str, PatchError> {
    texts.get(path).ok_or_else(|| PatchError::Missing { path: path.clone() })
}
