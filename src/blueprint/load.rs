//! Reads blueprints: facts and templates by their paths, the framework's joined to those that all have in common.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::{
    Blueprint, BlueprintError, Condition, Demo, Dependency, Docs, Framework, Note, Setting, Template, Variable, Wiring,
};

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// The id of the guide, wherever a team keeps it.
const GUIDE: &str = "package/guide.md";

/// Blueprint sources by path, such as `axum/blueprint.toml`.
pub type Sources = BTreeMap<String, Cow<'static, str>>;

/// `blueprint.toml`, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Facts {
    name: String,
    #[serde(default)]
    version: u32,
    framework: Option<Framework>,
    #[serde(default)]
    settings: Vec<Setting>,
    #[serde(default)]
    files: Vec<FileFacts>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    environment: Vec<Variable>,
    wiring: Option<Wiring>,
    docs: Option<Docs>,
    demo: Option<DemoFacts>,
    #[serde(default)]
    changes: Vec<Note>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DemoFacts {
    manifest: String,
    main: String,
    before: String,
    after: String,
}

/// What there is to say about a file. Most need nothing said: those in `files/` are generated.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileFacts {
    /// Below `files/`: `module/…` or `package/…`; also the file's id.
    path: String,
    /// Former ids, so that the user's edits follow a rename.
    #[serde(default)]
    was: Vec<String>,
    #[serde(default)]
    when: Condition,
}

/// The sources that are built in.
pub fn embedded() -> Sources {
    fn collect(dir: &Dir<'static>, into: &mut Sources) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                into.insert(path.replace('\\', "/"), text.into());
            }
        }
        dir.dirs().for_each(|below| collect(below, into));
    }
    let mut sources = Sources::new();
    collect(&EMBEDDED, &mut sources);
    sources
}

/// The names of the framework blueprints that are built in: each has a folder beside `shared`.
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.dirs().filter_map(|dir| dir.path().to_str()).filter(|name| *name != "shared")
}

/// The names of the framework blueprints among the sources.
fn names(sources: &Sources) -> Vec<String> {
    let facts = sources.keys().filter_map(|path| path.strip_suffix("/blueprint.toml"));
    facts.filter(|name| *name != "shared" && !name.contains('/')).map(str::to_owned).collect()
}

/// Reads every framework blueprint.
pub fn load_all(sources: &Sources) -> Result<Vec<Blueprint>, BlueprintError> {
    let names = names(sources);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let shared = shared(sources)?;
    names.iter().map(|name| joined(sources, &shared, name)).collect()
}

/// Reads one blueprint with `shared` in it.
pub fn load(sources: &Sources, name: &str) -> Result<Blueprint, BlueprintError> {
    joined(sources, &shared(sources)?, name)
}

/// What all frameworks have in common.
fn shared(sources: &Sources) -> Result<(Facts, Vec<Template>), BlueprintError> {
    let facts = facts(sources, "shared")?;
    let files = templates(sources, "shared", &facts.files)?;
    Ok((facts, files))
}

fn joined(
    sources: &Sources,
    (shared, files): &(Facts, Vec<Template>),
    name: &str,
) -> Result<Blueprint, BlueprintError> {
    let own = facts(sources, name)?;
    let missing = |what: &str| BlueprintError::Facts {
        path: format!("{name}/blueprint.toml"),
        cause: format!("`{what}` is missing"),
    };
    let mut files = files.clone();
    files.extend(templates(sources, name, &own.files)?);
    files.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Blueprint {
        version: own.version,
        folder: None,
        framework: own.framework.ok_or_else(|| missing("framework"))?,
        settings: [shared.settings.clone(), own.settings].concat(),
        files,
        guide: guide(sources)?,
        dependencies: [shared.dependencies.clone(), own.dependencies].concat(),
        environment: [shared.environment.clone(), own.environment].concat(),
        wiring: own.wiring.ok_or_else(|| missing("wiring"))?,
        docs: own.docs.ok_or_else(|| missing("docs"))?,
        demo: own.demo.map(|facts| demo(sources, name, facts)).transpose()?,
        changes: own.changes,
        name: own.name,
    })
}

fn facts(sources: &Sources, folder: &str) -> Result<Facts, BlueprintError> {
    let path = format!("{folder}/blueprint.toml");
    let text =
        sources.get(&path).ok_or_else(|| BlueprintError::Unknown { name: folder.to_owned(), known: names(sources) })?;
    let facts: Facts = toml::from_str(text).map_err(|cause| BlueprintError::Facts {
        path: path.clone(),
        cause: cause.to_string().trim_end().to_owned(),
    })?;
    let fault = |cause: String| BlueprintError::Facts { path: path.clone(), cause };
    if facts.name != folder {
        return Err(fault(format!("`name` is `{}`, but the folder is `{folder}`", facts.name)));
    }
    for setting in &facts.settings {
        if setting.name.chars().any(|c| !(c.is_ascii_lowercase() || c == '-')) {
            return Err(fault(format!("the setting `{}` is not in kebab-case", setting.name)));
        }
    }
    Ok(facts)
}

fn demo(sources: &Sources, folder: &str, facts: DemoFacts) -> Result<Demo, BlueprintError> {
    let text = |path: &str| {
        let path = format!("{folder}/{path}");
        let facts = format!("{folder}/blueprint.toml");
        sources.get(&path).map(ToString::to_string).ok_or(BlueprintError::MissingFile { facts, path })
    };
    Ok(Demo { manifest: text(&facts.manifest)?, main: text(&facts.main)?, before: facts.before, after: facts.after })
}

fn guide(sources: &Sources) -> Result<Template, BlueprintError> {
    let (facts, path) = ("shared/blueprint.toml".to_owned(), "shared/guide.md".to_owned());
    let text = sources.get(&path).ok_or(BlueprintError::MissingFile { facts, path: path.clone() })?;
    Ok(template(GUIDE, path, text.clone(), FileFacts::default()))
}

/// A template with the line endings of templates.
fn template(id: &str, source: String, text: Cow<'static, str>, said: FileFacts) -> Template {
    Template {
        id: id.to_owned(),
        was: said.was,
        source,
        text: if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text },
        when: said.when,
        parsed: Arc::default(),
    }
}

/// A character that some platform takes for more than a part of a name.
fn foreign(character: char) -> bool {
    matches!(character, '\\' | ':') || character.is_control()
}

/// The files that lie in `files/`, with what the facts say about some of them.
fn templates(sources: &Sources, folder: &str, known: &[FileFacts]) -> Result<Vec<Template>, BlueprintError> {
    let facts = format!("{folder}/blueprint.toml");
    let files = format!("{folder}/files/");
    let found = sources.iter().filter_map(|(source, text)| Some((source.strip_prefix(&files)?, text)));
    let found: Vec<_> = found.collect();
    let mut paths = known.iter().map(|file| file.path.as_str()).chain(found.iter().map(|(path, _)| *path));
    if let Some(outside) = paths.find(|path| !is_inside(path)) {
        return Err(BlueprintError::Escapes { facts, path: outside.to_owned() });
    }
    if let Some(absent) = known.iter().find(|file| !found.iter().any(|(path, _)| *path == file.path)) {
        return Err(BlueprintError::MissingFile { facts, path: format!("{files}{}", absent.path) });
    }
    let said = |path: &str| known.iter().find(|file| file.path == path).cloned().unwrap_or_default();
    let templates =
        found.into_iter().map(|(path, text)| template(path, format!("{files}{path}"), text.clone(), said(path)));
    Ok(templates.collect())
}

/// Whether a path leads to one of the places where files are generated.
fn is_inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | ".." | ".git") && !part.contains(foreign);
    path.split('/').all(plain) && (path.starts_with("module/") || path.starts_with("package/"))
}
