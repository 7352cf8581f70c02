//! Turns flags, the settings file and, on a terminal, the user's choice into answers.
//!
//! A flag beats the settings file, which beats a question. Without a terminal an open question is an error that names
//! the flag which answers it.

mod error;
/// A bare origin is what the generated code takes for one, so that code decides here as well.
#[rustfmt::skip]
#[expect(dead_code, reason = "the generated code also looks at issuers")]
#[path = "../blueprints/shared/files/module/origin.rs"]
mod origin;

use crate::blueprint::{Blueprint, Kind, Setting};
use crate::inspect::{Host, Package, Project, Target, TargetKind};
use crate::settings::{self, Answers, PROFILES, SettingsError, Value};
pub use error::AskError;

/// Somebody who answers questions.
pub trait Prompt {
    /// One of the options, by index; the first is the default unless told otherwise.
    fn one(&mut self, question: &str, options: &[String], default: usize) -> Result<usize, AskError>;
    /// Some of the options, by index: one at least.
    fn some(&mut self, question: &str, options: &[String], defaults: &[usize]) -> Result<Vec<usize>, AskError>;
    /// A line of text, which `check` must accept.
    fn line(&mut self, question: &str, help: &str, check: fn(&str) -> Result<(), String>) -> Result<String, AskError>;
    /// Yes or no.
    fn confirm(&mut self, question: &str) -> Result<bool, AskError>;
}

/// The package that is meant, where nobody needs to be asked: named, else current, else the only one with a framework.
pub fn package<'a>(
    project: &'a Project,
    named: Option<&str>,
    supported: &[String],
    prompt: Option<&mut dyn Prompt>,
) -> Result<&'a Package, AskError> {
    let candidates: Vec<&Package> = project.packages.iter().filter(|package| !package.hosts.is_empty()).collect();
    let names = || candidates.iter().map(|package| package.name.clone()).collect::<Vec<_>>();
    let lacking =
        |package: Option<String>| AskError::NoFramework { package, supported: supported.to_vec(), candidates: names() };
    if let Some(name) = named {
        let found = project
            .packages
            .iter()
            .find(|package| package.name == name)
            .ok_or_else(|| AskError::NoPackage { name: name.to_owned(), candidates: names() })?;
        return if found.hosts.is_empty() { Err(lacking(Some(name.to_owned()))) } else { Ok(found) };
    }
    let current = project.current.map(|index| &project.packages[index]);
    match (current, candidates.as_slice(), prompt) {
        (Some(current), _, _) if !current.hosts.is_empty() => Ok(current),
        (Some(current), [], _) => Err(lacking(Some(current.name.clone()))),
        (Some(current), _, _) if !current.is_workspace_root => Err(lacking(Some(current.name.clone()))),
        (_, [], _) => Err(lacking(None)),
        (_, [only], _) => Ok(only),
        (_, several, Some(prompt)) => {
            Ok(several[prompt.one("Which package?", &names(), likely(several).unwrap_or(0))?])
        }
        (_, several, None) => {
            let likely = likely(several).map(|index| several[index].name.clone());
            Err(AskError::Ambiguous { what: "packages", candidates: names(), flag: "--package", likely })
        }
    }
}

/// The only one of several packages that cargo builds by default, else the only one with a binary.
fn likely(packages: &[&Package]) -> Option<usize> {
    let only = |test: fn(&Package) -> bool| {
        let mut fitting = (0..packages.len()).filter(|index| test(packages[*index]));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let has_binary = |package: &Package| package.targets.iter().any(|target| target.kind == TargetKind::Binary);
    only(|package| package.by_default).or_else(|| only(has_binary))
}

/// The framework that is meant, supported in its version.
pub fn framework<'a>(
    package: &'a Package,
    answers: &Answers,
    blueprints: &[Blueprint],
    prompt: Option<&mut dyn Prompt>,
) -> Result<&'a Host, AskError> {
    let mut hosts: Vec<&Host> = package.hosts.iter().collect();
    if let Some(name) = &answers.framework {
        let names = || blueprints.iter().map(|blueprint| blueprint.name.as_str()).collect::<Vec<_>>().join(", ");
        let wanted =
            blueprints.iter().find(|blueprint| blueprint.name == *name).ok_or_else(|| SettingsError::Value {
                name: "framework".to_owned(),
                value: name.clone(),
                expected: format!("one of: {}", names()),
            })?;
        hosts.retain(|host| host.name == *name);
        if let (true, [_, ..]) = (hosts.is_empty(), package.hosts.as_slice()) {
            let found = package.hosts.iter().map(|host| host.title.clone()).collect();
            let (package, wanted) = (package.name.clone(), wanted.framework.title.clone());
            return Err(AskError::OtherFramework { package, wanted, found });
        }
    }
    let Some(first) = hosts.first() else {
        let supported = blueprints.iter().map(|blueprint| blueprint.framework.krate.clone()).collect();
        return Err(AskError::NoFramework { package: Some(package.name.clone()), supported, candidates: vec![] });
    };
    let offered: Vec<&Host> =
        hosts.iter().copied().filter(|host| supported(package, host, blueprints).is_ok()).collect();
    if offered.is_empty() {
        supported(package, first, blueprints)?;
    }
    let label = |host: &&Host| {
        format!("{} {} (found in `{}`)", host.title, host.version.as_deref().unwrap_or_default(), package.name)
    };
    let host = match (hosts.as_slice(), prompt) {
        (_, Some(prompt)) if answers.framework.is_none() => {
            offered[prompt.one("Which framework?", &offered.iter().map(label).collect::<Vec<_>>(), 0)?]
        }
        ([only], _) => only,
        (hosts, _) if hosts.iter().all(|host| host.name == first.name) => {
            let idents = hosts.iter().map(|host| format!("`{}`", host.ident)).collect();
            return Err(AskError::SeveralNames { package: package.name.clone(), title: first.title.clone(), idents });
        }
        (hosts, _) => {
            let candidates = hosts.iter().map(|host| format!("{} (as `{}`)", host.name, host.ident)).collect();
            return Err(AskError::Ambiguous { what: "frameworks", candidates, flag: "--framework", likely: None });
        }
    };
    supported(package, host, blueprints)?;
    Ok(host)
}

/// Refuses versions and features that the generated code does not work with.
fn supported(package: &Package, host: &Host, blueprints: &[Blueprint]) -> Result<(), AskError> {
    let (name, title) = (package.name.clone(), host.title.clone());
    let Some(blueprint) = blueprints.iter().find(|blueprint| blueprint.name == host.name) else { return Ok(()) };
    if let Err(found) = &host.version {
        let supported = blueprint.framework.versions.clone();
        return Err(match found.as_str() {
            "*" => AskError::AnyVersion { package: name, title, supported },
            _ => AskError::Version { package: name, title, found: found.clone(), supported },
        });
    }
    if let Some(features) = host.optional.as_ref().filter(|features| features.len() != 1) {
        return Err(AskError::Optional { package: name, title, features: features.clone() });
    }
    let elsewhere = |krate: &&String| package.crates.contains(&krate.replace('-', "_"));
    if let Some(krate) = blueprint.framework.not_with.iter().find(elsewhere) {
        return Err(AskError::Elsewhere { package: name, krate: krate.clone() });
    }
    if !["2018", "2021", "2024"].contains(&package.edition.as_str()) {
        return Err(AskError::Edition { package: name, found: package.edition.clone() });
    }
    let needed = &blueprint.framework.rust_version;
    let floor = semver::VersionReq::parse(&format!(">={needed}"));
    match (&package.rust_version, floor) {
        (Some(found), Ok(floor)) if !floor.matches(found) => {
            Err(AskError::RustVersion { package: name, found: found.to_string(), needed: needed.clone() })
        }
        _ => Ok(()),
    }
}

/// The crate root that is meant, which must be in the package's folder.
pub fn root(
    package: &Package,
    host: &Host,
    answers: &Answers,
    prompt: Option<&mut dyn Prompt>,
) -> Result<Target, AskError> {
    let root = any_root(package, host, answers, prompt)?;
    if root.path.starts_with(&package.dir) {
        return Ok(root);
    }
    Err(AskError::RootOutside { root: root.path, package: package.name.clone() })
}

/// Named, else the library, else the only binary, among those that use the framework.
fn any_root(
    package: &Package,
    host: &Host,
    answers: &Answers,
    prompt: Option<&mut dyn Prompt>,
) -> Result<Target, AskError> {
    let relative =
        |target: &Target| target.path.strip_prefix(&package.dir).unwrap_or(&target.path).to_string().replace('\\', "/");
    if let Some(root) = &answers.root {
        let wanted = root.trim_start_matches("./").replace('\\', "/");
        let found = package.targets.iter().find(|target| relative(target) == wanted);
        let candidates = package.targets.iter().map(relative).collect();
        return found.cloned().ok_or_else(|| AskError::Root {
            root: root.clone(),
            package: package.name.clone(),
            candidates,
        });
    }
    let roots = package.roots(host);
    let names: Vec<String> = roots.iter().map(relative).collect();
    match (roots.as_slice(), prompt) {
        ([], _) => Err(AskError::NoRoot { package: package.name.clone(), title: host.title.clone() }),
        ([first, ..], _) if roots.len() == 1 || first.kind == TargetKind::Library => Ok(first.clone()),
        (_, Some(prompt)) => {
            let start = likely_root(package, &roots).unwrap_or(0);
            Ok(roots[prompt.one("Which crate root declares the module?", &names, start)?].clone())
        }
        (_, None) => {
            let likely = likely_root(package, &roots).map(|index| names[index].clone());
            Err(AskError::Ambiguous { what: "crate roots", candidates: names, flag: "--root", likely })
        }
    }
}

/// The binary that has the package's name, else the one where programs usually begin.
fn likely_root(package: &Package, roots: &[Target]) -> Option<usize> {
    let named = roots.iter().position(|root| root.name == package.name);
    named.or_else(|| roots.iter().position(|root| root.path.ends_with("src/main.rs")))
}

/// The profile, where it is not answered yet.
pub fn profile(answers: &mut Answers, prompt: &mut dyn Prompt) -> Result<(), AskError> {
    if answers.profile.is_none() {
        let options = [
            "dev            test keys only, origins optional, reasons in a response header",
            "prod           live keys only, origins required, tokens of at most 1 h",
            "high-security  as prod, and header tokens only, of at most 5 min",
        ];
        let chosen = prompt.one("Which session profile is the default?", &options.map(str::to_owned), 1)?;
        answers.profile = Some(PROFILES[chosen].to_owned());
    }
    Ok(())
}

/// What only a person knows: the profile, who calls, and from which origins.
pub fn choices(answers: &mut Answers, settings: &[Setting], prompt: &mut dyn Prompt) -> Result<Vec<String>, AskError> {
    profile(answers, prompt)?;
    if !answers.set.contains_key("callers") && settings.iter().any(|setting| setting.name == "callers") {
        let words = ["browser", "native", "backend"];
        let options = [
            "browser  a web page that signs people in with Clerk",
            "native   a mobile or desktop app",
            "backend  a server that forwards a user's session token",
        ];
        let chosen = prompt.some("Who calls the API?", &options.map(str::to_owned), &[0])?;
        let callers: Vec<String> = chosen.into_iter().map(|index| words[index].to_owned()).collect();
        if callers != ["browser"] {
            answers.set.insert("callers".to_owned(), Value::Words(callers));
        }
    }
    let browser = !matches!(answers.set.get("callers"), Some(Value::Words(callers)) if !callers.iter().any(|caller| caller == "browser"));
    if !browser {
        return Ok(Vec::new());
    }
    let help = "comma-separated, such as https://app.example.com; empty to fill in later";
    let line = prompt.line("From which origins do browsers call (authorized parties)?", help, check_parties)?;
    Ok(parties(&line))
}

/// The questions that a newer blueprint brings. A default is taken where nobody is to be asked.
pub fn new_questions(
    answers: &mut Answers,
    new: &[&Setting],
    prompt: Option<&mut dyn Prompt>,
    yes: bool,
) -> Result<(), AskError> {
    let open = |setting: &&&Setting| setting.question.is_some() && !answers.set.contains_key(&setting.name);
    let open: Vec<&Setting> = new.iter().filter(open).copied().collect();
    let Some(prompt) = prompt else {
        return match open.first() {
            Some(setting) if !yes => Err(AskError::Unanswered {
                question: setting.question.clone().unwrap_or_default(),
                flag: format!("--set {}=<value>", setting.name),
            }),
            _ => Ok(()),
        };
    };
    for setting in open {
        let default = settings::literal(setting, &settings::default(setting, answers.profile()));
        let default = default.trim_matches('"').to_owned();
        let question = setting.question.clone().unwrap_or_default();
        let given = if setting.kind == Kind::Choice {
            let start = setting.values.iter().position(|value| *value == default).unwrap_or(0);
            setting.values[prompt.one(&question, &setting.values, start)?].clone()
        } else {
            let help = format!("{}; empty for {default}", setting.help);
            let line = prompt.line(&question, &help, |_| Ok(()))?;
            if line.trim().is_empty() {
                continue;
            }
            line.trim().to_owned()
        };
        answers.put(std::slice::from_ref(setting), &setting.name, &toml::Value::String(given))?;
    }
    Ok(())
}

fn parties(line: &str) -> Vec<String> {
    line.split(',').map(str::trim).filter(|party| !party.is_empty()).map(str::to_owned).collect()
}

fn check_parties(line: &str) -> Result<(), String> {
    match parties(line).iter().find(|party| !origin::is_bare(party)) {
        Some(party) => Err(format!(
            "`{party}` is not a bare origin such as https://app.example.com: no path, capitals or usual port"
        )),
        None => Ok(()),
    }
}
