//! Where the files that we wrote are now: at home, moved by the user, or deleted.

use camino::{Utf8Path, Utf8PathBuf};

use crate::id;
use crate::inspect::Snapshot;
use crate::merge::{self, Followed};
use crate::plan::place;
use crate::record::{Generated, Record};
use crate::render::{GeneratedFile, Input};
use crate::tree::Tree;

/// Where the recorded files are now.
pub(super) struct Places {
    moves: Vec<Move>,
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
pub(super) struct Way {
    pub from: Utf8PathBuf,
    pub to: Utf8PathBuf,
    /// Whether the user chose the place.
    pub moved: bool,
}

/// The recorded files of a snapshot.
pub(super) fn recorded(snapshot: &Snapshot) -> &[Generated] {
    snapshot.record.as_ref().map_or(&[], |record: &Record| &record.generated)
}

/// Looks for every recorded file once; `planned` are the files of this version.
pub(super) fn places(input: &Input, planned: &[GeneratedFile]) -> Places {
    let snapshot = input.snapshot;
    let mut places = Places { moves: Vec::new(), deleted: Vec::new(), unclear: Vec::new() };
    for file in recorded(snapshot) {
        let home = snapshot.dir.join(&file.path);
        let from = if file.moved { place(snapshot, input.answers, &file.id) } else { home.clone() };
        match followed(&snapshot.dir, &snapshot.tree, recorded(snapshot), file) {
            Followed::To(to) if to != home || file.moved => places.moves.push(Move { id: file.id.clone(), from, to }),
            Followed::To(_) => {}
            Followed::Unclear(files) => places.unclear.push((file.id.clone(), files)),
            Followed::Nowhere if snapshot.left_out.contains(&home) => {}
            Followed::Nowhere => {
                let now = planned.iter().find(|one| one.id == file.id || one.was.contains(&file.id));
                places.deleted.push(home);
                places.deleted.extend(now.map(|one| one.path.clone()));
            }
        }
    }
    places
}

impl Places {
    /// What the user moved stays there, under a blueprint's new name where its whole folder moved; what a blueprint or
    /// another module name moves takes the user's edits along; a new file goes where its folder went.
    pub(super) fn way(&self, dir: &Utf8Path, old: Option<&Generated>, file: &GeneratedFile) -> Way {
        let Some(old) = old else {
            let to = self.rerooted(&file.path);
            return Way { from: to.clone(), moved: to != file.path, to };
        };
        let home = dir.join(&old.path);
        match self.moves.iter().find(|one| one.id == old.id) {
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
            self.moves.iter().map(|one| (one.from.as_path(), one.to.as_path())).collect();
        merge::rerooted(path, &moves)
    }

    /// The modules that a `mod.rs` at one of these paths declared and the user deleted.
    pub(super) fn gone_from(&self, declaring: &[&Utf8Path]) -> Vec<&str> {
        let folders = declaring.iter().filter(|path| path.file_name() == Some("mod.rs"));
        let folders: Vec<&Utf8Path> = folders.filter_map(|path| path.parent()).collect();
        let modules = self.deleted.iter().filter_map(|file| {
            let module = if file.file_name() == Some("mod.rs") { file.parent()? } else { file };
            Some((module.parent()?, module.file_stem()?))
        });
        modules.filter(|(parent, _)| folders.contains(parent)).map(|(_, name)| name).collect()
    }

    /// Whether the user deleted every file of the folder that a new file would stand in.
    pub(super) fn is_gone(&self, snapshot: &Snapshot, new: &Utf8Path) -> bool {
        let homes = recorded(snapshot).iter().map(|file| snapshot.dir.join(&file.path));
        let mut beside = homes.filter(|home| home.parent() == new.parent()).peekable();
        beside.peek().is_some() && beside.all(|home| self.deleted.contains(&home))
    }

    /// The files of which nobody knows which one is the recorded one.
    pub(super) fn unclear(&self, id: &str) -> Option<&[Utf8PathBuf]> {
        self.unclear.iter().find(|(own, _)| own == id).map(|(_, files)| files.as_slice())
    }
}

/// Where a recorded file is now, in a tree in which the package stands at `dir`.
///
/// A file at its path is that file, unless its id line says that it is another recorded one.
fn followed(dir: &Utf8Path, tree: &Tree, files: &[Generated], file: &Generated) -> Followed {
    let home = dir.join(&file.path);
    let is_other = |text: &str| id::of(text).is_some_and(|id| id != file.id && files.iter().any(|one| one.id == id));
    if tree.get(&home).is_some_and(|text| !is_other(text)) {
        return Followed::To(home);
    }
    let taken: Vec<Utf8PathBuf> = files.iter().map(|one| dir.join(&one.path)).collect();
    let free =
        |path: &Utf8Path, text: &str| !taken.iter().any(|one| one == path) || id::of(text) == Some(file.id.as_str());
    merge::follow(&file.id, &file.base, tree.iter().filter(|(path, text)| free(path, text)))
}

/// Where a recorded file is now, if that is clear, in a tree in which the package stands at `dir`.
pub fn whereabouts(dir: &Utf8Path, tree: &Tree, files: &[Generated], file: &Generated) -> Option<Utf8PathBuf> {
    match followed(dir, tree, files, file) {
        Followed::To(path) => Some(path),
        Followed::Unclear(_) | Followed::Nowhere => None,
    }
}

/// Where a recorded file of a snapshot is now.
pub(super) fn place_of(snapshot: &Snapshot, file: &Generated) -> Option<Utf8PathBuf> {
    whereabouts(&snapshot.dir, &snapshot.tree, recorded(snapshot), file)
}
