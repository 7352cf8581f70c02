//! `clerk-sessions.toml`: the answers, as the team keeps and edits them, and what follows from them.

use std::collections::BTreeMap;

use serde::Serialize;
use toml_edit::{Array, DocumentMut};

use crate::blueprint::{Blueprint, Condition, Kind, Setting};

/// The file's name, at the package root.
pub const FILE: &str = "clerk-sessions.toml";

/// The three profiles, each a set of defaults.
pub const PROFILES: [&str; 3] = ["dev", "prod", "high-security"];

/// A fault in an answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// The file is not TOML.
    #[error("failed to parse `{FILE}`\n  caused by: {cause}")]
    Syntax {
        /// What the parser says, with line and column.
        cause: String,
    },
    /// There is no such key.
    #[error("there is no setting `{name}`")]
    Unknown {
        /// The key.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// The value does not fit.
    #[error("`{value}` is not a value of the setting `{name}`")]
    Value {
        /// The key.
        name: String,
        /// The value as written.
        value: String,
        /// What fits.
        expected: String,
    },
    /// The profile decides.
    #[error("the setting `{name}` is fixed by the profile")]
    Fixed {
        /// The key.
        name: String,
    },
}

impl SettingsError {
    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "settings-syntax",
            Self::Unknown { .. } => "setting-unknown",
            Self::Value { .. } => "setting-value",
            Self::Fixed { .. } => "setting-fixed",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Syntax { .. } => format!("mend `{FILE}` first; nothing was changed"),
            Self::Unknown { known, .. } => format!("the settings are: {}", known.join(", ")),
            Self::Value { expected, .. } => format!("use {expected}"),
            Self::Fixed { .. } => "choose another `profile` instead".to_owned(),
        })
    }
}

/// A checked value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// One word.
    Word(String),
    /// A list of words.
    Words(Vec<String>),
    /// A number, or a duration in seconds where 0 is `none`.
    Number(i64),
    /// Yes or no.
    Flag(bool),
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
    /// Settings of the blueprint that were set, over the profile's defaults.
    pub set: BTreeMap<String, Value>,
}

impl Answers {
    /// The module's name, `clerk` by default.
    pub fn module(&self) -> &str {
        self.module.as_deref().unwrap_or("clerk")
    }

    /// The profile, `prod` by default.
    pub fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or("prod")
    }

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

    /// The value in force under a profile: set, else what the callers mean, else the profile's default.
    pub fn effective(&self, setting: &Setting, profile: &str) -> Value {
        let set = self.set.get(&setting.name).cloned();
        set.or_else(|| self.meant_by_callers(&setting.name, profile)).unwrap_or_else(|| default(setting, profile))
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
            setting.is_some_and(|setting| match self.effective(setting, self.profile()) {
                Value::Word(word) => word == *wanted,
                Value::Words(words) => words.contains(wanted),
                Value::Number(number) => number.to_string() == *wanted,
                Value::Flag(flag) => flag.to_string() == *wanted,
            })
        })
    }
}

fn known(settings: &[Setting]) -> Vec<String> {
    let general = ["framework", "module", "root", "profile", "wire"].map(str::to_owned);
    general
        .into_iter()
        .chain(settings.iter().filter(|setting| !setting.fixed).map(|setting| setting.name.clone()))
        .collect()
}

fn wrong(name: &str, given: &toml::Value, expected: &str) -> SettingsError {
    let value = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    SettingsError::Value { name: name.to_owned(), value, expected: expected.to_owned() }
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

fn flag(given: &toml::Value) -> Option<bool> {
    given.as_bool().or_else(|| given.as_str().and_then(|text| text.parse().ok()))
}

fn expected(setting: &Setting) -> String {
    let (minimum, maximum) = (setting.minimum.unwrap_or(0), setting.maximum.unwrap_or(i64::MAX));
    match setting.kind {
        Kind::Choice => format!("one of: {}", setting.values.join(", ")),
        Kind::List if setting.values.is_empty() => "a comma-separated list".to_owned(),
        Kind::List => format!("a comma-separated list of: {}", setting.values.join(", ")),
        Kind::Number => format!("a whole number from {minimum} to {maximum}"),
        Kind::Duration => format!("`none`, or a duration such as `30s`, `5m` or `1h`, of at least {minimum} s"),
        Kind::Flag => "`true` or `false`".to_owned(),
    }
}

/// Checks a value, written as TOML or as the text of `--set`, against its setting.
pub fn check(setting: &Setting, given: &toml::Value) -> Result<Value, SettingsError> {
    let bounds = setting.minimum.unwrap_or(i64::MIN)..=setting.maximum.unwrap_or(i64::MAX);
    let checked = match setting.kind {
        Kind::Choice => given
            .as_str()
            .filter(|word| setting.values.iter().any(|value| value == word))
            .map(|word| Value::Word(word.to_owned())),
        Kind::List => words(given).filter(|words| fits(setting, words)).map(Value::Words),
        Kind::Number => number(given).filter(|number| bounds.contains(number)).map(Value::Number),
        Kind::Duration => seconds(given).filter(|number| *number == 0 || bounds.contains(number)).map(Value::Number),
        Kind::Flag => flag(given).map(Value::Flag),
    };
    checked.ok_or_else(|| wrong(&setting.name, given, &expected(setting)))
}

fn fits(setting: &Setting, words: &[String]) -> bool {
    if setting.values.is_empty() {
        return words.iter().all(|word| {
            !word.is_empty() && word.chars().all(|c| !c.is_control() && c != '"' && c != '\\' && !turns(c))
        });
    }
    let distinct = words.iter().enumerate().all(|(at, word)| !words[..at].contains(word));
    !words.is_empty() && distinct && words.iter().all(|word| setting.values.contains(word))
}

/// Whether a character changes the direction of the text around it: `rustc` refuses it in a literal.
fn turns(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn words(given: &toml::Value) -> Option<Vec<String>> {
    match given {
        toml::Value::Array(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
        toml::Value::String(text) if text.is_empty() => Some(Vec::new()),
        toml::Value::String(text) => Some(text.split(',').map(|word| word.trim().to_owned()).collect()),
        _ => None,
    }
}

fn number(given: &toml::Value) -> Option<i64> {
    given.as_integer().or_else(|| given.as_str().and_then(|text| text.parse().ok()))
}

/// Seconds of a duration; `none` is 0.
fn seconds(given: &toml::Value) -> Option<i64> {
    let text = match given {
        toml::Value::Integer(seconds) => return (*seconds > 0).then_some(*seconds),
        other => other.as_str()?,
    };
    if text == "none" {
        return Some(0);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => return None,
    };
    digits.parse::<i64>().ok().filter(|count| *count > 0)?.checked_mul(unit)
}

/// A profile's default, which the blueprint's tests have checked.
pub fn default(setting: &Setting, profile: &str) -> Value {
    let given = match profile {
        "dev" => &setting.default.dev,
        "high-security" => &setting.default.high_security,
        _ => &setting.default.prod,
    };
    check(setting, given).unwrap_or_else(|_| Value::Word(String::new()))
}

/// Reads the settings file.
pub fn parse(text: &str, settings: &[Setting]) -> Result<Answers, SettingsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table: toml::Table = toml::from_str(text)
        .map_err(|cause| SettingsError::Syntax { cause: cause.to_string().trim_end().to_owned() })?;
    let mut answers = Answers::default();
    for (name, value) in &table {
        answers.put(settings, name, value)?;
    }
    Ok(answers)
}

/// A new settings file: what was chosen, and every other setting as a comment with its default.
pub fn write(answers: &Answers, settings: &[Setting]) -> String {
    let mut text = String::from(
        "# The settings of `cargo clerk-sessions`. Edit them and run `cargo clerk-sessions update`.\n\
         # A line that is commented out shows the default of the profile. Nothing here is read at run time.\n",
    );
    for (name, value, help) in general(answers) {
        let line = value.map_or_else(|| format!("# {name} = \"\""), |value| format!("{name} = {value}"));
        text.push_str(&format!("\n# {help}\n{line}\n"));
    }
    for setting in settings.iter().filter(|setting| !setting.fixed) {
        text.push_str(&entry(answers, setting));
    }
    text
}

/// The settings that every blueprint has, as TOML literals.
fn general(answers: &Answers) -> [(&'static str, Option<String>, &'static str); 5] {
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    [
        ("framework", answers.framework.as_deref().map(quoted), "the web framework"),
        ("module", Some(quoted(answers.module())), "the name of the generated module"),
        ("root", answers.root.as_deref().map(quoted), "the crate root that declares it, where there is a choice"),
        ("profile", Some(quoted(answers.profile())), "the defaults: `dev`, `prod` or `high-security`"),
        ("wire", Some(answers.wire.unwrap_or(false).to_string()), "whether the wiring line is inserted for you"),
    ]
}

/// The settings that came after a blueprint version and that a settings file does not mention, be it in a comment.
pub fn new_since<'a>(settings: &'a [Setting], version: u32, text: &str) -> Vec<&'a Setting> {
    let mentions = |name: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ', '\t', '\u{feff}']);
            line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    };
    settings.iter().filter(|one| !one.fixed && one.since > version && !mentions(&one.name)).collect()
}

/// The lines of one setting: what it is for, and its value, or as a comment its default.
fn entry(answers: &Answers, setting: &Setting) -> String {
    let line = match answers.set.get(&setting.name) {
        Some(value) => format!("{} = {}", setting.name, literal(setting, value)),
        None => format!("# {} = {}", setting.name, literal(setting, &answers.effective(setting, answers.profile()))),
    };
    format!("\n# {}\n{line}\n", setting.help)
}

/// Brings an existing settings file to new answers, touching only the keys that differ; what is new is added at the end.
pub fn edit(text: &str, answers: &Answers, settings: &[Setting], new: &[&Setting]) -> Result<String, SettingsError> {
    let old = parse(text, settings)?;
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document: DocumentMut =
        bare.parse().map_err(|cause: toml_edit::TomlError| SettingsError::Syntax { cause: cause.to_string() })?;
    let mut changed = false;
    let mut put = |name: &str, literal: String| {
        changed = true;
        let value: toml_edit::Value = literal.parse().unwrap_or_else(|_| toml_edit::Value::from(literal.as_str()));
        match document.get_mut(name).and_then(toml_edit::Item::as_value_mut) {
            Some(present) => {
                let decor = present.decor().clone();
                *present = value;
                *present.decor_mut() = decor;
            }
            None => {
                document.insert(name, toml_edit::value(value));
            }
        }
    };
    for ((name, before, _), (_, after, _)) in general(&old).into_iter().zip(general(answers)) {
        if let Some(after) = after.filter(|after| before.as_ref() != Some(after)) {
            put(name, after);
        }
    }
    for setting in settings.iter().filter(|setting| !new.iter().any(|new| new.name == setting.name)) {
        if let Some(value) = answers.set.get(&setting.name).filter(|value| old.set.get(&setting.name) != Some(value)) {
            put(&setting.name, literal(setting, value));
        }
    }
    let mut edited = if changed { like(text, &document.to_string()) } else { text.to_owned() };
    if !new.is_empty() {
        let end = if edited.contains("\r\n") { "\r\n" } else { "\n" };
        let added: String = new.iter().map(|setting| entry(answers, setting)).collect();
        let break_before = if edited.is_empty() || edited.ends_with('\n') { "" } else { end };
        edited.push_str(&format!("{break_before}{}", added.replace('\n', end)));
    }
    Ok(edited)
}

/// Gives new text the byte-order mark, line ends and final newline of the old.
fn like(old: &str, new: &str) -> String {
    let mut new = if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new.to_owned() };
    if old.starts_with('\u{feff}') {
        new.insert(0, '\u{feff}');
    }
    new
}

/// A value as TOML.
pub fn literal(setting: &Setting, value: &Value) -> String {
    match value {
        Value::Word(word) => toml_edit::Value::from(word.as_str()).to_string(),
        Value::Words(words) => toml_edit::Value::from(words.iter().map(String::as_str).collect::<Array>()).to_string(),
        Value::Number(0) if setting.kind == Kind::Duration => "\"none\"".to_owned(),
        Value::Number(seconds) if setting.kind == Kind::Duration => format!("\"{}\"", duration(*seconds)),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
    }
}

/// Seconds in the largest whole unit, such as `5m`.
pub fn duration(seconds: i64) -> String {
    match seconds {
        0 => "none".to_owned(),
        s if s % 86400 == 0 => format!("{}d", s / 86400),
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s if s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}
