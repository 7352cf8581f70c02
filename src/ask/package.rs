//! Which member of the workspace is meant.

use super::error::some_of;
use super::{AskError, Prompt, supported};
use crate::blueprint::Blueprint;
use crate::inspect::{Package, Project, TargetKind};

/// The package that is meant, where nobody needs to be asked: named, else current, else the only one with a framework in
/// a version that is supported.
pub fn package<'a>(
    project: &'a Project,
    named: Option<&str>,
    blueprints: &[Blueprint],
    prompt: Option<&mut dyn Prompt>,
) -> Result<&'a Package, AskError> {
    let hosts: Vec<&Package> = project.packages.iter().filter(|package| !package.hosts.is_empty()).collect();
    let fitting: Vec<&Package> = hosts.iter().copied().filter(|host| unfit(host, blueprints).is_none()).collect();
    let names = || fitting.iter().map(|package| package.name.clone()).collect::<Vec<_>>();
    let lacking = |package: Option<String>| {
        let supported = blueprints.iter().map(|blueprint| blueprint.framework.krate.clone()).collect();
        AskError::NoFramework { package, supported, candidates: names() }
    };
    if let Some(name) = named {
        let found = project
            .packages
            .iter()
            .find(|package| package.name == name)
            .ok_or_else(|| AskError::NoPackage { name: name.to_owned(), candidates: names() })?;
        return if found.hosts.is_empty() { Err(lacking(Some(name.to_owned()))) } else { Ok(found) };
    }
    match project.current.map(|index| &project.packages[index]) {
        Some(current) if !current.hosts.is_empty() => return Ok(current),
        Some(current) if hosts.is_empty() || !current.is_workspace_root => {
            return Err(lacking(Some(current.name.clone())));
        }
        _ => {}
    }
    let others: Vec<String> = hosts.iter().filter_map(|host| unfit(host, blueprints)).collect();
    match (fitting.as_slice(), hosts.as_slice()) {
        (_, []) => Err(lacking(None)),
        // Why it does not fit is said where its framework is looked at.
        ([only], _) | ([], [only]) => Ok(only),
        ([], _) => Err(AskError::NoneFits { unfit: others }),
        (several, _) => one_of(several, others, blueprints, prompt),
    }
}

/// Asks which of several packages, and says why others are not among them.
fn one_of<'a>(
    packages: &[&'a Package],
    unfit: Vec<String>,
    blueprints: &[Blueprint],
    prompt: Option<&mut dyn Prompt>,
) -> Result<&'a Package, AskError> {
    let likely = likely(packages, blueprints);
    let candidates: Vec<String> = packages.iter().map(|package| package.name.clone()).collect();
    let Some(prompt) = prompt else {
        let likely = likely.map(|index| candidates[index].clone());
        return Err(AskError::Ambiguous { what: "packages", candidates, flag: "--package", likely, unfit });
    };
    let why = if unfit.is_empty() { String::new() } else { format!(" ({})", some_of(&unfit)) };
    Ok(packages[prompt.one(&format!("Which package?{why}"), &candidates, likely.unwrap_or(0))?])
}

/// Whether a package has a framework in a version that is supported.
pub fn fits(package: &Package, blueprints: &[Blueprint]) -> bool {
    unfit(package, blueprints).is_none()
}

/// Why none of the frameworks of a package will do.
fn unfit(package: &Package, blueprints: &[Blueprint]) -> Option<String> {
    let mut faults = Vec::new();
    for host in &package.hosts {
        faults.push(supported(package, host, blueprints).err()?.to_string());
    }
    faults.into_iter().next()
}

/// The only one of several packages that cargo builds by default, else the only library in which server functions are, else the
/// only one with a binary.
fn likely(packages: &[&Package], blueprints: &[Blueprint]) -> Option<usize> {
    let only = |test: &dyn Fn(&Package) -> bool| {
        let mut fitting = (0..packages.len()).filter(|index| test(packages[*index]));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let has_binary = |package: &Package| package.targets.iter().any(|target| target.kind == TargetKind::Binary);
    let in_library = |krate: &String, package: &Package| package.crates.contains(&krate.replace('-', "_"));
    let has_functions = |package: &Package| {
        let mut crates = blueprints.iter().flat_map(|blueprint| &blueprint.framework.library_with);
        !has_binary(package) && crates.any(|krate| in_library(krate, package))
    };
    only(&|package| package.by_default).or_else(|| only(&has_functions)).or_else(|| only(&has_binary))
}
