//! The `mod` line in the crate root, and whether the name is free.

use camino::Utf8Path;

use super::crates::condition;
use super::{Input, PatchedFile, RenderError};
use crate::edit::crate_root::{self, Declaration};
use crate::edit::manifest::Patched;
use crate::id;
use crate::inspect::{Target, TargetKind};
use crate::plan::{Plan, module_dir};
use crate::record::Inserted;

/// The `mod` line in the crate root. One that we wrote earlier and the user took out is not written again.
pub(super) fn declare(plan: &Plan, input: &Input, patched: &Patched) -> Result<PatchedFile, RenderError> {
    let (snapshot, module) = (input.snapshot, input.answers.module());
    let path = plan.crate_root.clone();
    let text = snapshot.tree.get(&path).ok_or_else(|| RenderError::Missing { path: path.clone() })?;
    let fault = |cause| RenderError::Edit { path: plan.crate_root.clone(), cause };
    let below = path.strip_prefix(&snapshot.dir).unwrap_or(&path);
    let earlier = snapshot.record.as_ref().and_then(|record| record.patched_at(below));
    let is_it = |one: &&Inserted| matches!(one, Inserted::Module { name, public, .. } if name == module && *public == snapshot.library);
    if let Some(known) = earlier.and_then(|file| file.inserted.iter().find(is_it)) {
        return Ok(PatchedFile { text: text.to_owned(), path, inserted: vec![known.clone()] });
    }
    if let (true, Some(found)) = (moved_by_hand(input), crate_root::find_mod(text, module).map_err(fault)?) {
        let Declaration { public, condition, .. } = found;
        let declaration = Inserted::Module { name: module.to_owned(), public, condition, blank_below: false };
        return Ok(PatchedFile { text: text.to_owned(), path, inserted: vec![declaration] });
    }
    free(plan, input, patched)?;
    if let Some(what) = crate_root::taken(text, module).map_err(fault)? {
        return Err(RenderError::Taken { path, what, name: module.to_owned() });
    }
    let condition = condition(input.host);
    let declared = crate_root::insert_mod(text, module, snapshot.library, condition.as_deref()).map_err(fault)?;
    let declared = match condition.as_ref().filter(|condition| condition.len() > 40) {
        Some(_) => crate_root::laid_out(text, declared, module, input.rustfmt),
        None => declared,
    };
    let (name, public, blank_below) = (module.to_owned(), snapshot.library, declared.blank_below);
    let declaration = Inserted::Module { name, public, condition, blank_below };
    Ok(PatchedFile { path, text: declared.text, inserted: vec![declaration] })
}

/// Whether the module stands at its place because the user moved it there, so that its name is taken by itself.
fn moved_by_hand(input: &Input) -> bool {
    let face = module_dir(input.snapshot, input.answers).join("mod.rs");
    input.snapshot.record.is_some() && input.snapshot.tree.get(&face).and_then(id::of) == Some("module/mod.rs")
}

/// Refuses a name that a crate, a file or a folder of the user's has.
fn free(plan: &Plan, input: &Input, patched: &Patched) -> Result<(), RenderError> {
    let (snapshot, module) = (input.snapshot, input.answers.module());
    let taken = |path: &Utf8Path, what: &str, name: &str| {
        Err(RenderError::Taken { path: path.to_owned(), what: what.to_owned(), name: name.to_owned() })
    };
    if snapshot.package.crates.iter().any(|ident| ident == module) {
        return taken(&plan.manifest, "a dependency", module);
    }
    if patched.crates.values().any(|ident| ident == module) {
        return taken(&plan.manifest, "a dependency of the generated code", module);
    }
    let library = |target: &Target| target.kind == TargetKind::Library && target.name.replace('-', "_") == module;
    if !snapshot.library && snapshot.package.targets.iter().any(library) {
        return taken(&plan.manifest, "a library", module);
    }
    let folder = module_dir(snapshot, input.answers);
    let above = folder.parent().filter(|above| !above.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let file = folder.with_extension("rs");
    if snapshot.tree.contains(&file) {
        return taken(above, "a file", &format!("{module}.rs"));
    }
    if snapshot.tree.contains(&folder) {
        return taken(above, "a file", module);
    }
    let foreign = |path: &Utf8Path| path.starts_with(&folder) && !plan.own.iter().any(|(_, own)| own == path);
    let strange = snapshot.record.is_none() && snapshot.tree.iter().any(|(path, _)| foreign(path));
    if strange { taken(above, "a folder", module) } else { Ok(()) }
}
