//! Decides which files are generated, which are patched, and which are given up.

use camino::{Utf8Path, Utf8PathBuf};

use crate::inspect::Snapshot;
use crate::record;
use crate::request::Request;
use crate::settings;

/// Where everything goes; paths are below the snapshot's base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Files that are generated, by the index of their template.
    pub generate: Vec<(usize, Utf8PathBuf)>,
    /// Where the guide goes, where the team keeps it.
    pub guide: Option<Utf8PathBuf>,
    /// Ids of recorded files that the blueprint no longer has or the answers no longer want.
    pub give_up: Vec<String>,
    /// The package's manifest.
    pub manifest: Utf8PathBuf,
    pub crate_root: Utf8PathBuf,
    /// `.env.example`, or what the project has in its place.
    pub environment: Utf8PathBuf,
    pub settings: Utf8PathBuf,
    pub record: Utf8PathBuf,
}

/// Decides from what was read, what is offered and what was answered.
pub fn plan(request: &Request) -> Plan {
    let Request { snapshot, blueprint, answers, .. } = request;
    let wanted = blueprint.files.iter().enumerate().filter(|(_, file)| answers.holds(blueprint, &file.when));
    let generate: Vec<_> = wanted.map(|(index, file)| (index, place(snapshot, &answers.module, &file.id))).collect();
    let kept = |id: &str| {
        let files = generate.iter().map(|(index, _)| &blueprint.files[*index]);
        let is_guide = id == blueprint.guide.id && answers.guide.is_some();
        is_guide || files.into_iter().any(|file| file.id == id || file.was.iter().any(|was| was == id))
    };
    let recorded = snapshot.record.iter().flat_map(|record| &record.generated);
    let give_up = recorded.filter(|file| !kept(&file.id)).map(|file| file.id.clone()).collect();
    let at_root = |name: &str| snapshot.dir.join(name);
    Plan {
        give_up,
        manifest: at_root("Cargo.toml"),
        crate_root: snapshot.crate_root.clone(),
        environment: snapshot.sample.path.clone(),
        settings: at_root(settings::FILE),
        record: at_root(record::FILE),
        guide: answers.guide.as_deref().map(at_root),
        generate,
    }
}

/// `module/…` goes into the module's folder beside the crate root, `package/…` to the package root.
pub fn place(snapshot: &Snapshot, module: &str, id: &str) -> Utf8PathBuf {
    match id.split_once('/') {
        Some(("module", rest)) => module_dir(snapshot, module).join(rest),
        Some((_, rest)) => snapshot.dir.join(rest),
        None => snapshot.dir.join(id),
    }
}

/// The module's folder, beside the crate root wherever that is.
pub fn module_dir(snapshot: &Snapshot, module: &str) -> Utf8PathBuf {
    snapshot.crate_root.parent().unwrap_or(Utf8Path::new("")).join(module)
}
