//! `clerk-sessions.toml`: the answers, as the team keeps and edits them, and what follows from them.

mod file;
mod value;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use crate::blueprint::{Blueprint, BlueprintError, Condition, Setting};
use crate::escape::shown;
use crate::paths::PackagePath;
pub use file::{edit, new_since, parse, write};
pub use value::{Value, check, default, expected, is_looser, literal, plain};
use value::{flag, words, wrong};

/// The file's name, at the package root.
pub const FILE: &str = "clerk-sessions.toml";

/// The three profiles, each a set of defaults.
pub const PROFILES: [&str; 3] = ["dev", "prod", "high-security"];

/// A fault in an answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// Something in the settings file.
    #[error("{path}:{line}: {fault}", path = shown(path))]
    InFile {
        /// The file, as the messages name it.
        path: Utf8PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong there.
        fault: Box<SettingsError>,
    },
    /// The file is not TOML.
    #[error("it does not parse: {cause}")]
    Syntax {
        /// What the parser says.
        cause: String,
    },
    /// There is no such key.
    #[error("there is no setting `{name}`{tip}", name = shown(name), tip = tip(name, known))]
    Unknown {
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// The value does not fit.
    #[error("`{value}` is not valid for the setting `{name}`", value = shown(value), name = shown(name))]
    Value {
        name: String,
        /// The value as written.
        value: String,
        /// What fits.
        expected: String,
    },
    /// An entry that no browser sends as an origin.
    #[error("`{given}` in the setting `{name}` is not a bare origin", given = shown(given), name = shown(name))]
    Origin {
        /// The key.
        name: String,
        /// The entry.
        given: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The profile decides.
    #[error("the setting `{name}` is fixed by the profile", name = shown(name))]
    Fixed { name: String },
}

impl SettingsError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InFile { fault, .. } => fault.code(),
            Self::Syntax { .. } => "settings-syntax",
            Self::Unknown { .. } => "setting-unknown",
            Self::Value { .. } | Self::Origin { .. } => "setting-value",
            Self::Fixed { .. } => "setting-fixed",
        }
    }

    /// Whether an answer is wrong, and not the file.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::InFile { fault, .. } => fault.is_usage(),
            Self::Syntax { .. } => false,
            Self::Unknown { .. } | Self::Value { .. } | Self::Origin { .. } | Self::Fixed { .. } => true,
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::InFile { fault, .. } => return fault.hint(),
            Self::Syntax { .. } => "fix that line first; nothing was changed".to_owned(),
            Self::Unknown { known, .. } => format!("the settings are: {}", known.join(", ")),
            Self::Value { expected, .. } => format!("use {expected}"),
            Self::Origin { advice, .. } => (*advice).to_owned(),
            Self::Fixed { .. } => "choose another `profile` instead".to_owned(),
        })
    }
}

/// Every answer: what was chosen, on top of the profile's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// The blueprint's name.
    pub framework: Option<String>,
    /// The module's name.
    pub module: Option<String>,
    /// The crate root, relative to the package.
    pub root: Option<String>,
    /// The generated default among the profiles.
    pub profile: Option<String>,
    /// Whether the wiring line is inserted.
    pub wire: Option<bool>,
    /// Generated files that the team does without, by their paths in the package or their ids.
    pub without: Option<Vec<String>>,
    /// Where the guide is kept, relative to the package.
    pub guide: Option<String>,
    /// Settings of the blueprint that were set, over the profile's defaults.
    pub set: BTreeMap<String, Value>,
}

impl Answers {
    /// These answers where given, else those.
    #[must_use]
    pub fn or(self, those: Self) -> Self {
        let mut set = those.set;
        set.extend(self.set);
        Self {
            framework: self.framework.or(those.framework),
            module: self.module.or(those.module),
            root: self.root.or(those.root),
            profile: self.profile.or(those.profile),
            wire: self.wire.or(those.wire),
            without: self.without.or(those.without),
            guide: self.guide.or(those.guide),
            set,
        }
    }

    /// Takes one `key = value`, as text from `--set` or a value from the file.
    pub fn put(&mut self, settings: &[Setting], name: &str, given: &toml::Value) -> Result<(), SettingsError> {
        let word = |expected: &str| match given {
            toml::Value::String(text) if !text.is_empty() => Ok(text.clone()),
            other => Err(wrong(name, other, expected)),
        };
        match name {
            "framework" => self.framework = Some(word("the name of a framework")?),
            "module" => self.module = Some(module_name(&word("a Rust identifier")?)?),
            "root" => self.root = Some(word("the path of a crate root, such as `src/main.rs`")?),
            "profile" => {
                let expected = format!("one of: {}", PROFILES.join(", "));
                let profile = word(&expected)?;
                if !PROFILES.contains(&profile.as_str()) {
                    return Err(wrong(name, given, &expected));
                }
                self.profile = Some(profile);
            }
            "without" => match words(given) {
                Some(files) => self.without = Some(files),
                None => return Err(wrong(name, given, "a list of files, such as `src/clerk/custom.rs`")),
            },
            "guide" => self.guide = Some(page(&word(PAGE)?)?),
            "wire" => match flag(given) {
                Some(value) => self.wire = Some(value),
                None => return Err(wrong(name, given, "`true` or `false`")),
            },
            _ => {
                let setting = settings.iter().find(|setting| setting.name == name);
                let setting =
                    setting.ok_or_else(|| SettingsError::Unknown { name: name.to_owned(), known: known(settings) })?;
                if setting.fixed {
                    return Err(SettingsError::Fixed { name: name.to_owned() });
                }
                self.set.insert(name.to_owned(), check(setting, given)?);
            }
        }
        Ok(())
    }

    /// Fails where a setting is answered that these do not have, such as one of another framework.
    pub fn fit(&self, settings: &[Setting]) -> Result<(), SettingsError> {
        let unknown = self.set.keys().find(|name| settings.iter().all(|setting| setting.name != **name));
        unknown.map_or(Ok(()), |name| Err(SettingsError::Unknown { name: name.clone(), known: known(settings) }))
    }

    /// These answers with every default in its place.
    #[must_use]
    pub fn resolved(self) -> Resolved {
        let said = Self {
            module: self.module.or_else(|| Some("clerk".to_owned())),
            profile: self.profile.or_else(|| Some("prod".to_owned())),
            wire: self.wire.or(Some(false)),
            ..self
        };
        let or_default = |answer: &Option<String>| answer.clone().unwrap_or_default();
        Resolved {
            framework: or_default(&said.framework),
            module: or_default(&said.module),
            profile: or_default(&said.profile),
            wire: said.wire == Some(true),
            without: said.without.clone().unwrap_or_default(),
            guide: said.guide.clone(),
            set: said.set.clone(),
            said,
        }
    }
}

/// The answers with every default in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The blueprint's name.
    pub framework: String,
    /// The module's name.
    pub module: String,
    /// The generated default among the profiles.
    pub profile: String,
    /// Whether the wiring line is inserted.
    pub wire: bool,
    /// Generated files that the team does without, by their paths in the package or their ids.
    pub without: Vec<String>,
    /// Where the guide is kept, relative to the package.
    pub guide: Option<String>,
    /// Settings of the blueprint that were set, over the profile's defaults.
    pub set: BTreeMap<String, Value>,
    /// What the settings file is to say; all else stands in it as a comment.
    pub said: Answers,
}

impl Resolved {
    /// Whether the team does without a generated file.
    pub fn does_without(&self, id: &str, path: &PackagePath) -> bool {
        self.without.iter().any(|name| name == id || *path == name.as_str())
    }

    /// The value in force under a profile: set, else what the profile has for these callers.
    pub fn effective(&self, setting: &Setting, profile: &str) -> Value {
        let set = self.set.get(&setting.name).cloned();
        set.unwrap_or_else(|| self.usual(setting, profile))
    }

    /// The value that a profile has for these callers.
    pub fn usual(&self, setting: &Setting, profile: &str) -> Value {
        self.meant_by_callers(&setting.name, profile).unwrap_or_else(|| default(setting, profile))
    }

    /// What was set and is less strict than a profile has it for these callers, as `--set` takes it.
    pub fn loosened(&self, settings: &[Setting], profile: &str) -> Vec<String> {
        let set = settings.iter().filter_map(|setting| Some((setting, self.set.get(&setting.name)?)));
        let looser = set.filter(|(setting, value)| is_looser(setting, value, &self.usual(setting, profile)));
        looser.map(|(setting, value)| format!("{}={}", setting.name, plain(setting, value))).collect()
    }

    /// Native apps and backends send no `azp`, so a missing one is allowed in headers; without a browser there are no
    /// cookies and no parties to require. Source: Clerk mints tokens without `azp` where there is no `Origin` header.
    fn meant_by_callers(&self, name: &str, profile: &str) -> Option<Value> {
        let Some(Value::Words(callers)) = self.set.get("callers") else { return None };
        let browser = callers.iter().any(|caller| caller == "browser");
        let others = callers.iter().any(|caller| caller != "browser");
        match name {
            "azp-missing" if others && profile != "dev" => Some(Value::Word("allow-header".to_owned())),
            "carriers" if !browser => Some(Value::Words(vec!["header".to_owned()])),
            "parties" if !browser => Some(Value::Word("optional".to_owned())),
            _ => None,
        }
    }

    /// Whether a condition of the blueprint holds.
    pub fn holds(&self, blueprint: &Blueprint, condition: &Condition) -> bool {
        condition.iter().all(|(name, wanted)| {
            let setting = blueprint.settings.iter().find(|setting| setting.name == *name);
            setting.is_some_and(|setting| match self.effective(setting, &self.profile) {
                Value::Word(word) => word == *wanted,
                Value::Words(words) => words.contains(wanted),
                Value::Number(number) => number.to_string() == *wanted,
                Value::Flag(flag) => flag.to_string() == *wanted,
            })
        })
    }
}

/// What only the settings' own rules can tell of a blueprint: defaults that fit, conditions that can hold, and files that
/// stand in it once.
pub fn validate(blueprint: &Blueprint) -> Result<(), BlueprintError> {
    let fault = |cause: String| BlueprintError::Facts { path: format!("{}/blueprint.toml", blueprint.name), cause };
    for setting in &blueprint.settings {
        for given in [&setting.default.dev, &setting.default.prod, &setting.default.high_security] {
            check(setting, given).map_err(|cause| fault(format!("in a default, {cause}")))?;
        }
    }
    let files = blueprint.files.iter().map(|file| (&file.when, format!("the file `{}`", file.id)));
    let crates = blueprint.dependencies.iter().map(|one| (&one.when, format!("the dependency `{}`", one.krate)));
    let variables = blueprint.environment.iter().map(|one| (&one.when, format!("the variable `{}`", one.name)));
    for (when, place) in files.chain(crates).chain(variables) {
        for (name, wanted) in when {
            let setting = blueprint.settings.iter().find(|setting| setting.name == *name);
            let possible = setting.is_some_and(|setting| check(setting, &toml::Value::String(wanted.clone())).is_ok());
            if !possible {
                return Err(fault(format!("{place} is wanted when `{name}` is `{wanted}`, which it never is")));
            }
        }
    }
    match blueprint.files.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => Err(fault(format!("the file `{}` stands in `shared` too", pair[0].id))),
        None => Ok(()),
    }
}

/// The name that was meant most likely.
pub fn similar(name: &str, known: &[String]) -> Option<String> {
    let scored = known.iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(score, _)| *score > 0.8);
    best.map(|(_, known)| known.clone())
}

/// The setting that was meant most likely, as words behind a sentence.
fn tip(name: &str, known: &[String]) -> String {
    similar(name, known).map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

fn known(settings: &[Setting]) -> Vec<String> {
    let general = ["framework", "module", "root", "profile", "wire", "without", "guide"].map(str::to_owned);
    general
        .into_iter()
        .chain(settings.iter().filter(|setting| !setting.fixed).map(|setting| setting.name.clone()))
        .collect()
}

/// Names that a module must not have: it would hide a crate or a type of the language, be a keyword of a later edition,
/// or stand in the folder whose files cargo takes for binaries.
const HIDING: &[&str] = &[
    "_",
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "gen",
    "bin",
    "bool",
    "char",
    "str",
    "f16",
    "f32",
    "f64",
    "f128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
];

/// A name that `mod` takes; keywords are refused.
pub fn module_name(name: &str) -> Result<String, SettingsError> {
    let snake = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if snake && !HIDING.contains(&name) && syn::parse_str::<syn::Ident>(name).is_ok() {
        return Ok(name.to_owned());
    }
    let expected = "a snake_case Rust identifier that has no meaning yet, such as `clerk`".to_owned();
    Err(SettingsError::Value { name: "module".to_owned(), value: name.to_owned(), expected })
}

/// What a page may be named.
const PAGE: &str = "the path of a Markdown file in the package, such as `docs/clerk-sessions.md`";

/// A file below the package, which no platform takes for another one.
fn page(path: &str) -> Result<String, SettingsError> {
    let foreign = |c: char| matches!(c, '\\' | ':') || c.is_control();
    let plain = |part: &str| !matches!(part, "" | "." | ".." | ".git") && !part.contains(foreign);
    let fits = path.split('/').all(plain) && path.ends_with(".md");
    let wrong = || SettingsError::Value { name: "guide".to_owned(), value: path.to_owned(), expected: PAGE.to_owned() };
    if fits { Ok(path.to_owned()) } else { Err(wrong()) }
}
