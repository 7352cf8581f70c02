//! Several services in one workspace: a second copy of the module is made only where it is asked for.

use camino::Utf8PathBuf;

use crate::escape::shown;
use crate::inspect::{Holder, Package, Project, TargetKind};
use crate::paths::relative;

/// A copy for which nobody has asked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CopyError {
    /// A library of the workspace has the module.
    #[error("`{holder}` has Clerk sessions already, and `{package}` can use them from there", holder = shown(holder), package = shown(package))]
    There {
        /// The member that has none.
        package: String,
        /// The library.
        holder: String,
        /// What its manifest needs, unless it has that.
        dependency: Option<String>,
        /// Where the module is.
        path: String,
    },
    /// A binary of the workspace has the module, and no other crate can use it.
    #[error("`{holder}` has Clerk sessions already, in a binary, which `{package}` cannot use", holder = shown(holder), package = shown(package))]
    InBinary {
        /// The member that has none.
        package: String,
        /// The one with the binary.
        holder: String,
    },
    /// Several members could share the module of a library.
    #[error("{} use `{library}`, which could hold Clerk sessions for all of them", quoted(packages), library = shown(library))]
    Shareable {
        /// The library.
        library: String,
        /// The members.
        packages: Vec<String>,
    },
}

impl CopyError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        "shared-module"
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::There { package, dependency, path, .. } => {
                let dependency = dependency.iter().map(|line| format!("in its `[dependencies]`:\n    {line}\n"));
                let dependency = dependency.collect::<String>();
                format!(
                    "{dependency}in its sources:\n    use {path}::Session;\nor pass `--package {}` for a copy of its own",
                    shown(package)
                )
            }
            Self::InBinary { package, .. } => format!(
                "a library member can hold them for both: see \"Several services\" in the README; or pass `--package {}` for a copy of its own",
                shown(package)
            ),
            Self::Shareable { library, .. } => format!(
                "pass `--package {}` for one copy, or `--package` with the name of a service for a copy of its own",
                shown(library)
            ),
        })
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(" and ")
}

/// Fails where the packages that may be meant would get a copy beside another, or each one of its own. Of those that do not
/// fit, none is meant.
pub fn one_copy(project: &Project, holders: &[Holder], fits: impl Fn(&Package) -> bool) -> Result<(), CopyError> {
    let has = |package: &Package| holders.iter().any(|holder| holder.dir == package.dir);
    let current = project.current.map(|index| &project.packages[index]);
    let meant = |package: &&Package| match current {
        Some(current) if !current.is_workspace_root || !current.hosts.is_empty() => current.dir == package.dir,
        _ => true,
    };
    let hosts = project.packages.iter().filter(|package| !package.hosts.is_empty() && fits(package));
    let without: Vec<&Package> = hosts.filter(meant).filter(|package| !has(package)).collect();
    let there = without.iter().find_map(|package| Some((package, holder_for(package, holders)?)));
    match there {
        Some((package, holder)) => Err(beside(package, holder)),
        None => without.iter().try_for_each(|package| shareable(project, package)),
    }
}

/// The member whose module another one could use: a library's, else any.
fn holder_for<'a>(package: &Package, holders: &'a [Holder]) -> Option<&'a Holder> {
    let fits = |holder: &&Holder| package.hosts.iter().any(|host| host.name == holder.framework);
    let library = holders.iter().filter(fits).find(|holder| holder.path.is_some());
    library.or_else(|| holders.iter().find(fits))
}

fn beside(package: &Package, holder: &Holder) -> CopyError {
    let (name, of) = (package.name.clone(), holder.package.clone());
    let Some(path) = holder.path.clone() else { return CopyError::InBinary { package: name, holder: of } };
    let known = path.split("::").next().is_some_and(|ident| package.crates.iter().any(|krate| krate == ident));
    let folder: Utf8PathBuf = relative(&package.dir, &holder.dir);
    let dependency = (!known).then(|| format!("{of} = {{ path = \"{folder}\" }}"));
    CopyError::There { package: name, holder: of, dependency, path }
}

/// Fails where a library with the same framework is used by this service and others.
fn shareable(project: &Project, package: &Package) -> Result<(), CopyError> {
    let is_library = |one: &&Package| one.targets.iter().all(|target| target.kind == TargetKind::Library);
    let serves = |one: &&Package| !is_library(one) && same_framework(one, package);
    let libraries = project.packages.iter().filter(|one| is_library(one) && same_framework(one, package));
    for library in libraries.filter(|library| library.dir != package.dir) {
        let ident = library.name.replace('-', "_");
        let uses = |one: &&Package| one.crates.contains(&ident);
        let services: Vec<&Package> = project.packages.iter().filter(serves).filter(uses).collect();
        if services.len() > 1 && services.iter().any(|service| service.dir == package.dir) {
            let packages = services.iter().map(|service| service.name.clone()).collect();
            return Err(CopyError::Shareable { library: library.name.clone(), packages });
        }
    }
    Ok(())
}

fn same_framework(one: &Package, other: &Package) -> bool {
    one.hosts.iter().any(|host| other.hosts.iter().any(|its| its.name == host.name))
}
