//! Tells the crate roots of a package apart by their sources.

use camino::Utf8Path;

use super::{Host, Package, Target, TargetKind, modules};
use crate::paths::relative;

/// What the sources of a package say of its crate roots.
#[derive(Debug, Clone, Default)]
pub struct CrateRoots {
    /// The libraries and binaries that name the framework, libraries first.
    pub naming: Vec<Target>,
    /// Those of several binaries that build an application.
    pub building: Vec<Target>,
    /// A binary that builds modules of the library, too, and these modules, by path below the package.
    pub twice: Option<(Target, Vec<String>)>,
}

/// Reads the sources as far as they decide something; `starts` are the calls that begin an application.
pub fn crate_roots(package: &Package, host: &Host, starts: &[String]) -> CrateRoots {
    let naming = naming(package, host);
    match naming.as_slice() {
        [first, others @ ..] if first.kind == TargetKind::Library => {
            let twice = others.iter().map(|binary| (binary.clone(), built_twice(package, first, binary, host)));
            let twice = twice.into_iter().find(|(_, modules)| !modules.is_empty());
            CrateRoots { naming, twice, ..CrateRoots::default() }
        }
        [] | [_] => CrateRoots { naming, ..CrateRoots::default() },
        several => {
            let building = several.iter().filter(|root| root.holds(starts)).cloned().collect();
            CrateRoots { naming, building, ..CrateRoots::default() }
        }
    }
}

/// With one target there is nothing to find out, so no source is read.
fn naming(package: &Package, host: &Host) -> Vec<Target> {
    let mut targets = package.targets.clone();
    if targets.len() > 1 {
        targets.retain(|target| modules::names(&target.path, &host.ident));
    }
    targets.sort_by_key(|target| target.kind);
    targets
}

/// The modules that a library and a binary both build, and that name the framework.
fn built_twice(package: &Package, library: &Target, binary: &Target, host: &Host) -> Vec<String> {
    let shared = modules::shared(&library.path, &binary.path);
    let below = |path: &Utf8Path| relative(&package.dir, path).to_string().replace('\\', "/");
    shared.naming(&host.ident).into_iter().map(below).collect()
}
