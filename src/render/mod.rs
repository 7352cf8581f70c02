//! Makes this version's texts of the generated files: templates through Tera, then the user's rustfmt where it has settings.

mod guide;
mod templates;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use tera::Context;

use crate::blueprint::{Blueprint, BlueprintError};
use crate::inspect::Host;
use crate::plan::Plan;
use crate::request::{Request, named};
use crate::settings::{self, PROFILES, Resolved};
pub use guide::guide;
pub use templates::{engine, one, parse_ahead};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    pub id: String,
    /// Former ids.
    pub was: Vec<String>,
    /// Below the snapshot's base.
    pub path: Utf8PathBuf,
    /// This version's text.
    pub text: String,
}

impl GeneratedFile {
    fn is_rust(&self) -> bool {
        self.path.extension() == Some("rs")
    }
}

/// Renders a plan; `crates` are the identifiers under which the package has what the code needs.
pub fn render(
    request: &Request,
    plan: &Plan,
    crates: &BTreeMap<String, String>,
) -> Result<Vec<GeneratedFile>, BlueprintError> {
    let Request { snapshot, blueprint, host, answers, .. } = request;
    let context = context_of(blueprint, answers, host, &snapshot.package.edition, crates);
    let mut files = templates::all(blueprint, &plan.generate, &context)?;
    if let Some(path) = &plan.guide {
        let (id, text) = (blueprint.guide.id.clone(), guide(request, crates)?);
        files.push(GeneratedFile { id, was: vec![], path: path.clone(), text });
    }
    Ok(if snapshot.rustfmt.is_idle() { files } else { formatted(request, files) })
}

/// The files as the user's rustfmt has them, as far as it takes them.
fn formatted(request: &Request, files: Vec<GeneratedFile>) -> Vec<GeneratedFile> {
    let rust = files.iter().filter(|file| file.is_rust());
    let texts: Vec<(&Utf8Path, &str)> = rust.map(|file| (file.path.as_path(), file.text.as_str())).collect();
    let mut formatted = request.snapshot.rustfmt.all(&texts).into_iter();
    let with_text = |file: GeneratedFile| match file.is_rust().then(|| formatted.next()).flatten().flatten() {
        Some(text) => GeneratedFile { text, ..file },
        None => file,
    };
    files.into_iter().map(with_text).collect()
}

/// The answers as the templates see them.
pub fn context_of(
    blueprint: &Blueprint,
    answers: &Resolved,
    host: &Host,
    edition: &str,
    crates: &BTreeMap<String, String>,
) -> Context {
    let mut context = Context::new();
    let snake = |name: &str| name.replace('-', "_");
    let effective = |profile: &str| -> BTreeMap<String, settings::Value> {
        let values =
            blueprint.settings.iter().map(|setting| (snake(&setting.name), answers.effective(setting, profile)));
        values.collect()
    };
    for (name, value) in effective(&answers.profile) {
        context.insert(name, &value);
    }
    let profiles: BTreeMap<String, _> = PROFILES.iter().map(|profile| (snake(profile), effective(profile))).collect();
    context.insert("profiles", &profiles);
    let loosened = |profile: &str| answers.loosened(&blueprint.settings, profile).join(", ");
    let loosened: BTreeMap<String, String> =
        PROFILES.iter().map(|profile| (snake(profile), loosened(profile))).collect();
    context.insert("loosened", &loosened);
    context.insert("loosens", &loosened.values().any(|settings| !settings.is_empty()));
    context.insert("module", &answers.module);
    context.insert("title", &blueprint.framework.title);
    let named = |text: &String| named(text, &answers.module);
    context.insert("example", &named(&blueprint.docs.example).trim().lines().collect::<Vec<_>>());
    context.insert("test_example", &named(&blueprint.docs.test));
    context.insert("start", &blueprint.wiring.start.as_ref().map(named).unwrap_or_default());
    context.insert("framework_version", host.version.as_deref().unwrap_or(""));
    context.insert("edition", edition);
    context.insert("profile", &answers.profile);
    let mut crates: BTreeMap<String, String> =
        crates.iter().map(|(name, ident)| (snake(name), ident.clone())).collect();
    crates.insert(snake(&blueprint.framework.krate), host.ident.clone());
    context.insert("crates", &crates);
    context
}
