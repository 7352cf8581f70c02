//! What stands in the way of an answer.

use camino::Utf8PathBuf;

use super::CopyError;
use crate::escape::shown;
use crate::settings::SettingsError;

/// An answer that cannot be had or does not fit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AskError {
    /// Nobody is there to ask.
    #[error("no answer to: {question}")]
    Unanswered {
        question: String,
        /// The flags that are missing.
        flags: Vec<String>,
    },
    /// The answer is no value of the setting.
    #[error(transparent)]
    Value(#[from] SettingsError),
    /// A second copy of the module, for which nobody has asked.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The user left the question.
    #[error("stopped; nothing was changed")]
    Cancelled,
    /// No member has a supported framework.
    #[error("no supported framework found{}", place(package.as_ref()))]
    NoFramework {
        /// The package, where one was named.
        package: Option<String>,
        /// The supported ones.
        supported: Vec<String>,
        /// Members that have one.
        candidates: Vec<String>,
    },
    /// No member has a framework in a form that is supported.
    #[error("no package of this workspace fits\n  caused by: {}", some_of(unfit))]
    NoneFits {
        /// Why each does not.
        unfit: Vec<String>,
    },
    /// No member has that name.
    #[error("there is no package `{name}` in this workspace", name = shown(name))]
    NoPackage {
        /// As given.
        name: String,
        /// Members that have a supported framework.
        candidates: Vec<String>,
    },
    /// The package has another framework than the one that was named.
    #[error("`{package}` does not depend on {wanted}, but on {}", found.join(" and "), package = shown(package))]
    OtherFramework {
        package: String,
        /// The one that was named.
        wanted: String,
        /// Those that it has.
        found: Vec<String>,
    },
    /// The framework's version is not supported.
    #[error("`{package}` depends on {title} {found}, which is {}not supported", if is_prerelease(found) { "a pre-release and " } else { "" }, package = shown(package))]
    Version {
        package: String,
        title: String,
        /// Its requirement or locked version.
        found: String,
        /// The supported release lines.
        supported: Vec<String>,
    },
    /// The requirement is `*`, and nothing says more.
    #[error("`{package}` depends on {title} `*`, and no `Cargo.lock` tells which version that is", package = shown(package))]
    AnyVersion {
        package: String,
        title: String,
        /// The supported release lines.
        supported: Vec<String>,
    },
    /// The program runs where the generated code cannot.
    #[error("`{package}` depends on `{krate}`, whose programs run where the generated code cannot", package = shown(package), krate = shown(krate))]
    Elsewhere {
        package: String,
        /// The crate that says so.
        krate: String,
    },
    /// The package has one framework under several names.
    #[error("`{package}` depends on {title} under several names: {}", idents.join(", "), package = shown(package))]
    SeveralNames {
        package: String,
        title: String,
        /// The names.
        idents: Vec<String>,
    },
    /// Several members or frameworks fit.
    #[error("several {what} fit: {}", candidates.join(", "))]
    Ambiguous {
        /// What is to be chosen.
        what: &'static str,
        /// Those that fit.
        candidates: Vec<String>,
        /// The flag that chooses.
        flag: &'static str,
        /// The one that is meant most likely.
        likely: Option<String>,
        /// Why others do not fit.
        unfit: Vec<String>,
    },
    /// The named crate root is none.
    #[error("`{root}` is not a crate root of `{package}`", root = shown(root), package = shown(package))]
    Root {
        /// As given.
        root: String,
        package: String,
        /// Its crate roots.
        candidates: Vec<String>,
    },
    /// The crate root is not below the package, so neither would be the module.
    #[error("the crate root `{root}` is outside the folder of `{package}`", root = shown(root), package = shown(package))]
    RootOutside {
        /// Where it stands.
        root: Utf8PathBuf,
        package: String,
    },
    /// The package has nothing that could hold the module.
    #[error("`{package}` has no library or binary that uses {title}", package = shown(package))]
    NoRoot {
        package: String,
        title: String,
        /// The crate roots that it has.
        candidates: Vec<String>,
    },
    /// A framework that is there for some targets only, and not under one condition.
    #[error("{title} is a dependency of `{package}` for {} only", quoted(targets), package = shown(package))]
    Targets { package: String, title: String, targets: Vec<String> },
    /// A library and a binary build the same modules, and only one of them can have ours.
    #[error("`{package}` builds {} twice, from {}: the module would be in one of the two only", quoted(modules), quoted(roots), package = shown(package))]
    TwoTrees {
        package: String,
        /// The two crate roots.
        roots: [String; 2],
        /// The files that are in both.
        modules: Vec<String>,
    },
    /// The host's edition is not supported.
    #[error("`{package}` has the edition {found}, which is not supported", package = shown(package))]
    Edition {
        package: String,
        /// Its edition.
        found: String,
    },
    /// The host is older than the generated code allows.
    #[error("`{package}` has `rust-version = \"{found}\"`, but the generated code needs {needed}", package = shown(package))]
    RustVersion {
        package: String,
        /// Its `rust-version`.
        found: String,
        /// What is needed.
        needed: String,
    },
    /// An optional framework that no single feature turns on.
    #[error("{title} is optional in `{package}`, and {} turns it on", if features.is_empty() { "no feature other than `default`".to_owned() } else { format!("more than one feature ({})", features.join(", ")) }, package = shown(package))]
    Optional { package: String, title: String, features: Vec<String> },
}

/// The first reasons of a list, and how many more there are.
pub(super) fn some_of(reasons: &[String]) -> String {
    let named = reasons.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("; ");
    match reasons.len().saturating_sub(3) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

/// Whether a requirement or a version names a pre-release, such as `^0.5.0-rc.2`.
fn is_prerelease(found: &str) -> bool {
    found.contains('-')
}

/// How to come to a package that has a framework.
fn with_a_framework(supported: &[String], candidates: &[String]) -> String {
    match candidates {
        [] => format!(
            "add one of these to `[dependencies]` first: {}; or name another project with `--manifest-path`",
            supported.join(", ")
        ),
        _ => format!("choose a package that has one with `--package`: {}", candidates.join(", ")),
    }
}

/// How to name a crate root, or that another package has one.
fn choose_root(candidates: &[String]) -> String {
    match candidates {
        [] => "choose a package that has a library or a binary with `--package`".to_owned(),
        _ => format!("name its crate root with `--root`: {}", candidates.join(", ")),
    }
}

fn pass(flags: &[String]) -> String {
    format!("pass `{}`, or run it on a terminal", flags.join("` and `"))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", ")
}

fn place(package: Option<&String>) -> String {
    package.map_or_else(|| " in this workspace".to_owned(), |package| format!(" in `{package}`"))
}

impl AskError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unanswered { .. } => "unanswered",
            Self::Value(cause) => cause.code(),
            Self::Copy(cause) => cause.code(),
            Self::Cancelled => "cancelled",
            Self::NoFramework { .. } | Self::NoneFits { .. } | Self::OtherFramework { .. } => "no-framework",
            Self::NoPackage { .. } => "no-package",
            Self::Version { .. } | Self::AnyVersion { .. } => "framework-version",
            Self::Ambiguous { .. } => "ambiguous",
            Self::Root { .. } | Self::RootOutside { .. } | Self::NoRoot { .. } => "no-crate-root",
            Self::TwoTrees { .. } => "two-trees",
            Self::Edition { .. } => "edition",
            Self::RustVersion { .. } => "rust-version",
            Self::Optional { .. } => "framework-optional",
            Self::Targets { .. } => "framework-target",
            Self::Elsewhere { .. } => "platform",
            Self::SeveralNames { .. } => "framework-names",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unanswered { flags, .. } => Some(pass(flags)),
            Self::Value(cause) => cause.hint(),
            Self::Copy(cause) => cause.hint(),
            Self::Cancelled => None,
            Self::NoFramework { supported, candidates, .. } => Some(with_a_framework(supported, candidates)),
            Self::OtherFramework { .. } => {
                Some("leave the framework out, or choose another package with `--package`".to_owned())
            }
            Self::NoPackage { candidates, .. } if candidates.is_empty() => {
                Some("name the manifest of a package outside it with `--manifest-path`".to_owned())
            }
            Self::NoPackage { candidates, .. } => {
                Some(format!("these have a supported framework: {}", candidates.join(", ")))
            }
            Self::Version { supported, title, found, .. } if is_prerelease(found) => {
                Some(format!("ask for a release of {title}, such as `{}`", supported.join("` or `")))
            }
            Self::Version { supported, title, .. } => Some(format!("supported: {title} {}", supported.join(", "))),
            Self::AnyVersion { supported, title, .. } => {
                let supported = supported.join(", ");
                Some(format!("name a version there, or run `cargo generate-lockfile`; supported: {title} {supported}"))
            }
            Self::Ambiguous { flag, likely, unfit, .. } => {
                let likely = likely.iter().map(|likely| format!(", most likely `{flag} {likely}`"));
                let unfit = (!unfit.is_empty()).then(|| format!("; not among them: {}", some_of(unfit)));
                Some(likely.chain(unfit).fold(format!("choose one with `{flag}`"), |hint, more| hint + &more))
            }
            Self::NoneFits { .. } => Some("choose one with `--package` to see what would make it fit".to_owned()),
            Self::Root { candidates, .. } => Some(format!("its crate roots are: {}", candidates.join(", "))),
            Self::RootOutside { .. } => Some("name a crate root inside it with `--root`, or move it there".to_owned()),
            Self::TwoTrees { roots, .. } => Some(format!(
                "let `{}` use the library's modules instead of declaring them, or choose with `--root {}` or `--root {}` which one has it",
                shown(&roots[1]),
                shown(&roots[0]),
                shown(&roots[1])
            )),
            Self::NoRoot { candidates, .. } => Some(choose_root(candidates)),
            Self::Elsewhere { .. } => {
                Some("verify tokens in a program of another platform, such as a server before it".to_owned())
            }
            Self::Targets { .. } => Some(
                "make it a plain dependency, or put it under one `cfg(…)` that says for which targets it is there"
                    .to_owned(),
            ),
            Self::SeveralNames { .. } => Some("choose one on a terminal, or leave one of them out".to_owned()),
            Self::Edition { .. } => Some("set `edition` to 2018, 2021 or 2024; `cargo fix --edition` helps".to_owned()),
            Self::RustVersion { needed, .. } => Some(format!("raise `rust-version` to {needed} or higher")),
            Self::Optional { .. } => {
                Some("make the framework a plain dependency, or let exactly one feature turn it on".to_owned())
            }
        }
    }
}
