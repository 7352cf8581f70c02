//! Turns flags, the settings file and, on a terminal, the user's choice into answers.
//!
//! A flag beats the settings file, which beats a question. Without a terminal an open question is an error that names
//! the flag which answers it.

mod copies;
mod error;
mod package;

use std::rc::Rc;
use std::slice;

use crate::blueprint::{Blueprint, Kind, Setting};
use crate::escape::shown;
use crate::inspect::{CrateRoots, Host, Package, Target, TargetKind};
use crate::paths;
use crate::rules::origin;
use crate::settings::{self, Answers, PROFILES, SettingsError, Value};
pub use copies::{CopyError, one_copy};
pub use error::AskError;
pub use package::{fits, package};

/// What takes a line of text, or says why not.
pub type Check = Rc<dyn Fn(&str) -> Result<(), String>>;

/// A letter that answers a question, and what it does.
pub type Key = (char, &'static str);

/// Somebody who answers questions.
pub trait Prompt {
    /// One of the options, by index; the first is the default unless told otherwise.
    fn one(&mut self, question: &str, options: &[String], default: usize) -> Result<usize, AskError>;
    /// Some of the options, by index: one at least.
    fn some(&mut self, question: &str, options: &[String], defaults: &[usize]) -> Result<Vec<usize>, AskError>;
    /// A line of text, which `check` must accept.
    fn line(&mut self, question: &str, help: &str, check: Check) -> Result<String, AskError>;
    /// Yes or no.
    fn confirm(&mut self, question: &str) -> Result<bool, AskError>;
    /// One of some letters; the first is the default.
    fn key(&mut self, question: &str, keys: &'static [Key]) -> Result<char, AskError>;
}

/// The framework that is meant, supported in its version.
pub fn framework<'a>(
    package: &'a Package,
    answers: &Answers,
    blueprints: &[Blueprint],
    prompt: Option<&mut dyn Prompt>,
) -> Result<&'a Host, AskError> {
    let hosts = match &answers.framework {
        Some(name) => named_hosts(package, name, blueprints)?,
        None => package.hosts.iter().collect(),
    };
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
        (hosts, _) => return Err(several(package, first, hosts)),
    };
    supported(package, host, blueprints)?;
    Ok(host)
}

/// The entries of the framework that was named.
fn named_hosts<'a>(package: &'a Package, name: &str, blueprints: &[Blueprint]) -> Result<Vec<&'a Host>, AskError> {
    let names = || blueprints.iter().map(|blueprint| blueprint.name.as_str()).collect::<Vec<_>>().join(", ");
    let wanted = blueprints.iter().find(|blueprint| blueprint.name == name).ok_or_else(|| SettingsError::Value {
        name: "framework".to_owned(),
        value: name.to_owned(),
        expected: format!("one of: {}", names()),
    })?;
    let hosts: Vec<&Host> = package.hosts.iter().filter(|host| host.name == name).collect();
    if let (true, [_, ..]) = (hosts.is_empty(), package.hosts.as_slice()) {
        let found = package.hosts.iter().map(|host| host.title.clone()).collect();
        let (package, wanted) = (package.name.clone(), wanted.framework.title.clone());
        return Err(AskError::OtherFramework { package, wanted, found });
    }
    Ok(hosts)
}

/// Why nobody can tell which of several entries is meant.
fn several(package: &Package, first: &Host, hosts: &[&Host]) -> AskError {
    if hosts.iter().all(|host| host.name == first.name) {
        let idents = hosts.iter().map(|host| format!("`{}`", host.ident)).collect();
        return AskError::SeveralNames { package: package.name.clone(), title: first.title.clone(), idents };
    }
    let candidates = hosts.iter().map(|host| format!("{} (as `{}`)", host.name, host.ident)).collect();
    AskError::Ambiguous { what: "frameworks", candidates, flag: "--framework", likely: None, unfit: vec![] }
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
    if host.targets.len() > 1 || host.targets.iter().any(|target| !target.starts_with("cfg(")) {
        return Err(AskError::Targets { package: name, title, targets: host.targets.clone() });
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
    blueprint: &Blueprint,
    known: Option<&str>,
    roots: &CrateRoots,
    prompt: Option<&mut dyn Prompt>,
) -> Result<Target, AskError> {
    let root = match known {
        Some(root) => named_root(package, root)?,
        None => any_root(package, host, blueprint, roots, prompt)?,
    };
    if root.path.starts_with(&package.dir) {
        return Ok(root);
    }
    Err(AskError::RootOutside { root: root.path, package: package.name.clone() })
}

/// The crate root that a path below the package names.
fn named_root(package: &Package, root: &str) -> Result<Target, AskError> {
    let wanted = root.trim_start_matches("./").replace('\\', "/");
    let found = package.targets.iter().find(|target| relative(package, target) == wanted);
    found.cloned().ok_or_else(|| AskError::Root {
        root: root.to_owned(),
        package: package.name.clone(),
        candidates: package.targets.iter().map(|target| shown(&relative(package, target))).collect(),
    })
}

/// The library, else the only binary, among those that use the framework; of several binaries the one that
/// builds the application, as the others may be its clients. Where none names it, something on top of it does, and the
/// library is where such an application is.
fn any_root(
    package: &Package,
    host: &Host,
    blueprint: &Blueprint,
    roots: &CrateRoots,
    prompt: Option<&mut dyn Prompt>,
) -> Result<Target, AskError> {
    let library = || package.targets.iter().find(|target| target.kind == TargetKind::Library).cloned();
    let with = |krate: &String| package.crates.contains(&krate.replace('-', "_"));
    if let Some(library) = library().filter(|_| blueprint.framework.library_with.iter().any(with)) {
        return Ok(library);
    }
    let absent = || {
        let candidates = package.targets.iter().map(|target| shown(&relative(package, target))).collect();
        AskError::NoRoot { package: package.name.clone(), title: host.title.clone(), candidates }
    };
    match (roots.naming.as_slice(), roots.building.as_slice()) {
        ([], _) => return library().ok_or_else(absent),
        ([first, ..], _) if first.kind == TargetKind::Library => return one_tree(package, first, roots, prompt),
        ([only], _) | (_, [only]) => return Ok(only.clone()),
        _ => {}
    }
    let names: Vec<String> = roots.naming.iter().map(|root| shown(&relative(package, root))).collect();
    let likely = likely_root(package, &roots.naming);
    if let Some(prompt) = prompt {
        let chosen = prompt.one("Which crate root declares the module?", &names, likely.unwrap_or(0))?;
        return Ok(roots.naming[chosen].clone());
    }
    let likely = likely.map(|index| names[index].clone());
    Err(AskError::Ambiguous { what: "crate roots", candidates: names, flag: "--root", likely, unfit: vec![] })
}

/// The library, unless a binary builds its modules, too: then each is a tree of its own, and only one has the module.
fn one_tree(
    package: &Package,
    library: &Target,
    roots: &CrateRoots,
    prompt: Option<&mut dyn Prompt>,
) -> Result<Target, AskError> {
    let Some((binary, modules)) = &roots.twice else { return Ok(library.clone()) };
    let roots = [library, binary];
    let names = roots.map(|root| relative(package, root));
    match prompt {
        Some(prompt) => {
            let question = format!("Both crate roots build `{}`. Which one declares the module?", modules.join("`, `"));
            Ok(roots[prompt.one(&question, &names, 0)?].clone())
        }
        None => Err(AskError::TwoTrees { package: package.name.clone(), roots: names, modules: modules.clone() }),
    }
}

/// The path of a crate root below its package.
fn relative(package: &Package, target: &Target) -> String {
    paths::relative(&package.dir, &target.path).to_string().replace('\\', "/")
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
pub fn choices(answers: &mut Answers, settings: &[Setting], prompt: &mut dyn Prompt) -> Result<(), AskError> {
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
    let asks = !answers.set.contains_key("origins") && settings.iter().any(|setting| setting.name == "origins");
    if !browser || !asks {
        return Ok(());
    }
    let help = "comma-separated, such as https://app.example.com; empty to fill in later";
    let line =
        prompt.line("From which origins do browsers call (authorized parties)?", help, Rc::new(check_parties))?;
    let origins = parties(&line);
    if !origins.is_empty() {
        answers.set.insert("origins".to_owned(), Value::Words(origins));
    }
    Ok(())
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
                flags: vec![format!("--set {}=<value>", setting.name)],
            }),
            _ => Ok(()),
        };
    };
    for setting in open {
        let default =
            settings::literal(setting, &settings::default(setting, answers.profile.as_deref().unwrap_or("prod")));
        let default = default.trim_matches('"').to_owned();
        let question = setting.question.clone().unwrap_or_default();
        let given = if setting.kind == Kind::Choice {
            let start = setting.values.iter().position(|value| *value == default).unwrap_or(0);
            setting.values[prompt.one(&question, &setting.values, start)?].clone()
        } else {
            let help = format!("{}; empty for {default}", setting.help);
            let line = prompt.line(&question, &help, check_value(setting))?;
            if line.trim().is_empty() {
                continue;
            }
            line.trim().to_owned()
        };
        answers.put(slice::from_ref(setting), &setting.name, &toml::Value::String(given))?;
    }
    Ok(())
}

/// Takes what is a value of the setting, and nothing for the default.
fn check_value(setting: &Setting) -> Check {
    let setting = setting.clone();
    Rc::new(move |line| {
        let value = toml::Value::String(line.trim().to_owned());
        let taken = || Answers::default().put(slice::from_ref(&setting), &setting.name, &value);
        let why = |cause: SettingsError| match cause.hint() {
            Some(hint) => format!("{cause}: {hint}"),
            None => cause.to_string(),
        };
        if line.trim().is_empty() { Ok(()) } else { taken().map_err(why) }
    })
}

fn parties(line: &str) -> Vec<String> {
    line.split(',').map(str::trim).filter(|party| !party.is_empty()).map(str::to_owned).collect()
}

fn check_parties(line: &str) -> Result<(), String> {
    match parties(line).iter().find(|party| !origin::is_bare(party)) {
        Some(party) => Err(format!("`{party}` is not a bare origin: {}", origin::advice(party))),
        None => Ok(()),
    }
}
