//! What git keeps to itself and what it ignores, asked of the repository alone.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::paths::relative;
use crate::program::git::{self, Git};
use crate::repository::{is_git, version_control};

/// A path as it was asked for, and the file that it means as its repository names it.
pub type Named<'a> = (&'a Utf8PathBuf, Utf8PathBuf);

/// Those of the paths that a rule of `.gitignore` covers, be there a file or not, with the rule and where it stands.
pub(super) fn ignored(git: &Git, names: &[Named]) -> Result<BTreeMap<Utf8PathBuf, String>, String> {
    // One that begins with a colon would be a pattern, and this command knows no literal paths.
    let asked = names.iter().filter(|(_, name)| !name.as_str().is_empty()).map(|(_, name)| format!("./{name}"));
    let asked = asked.collect::<Vec<_>>().join("\0");
    let (_, output) = git.ask(&["check-ignore", "--stdin", "-z", "--no-index", "--verbose"], &asked)?;
    let fields: Vec<&str> = output.split('\0').collect();
    // Rules that take a path out again are named too.
    let rules = fields.chunks_exact(4).filter(|rule| !rule[2].starts_with('!'));
    let covered: BTreeMap<&str, String> = rules
        .map(|rule| (rule[3].trim_start_matches("./"), format!("{} in {}:{}", rule[2], rule[0], rule[1])))
        .collect();
    let ours = names.iter().filter_map(|(ours, name)| Some(((*ours).clone(), covered.get(name.as_str())?.clone())));
    Ok(ours.collect())
}

/// Whether git ignores a file, in any of the repositories around it, or why it does not answer.
pub(super) fn ignores(file: &Utf8Path) -> Result<bool, String> {
    let roots = file.ancestors().skip(1).filter(|dir| is_git(&dir.join(".git")));
    roots.map(|root| ignores_in(root, file)).find(|answer| *answer != Ok(false)).unwrap_or(Ok(false))
}

fn ignores_in(root: &Utf8Path, file: &Utf8Path) -> Result<bool, String> {
    let path = relative(root, file);
    Ok(!ignored(&git::of_names(root), &[(&path, path.clone())])?.is_empty())
}

/// The nearest folder above, or this one, that is under version control.
pub(super) fn root(base: &Utf8Path) -> Option<Utf8PathBuf> {
    version_control(base).map(|(root, _)| root)
}

/// Where git keeps what is its own for the work tree with this root: elsewhere than in `.git`, where that is a file.
pub(super) fn kept_elsewhere(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let pointed = |file: Utf8PathBuf, prefix: &str| {
        let text = super::text(&file).ok()?;
        let named = text.trim_end().strip_prefix(prefix)?.trim_start();
        file.parent()?.join(named).canonicalize_utf8().ok()
    };
    let own = pointed(root.join(".git"), "gitdir:");
    let common = own.as_ref().and_then(|own| pointed(own.join("commondir"), ""));
    own.into_iter().chain(common).collect()
}
