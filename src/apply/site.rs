//! Where a run is at work, and where it leaves what a later one needs.

use std::fs::{self, DirBuilder};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy;

use crate::escape::shown;
use crate::inspect::Reach;
use crate::record::sha256;

/// The mark's name, at the root, while a run is at work.
pub const FILE: &str = ".clerk-sessions.journal";

/// A folder of the user's, none of the repository's: what stands there was put there by us.
const STATE: &str = "cargo-clerk-sessions";

/// Where a run is at work.
#[derive(Debug, Clone)]
pub struct Site {
    /// The folder that all paths are below; absolute, without links.
    pub base: Utf8PathBuf,
    /// The checkout whose later runs heal and undo this one; `None` for files that are no project's, such as manual pages.
    pub checkout: Option<Checkout>,
}

/// One workspace on this machine.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The workspace's root, absolute, without links.
    pub root: Utf8PathBuf,
    /// The folder of the user's that is kept for it, where there is one.
    pub state: Option<Utf8PathBuf>,
}

impl Site {
    /// A folder that belongs to no project.
    pub fn alone(base: &Utf8Path) -> Self {
        Self { base: base.to_owned(), checkout: None }
    }

    /// The files below `base` that are within reach.
    pub(super) fn reach(&self) -> Reach {
        self.checkout.as_ref().map_or_else(|| Reach::within(&self.base), |checkout| Reach::around(&checkout.root))
    }
}

impl Checkout {
    /// The workspace with this root.
    ///
    /// State that lies in the repository may have come with it, so it is not used.
    pub fn of(root: &Utf8Path) -> Self {
        let home = home().filter(|home| !Reach::around(root).holds(home));
        Self { root: root.to_owned(), state: home.map(|home| of_root(&home, root)) }
    }

    /// As [`Checkout::of`], with the state in a folder of the caller's.
    pub fn with_state_in(home: &Utf8Path, root: &Utf8Path) -> Self {
        Self { root: root.to_owned(), state: Some(of_root(&home.join(STATE), root)) }
    }

    /// Makes the folder for its state, for the owner alone. Says why that is not possible.
    pub fn prepare(&self) -> Result<(), String> {
        let Some(state) = &self.state else {
            return Err("there is no folder for it outside the repository".to_owned());
        };
        make(state).map_err(|cause| format!("failed to make `{}`: {cause}", shown(state)))
    }

    /// Removes what is kept for it, for a workspace that goes.
    pub fn forget(&self) {
        // What stays is harmless: nothing is done with it without the workspace.
        let _ = self.state.as_ref().map(fs::remove_dir_all);
    }
}

/// The folder of one workspace. Its name tells others on the machine nothing of the path.
fn of_root(home: &Utf8Path, root: &Utf8Path) -> Utf8PathBuf {
    home.join(&sha256(root.as_str())[..32])
}

/// `$XDG_STATE_HOME`, or its like on other platforms.
fn home() -> Option<Utf8PathBuf> {
    let user = etcetera::choose_base_strategy().ok()?;
    let home = user.state_dir().unwrap_or_else(|| user.data_dir());
    Utf8PathBuf::from_path_buf(home.join(STATE)).ok()
}

/// Makes a folder that only its owner may look into.
pub(super) fn make(folder: &Utf8Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
