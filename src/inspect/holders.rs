//! Members of the workspace that have the module already.

use camino::Utf8PathBuf;

use super::recorded::record;
use super::{Package, Project, TargetKind};

/// A member that has the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub package: String,
    /// Its folder, absolute.
    pub dir: Utf8PathBuf,
    /// The framework that the module is for.
    pub framework: String,
    /// The path by which other crates name the module, such as `auth::clerk`; a binary's is out of their reach.
    pub path: Option<String>,
}

/// Those with a record that can be read. What is wrong with another member's is not for a run that does not concern it.
pub fn holders(project: &Project) -> Vec<Holder> {
    project.packages.iter().filter_map(holder).collect()
}

fn holder(package: &Package) -> Option<Holder> {
    let record = record(&package.dir).ok().flatten()?;
    let root = record.root().map(|root| package.dir.join(root));
    let library = |kind| kind == TargetKind::Library;
    let library = package.targets.iter().find(|target| library(target.kind) && Some(&target.path) == root.as_ref());
    let path = library.and_then(|library| {
        let folder = package.dir.join(record.module_dir()?);
        let modules = folder.strip_prefix(library.path.parent()?).ok()?.as_str().replace('/', "::");
        Some(format!("{}::{modules}", library.name.replace('-', "_")))
    });
    Some(Holder { package: package.name.clone(), dir: package.dir.clone(), framework: record.blueprint.name, path })
}
