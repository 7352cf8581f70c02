//! What the user moved and deleted among the recorded files, and where this version's files go because of it.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Found, find, recorded};
use crate::inspect::Snapshot;
use crate::plan::place;
use crate::record::Generated;
use crate::render::GeneratedFile;
use crate::request::Request;

/// What became of the recorded files.
pub struct Moves {
    moved: Vec<Move>,
    /// Files that the user deleted: where they were, and where this version would have them.
    deleted: Vec<Utf8PathBuf>,
    /// Ids of files of which there are several.
    unclear: Vec<(String, Vec<Utf8PathBuf>)>,
}

/// A file that the user moved, now or before an earlier run.
struct Move {
    id: String,
    /// Where it would stand otherwise.
    from: Utf8PathBuf,
    to: Utf8PathBuf,
}

/// From where a file is read and to where it is written.
pub struct Way {
    /// Where it stands now.
    pub from: Utf8PathBuf,
    /// Where it is to stand.
    pub to: Utf8PathBuf,
    /// Whether the user chose the place.
    pub moved: bool,
}

/// Looks for every recorded file once; `planned` are the files of this version.
pub fn moves(request: &Request, planned: &[GeneratedFile]) -> Moves {
    let snapshot = &request.snapshot;
    let mut moves = Moves { moved: Vec::new(), deleted: Vec::new(), unclear: Vec::new() };
    for file in recorded(snapshot) {
        let home = file.path.below(&snapshot.dir);
        let from = if file.moved { place(snapshot, &request.answers.module, &file.id) } else { home.clone() };
        match find(&snapshot.dir, &snapshot.tree, recorded(snapshot), file) {
            Found::At(to) if to != home || file.moved => moves.moved.push(Move { id: file.id.clone(), from, to }),
            Found::At(_) => {}
            Found::Unclear(files) => moves.unclear.push((file.id.clone(), files)),
            Found::Nowhere if snapshot.left_out.contains(&home) => {}
            Found::Nowhere => {
                let now = planned.iter().find(|one| one.id == file.id || one.was.contains(&file.id));
                moves.deleted.push(home);
                moves.deleted.extend(now.map(|one| one.path.clone()));
            }
        }
    }
    moves
}

impl Moves {
    /// What the user moved stays there, under a blueprint's new name where its whole folder moved; what a blueprint or
    /// another module name moves takes the user's edits along; a new file goes where its folder went.
    pub fn way(&self, dir: &Utf8Path, old: Option<&Generated>, file: &GeneratedFile) -> Way {
        let Some(old) = old else {
            let to = self.rerooted(&file.path);
            return Way { from: to.clone(), moved: to != file.path, to };
        };
        let home = old.path.below(dir);
        match self.moved.iter().find(|one| one.id == old.id) {
            Some(one) if old.id != file.id && self.rerooted(&file.path) != file.path => {
                Way { from: one.to.clone(), to: self.rerooted(&file.path), moved: true }
            }
            Some(one) => Way { from: one.to.clone(), to: one.to.clone(), moved: true },
            // One that was moved first and deleted then.
            None if old.moved => Way { from: home.clone(), to: home, moved: true },
            None => Way { from: home, to: file.path.clone(), moved: false },
        }
    }

    fn rerooted(&self, path: &Utf8Path) -> Utf8PathBuf {
        let moves: Vec<(&Utf8Path, &Utf8Path)> =
            self.moved.iter().map(|one| (one.from.as_path(), one.to.as_path())).collect();
        rerooted(path, &moves)
    }

    /// The modules that a `mod.rs` at one of these paths declared and the user deleted.
    pub fn gone_from(&self, declaring: &[&Utf8Path]) -> Vec<&str> {
        let folders = declaring.iter().filter(|path| path.file_name() == Some("mod.rs"));
        let folders: Vec<&Utf8Path> = folders.filter_map(|path| path.parent()).collect();
        let modules = self.deleted.iter().filter_map(|file| {
            let module = if file.file_name() == Some("mod.rs") { file.parent()? } else { file };
            Some((module.parent()?, module.file_stem()?))
        });
        modules.filter(|(parent, _)| folders.contains(parent)).map(|(_, name)| name).collect()
    }

    /// Whether the user deleted every file of the folder that a new file would stand in.
    pub fn is_gone(&self, snapshot: &Snapshot, new: &Utf8Path) -> bool {
        let homes = recorded(snapshot).iter().map(|file| file.path.below(&snapshot.dir));
        let mut beside = homes.filter(|home| home.parent() == new.parent()).peekable();
        beside.peek().is_some() && beside.all(|home| self.deleted.contains(&home))
    }

    /// The files of which nobody knows which one is the recorded one.
    pub fn unclear(&self, id: &str) -> Option<&[Utf8PathBuf]> {
        self.unclear.iter().find(|(own, _)| own == id).map(|(_, files)| files.as_slice())
    }
}

/// Where a new file belongs, when the user moved the folder that it would stand in.
///
/// `moves` are recorded paths and where those files are now. A folder counts as moved when every recorded file of it that
/// still exists went to the same other folder, under its own name.
pub(super) fn rerooted(path: &Utf8Path, moves: &[(&Utf8Path, &Utf8Path)]) -> Utf8PathBuf {
    for folder in path.ancestors().skip(1).filter(|folder| !folder.as_str().is_empty()) {
        let mut targets: Vec<Option<Utf8PathBuf>> =
            moves.iter().filter_map(|(from, to)| Some(new_folder(from.strip_prefix(folder).ok()?, to))).collect();
        targets.sort();
        targets.dedup();
        match (&targets[..], path.strip_prefix(folder)) {
            ([Some(target)], Ok(rest)) if target != folder => return target.join(rest),
            ([], _) => {}
            _ => return path.to_owned(),
        }
    }
    path.to_owned()
}

/// The folder below which a file stands at the same place as before.
fn new_folder(rest: &Utf8Path, to: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = to.ancestors().nth(rest.components().count())?;
    to.ends_with(rest).then(|| folder.to_owned())
}
