//! The `mod` line in the crate root, and whether the name is free.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::{PatchError, PatchedFile, as_it_is, text_of};
use crate::edit::crate_root::{self, Declaration};
use crate::id;
use crate::inspect::{Target, TargetKind};
use crate::paths::PackagePath;
use crate::plan::{Plan, module_dir};
use crate::record::Inserted;
use crate::request::Request;
use crate::tree::Tree;

/// The `mod` line in the crate root. One that we wrote earlier and the user took out is not written again.
pub(super) fn declare(
    request: &Request,
    plan: &Plan,
    texts: &Tree,
    crates: &BTreeMap<String, String>,
) -> Result<PatchedFile, PatchError> {
    let (snapshot, module) = (&request.snapshot, request.answers.module.as_str());
    let path = plan.crate_root.clone();
    let text = text_of(texts, &path)?;
    let fault = |cause| PatchError::Edit { path: plan.crate_root.clone(), cause };
    let below = PackagePath::of(&snapshot.dir, &path);
    let earlier = snapshot.record.as_ref().and_then(|record| record.patched_at(&below));
    let is_it = |one: &&Inserted| matches!(one, Inserted::Module { name, public, .. } if name == module && *public == snapshot.library);
    if let Some(known) = earlier.and_then(|file| file.inserted.iter().find(is_it)) {
        return Ok(as_it_is(path, text, known.clone()));
    }
    if let (true, Some(found)) = (moved_by_hand(request), crate_root::find_mod(text, module).map_err(fault)?) {
        let Declaration { public, condition, .. } = found;
        let declaration = Inserted::Module { name: module.to_owned(), public, condition, blank_below: false };
        return Ok(as_it_is(path, text, declaration));
    }
    free(request, plan, texts, crates)?;
    if let Some(what) = crate_root::taken(text, module).map_err(fault)? {
        return Err(PatchError::Taken { path, what, name: module.to_owned() });
    }
    let condition = request.host.condition();
    let declared = crate_root::insert_mod(text, module, snapshot.library, condition.as_deref()).map_err(fault)?;
    let declared = match condition.as_ref().filter(|condition| condition.len() > 40) {
        Some(_) => crate_root::laid_out(text, declared, module, |text| snapshot.rustfmt.one(text)),
        None => declared,
    };
    let (name, public, blank_below) = (module.to_owned(), snapshot.library, declared.blank_below);
    let declaration = Inserted::Module { name, public, condition, blank_below };
    Ok(PatchedFile { path, text: declared.text, inserted: vec![declaration] })
}

/// Whether the module stands at its place because the user moved it there, so that its name is taken by itself.
fn moved_by_hand(Request { snapshot, answers, .. }: &Request) -> bool {
    let face = module_dir(snapshot, &answers.module).join("mod.rs");
    snapshot.record.is_some() && snapshot.tree.get(&face).and_then(id::of) == Some("module/mod.rs")
}

/// Refuses a name that a crate, a file or a folder of the user's has.
fn free(request: &Request, plan: &Plan, texts: &Tree, crates: &BTreeMap<String, String>) -> Result<(), PatchError> {
    let (snapshot, module) = (&request.snapshot, request.answers.module.as_str());
    let taken = |path: &Utf8Path, what: &str, name: &str| {
        Err(PatchError::Taken { path: path.to_owned(), what: what.to_owned(), name: name.to_owned() })
    };
    if snapshot.package.crates.iter().any(|ident| ident == module) {
        return taken(&plan.manifest, "a dependency", module);
    }
    if crates.values().any(|ident| ident == module) {
        return taken(&plan.manifest, "a dependency of the generated code", module);
    }
    let library = |target: &Target| target.kind == TargetKind::Library && target.name.replace('-', "_") == module;
    if !snapshot.library && snapshot.package.targets.iter().any(library) {
        return taken(&plan.manifest, "a library", module);
    }
    let folder = module_dir(snapshot, module);
    let above = folder.parent().filter(|above| !above.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let file = folder.with_extension("rs");
    if texts.contains(&file) {
        return taken(above, "a file", &format!("{module}.rs"));
    }
    if texts.contains(&folder) {
        return taken(above, "a file", module);
    }
    let foreign = |path: &Utf8Path| path.starts_with(&folder) && !plan.generate.iter().any(|(_, own)| own == path);
    let strange = snapshot.record.is_none() && texts.iter().any(|(path, _)| foreign(path));
    if strange { taken(above, "a folder", module) } else { Ok(()) }
}
