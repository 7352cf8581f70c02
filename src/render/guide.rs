//! The page about a project as it is.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Context;

use super::{context_of, engine, one};
use crate::blueprint::{BlueprintError, GuideDocs};
use crate::paths::relative;
use crate::plan::module_dir;
use crate::request::Request;
use crate::settings;

/// A variable of the environment, as the page lists it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    help: &'a str,
    required: bool,
}

/// Renders the page; `crates` are the identifiers under which the package has what the code needs.
pub fn guide(request: &Request, crates: &BTreeMap<String, String>) -> Result<String, BlueprintError> {
    let Request { snapshot, blueprint, host, answers, module, .. } = request;
    let mut context = context_of(blueprint, answers, host, &snapshot.package.edition, crates);
    let path = snapshot.path_to_module(&snapshot.crate_root, true, module);
    context.insert("package", &snapshot.package.name);
    context.insert("path", &path);
    let outside = snapshot.library.then(|| snapshot.path_from_main(module));
    context.insert("outside", &outside.unwrap_or_default());
    let folder = module_dir(snapshot, &module.replace("::", "/"));
    context.insert("folder", &relative(&snapshot.dir, &folder));
    context.insert("blueprint", &blueprint.name);
    context.insert("blueprint_version", &blueprint.version);
    context.insert("call", &request.call(&snapshot.crate_root, false));
    context.insert("place", blueprint.wiring.place_among(&snapshot.package.crates));
    context.insert("changed", &changed(request));
    context.insert("variables", &variables(request));
    insert_examples(&mut context, &blueprint.docs.guide, &path, &host.ident);
    one(&engine(), &blueprint.guide, &context)
}

fn insert_examples(context: &mut Context, docs: &GuideDocs, path: &str, krate: &str) {
    let GuideDocs { handler, grouping, group, test } = docs;
    let texts = [("handler", handler), ("grouping", grouping), ("group", group), ("test", test)];
    let filled = |text: &String| text.replace("«path»", path).replace("«krate»", krate).trim().to_owned();
    context.insert("guide", &texts.map(|(name, text)| (name, filled(text))).into_iter().collect::<BTreeMap<_, _>>());
}

/// The settings that were set, as the settings file has them.
fn changed(request: &Request) -> Vec<String> {
    let settings = request.blueprint.settings.iter();
    let set = settings.filter_map(|setting| Some((setting, request.answers.set.get(&setting.name)?)));
    set.map(|(setting, value)| format!("{} = {}", setting.name, settings::literal(setting, value))).collect()
}

fn variables<'a>(request: &'a Request) -> Vec<Row<'a>> {
    let all = request.blueprint.environment.iter();
    let wanted = all.filter(|one| request.answers.holds(request.blueprint, &one.when));
    wanted.map(|one| Row { name: &one.name, help: &one.help, required: one.required }).collect()
}
