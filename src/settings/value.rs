//! Values of settings: checked as they are given, and written as TOML.

use serde::Serialize;
use toml_edit::Array;

use super::SettingsError;
use crate::blueprint::{Kind, Looser, Setting};
use crate::escape::acts;
use crate::rules::origin;

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

/// Yes or no, as TOML or as text.
pub(super) fn flag(given: &toml::Value) -> Option<bool> {
    given.as_bool().or_else(|| given.as_str().and_then(|text| text.parse().ok()))
}

/// The values that a setting takes, in words.
pub fn expected(setting: &Setting) -> String {
    let (minimum, maximum) = (setting.minimum.unwrap_or(0), setting.maximum.unwrap_or(i64::MAX));
    match setting.kind {
        Kind::Choice => format!("one of: {}", setting.values.join(", ")),
        Kind::List if setting.values.is_empty() => "a comma-separated list".to_owned(),
        Kind::List => format!("a comma-separated list of: {}", setting.values.join(", ")),
        Kind::Origins => "a comma-separated list of origins such as `https://app.example.com`".to_owned(),
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
        Kind::Origins => words(given).map(|words| origins(&setting.name, words)).transpose()?,
        Kind::Number => number(given).filter(|number| bounds.contains(number)).map(Value::Number),
        Kind::Duration => seconds(given).filter(|number| *number == 0 || bounds.contains(number)).map(Value::Number),
        Kind::Flag => flag(given).map(Value::Flag),
    };
    checked.ok_or_else(|| wrong(&setting.name, given, &expected(setting)))
}

/// Fails for what no browser would send as an origin.
fn origins(name: &str, words: Vec<String>) -> Result<Value, SettingsError> {
    match words.iter().find(|word| !origin::is_bare(word)) {
        Some(word) => {
            Err(SettingsError::Origin { name: name.to_owned(), given: word.clone(), advice: origin::advice(word) })
        }
        None => Ok(Value::Words(words)),
    }
}

fn fits(setting: &Setting, words: &[String]) -> bool {
    if setting.values.is_empty() {
        return words.iter().all(|word| !word.is_empty() && word.chars().all(|c| !acts(c) && c != '"' && c != '\\'));
    }
    let distinct = words.iter().enumerate().all(|(at, word)| !words[..at].contains(word));
    !words.is_empty() && distinct && words.iter().all(|word| setting.values.contains(word))
}

pub(super) fn words(given: &toml::Value) -> Option<Vec<String>> {
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

/// Whether one value of a setting is less strict than another.
pub fn is_looser(setting: &Setting, one: &Value, other: &Value) -> bool {
    match setting.looser {
        None => false,
        Some(Looser::Upwards) => is_above(setting, one, other),
        Some(Looser::Downwards) => is_above(setting, other, one),
    }
}

fn is_above(setting: &Setting, one: &Value, other: &Value) -> bool {
    let place = |word: &String| setting.values.iter().position(|value| value == word);
    let length = |number: i64| if setting.kind == Kind::Duration && number == 0 { i64::MAX } else { number };
    match (one, other) {
        (Value::Word(one), Value::Word(other)) => place(one) > place(other),
        (Value::Words(one), Value::Words(other)) => one.iter().any(|word| !other.contains(word)),
        (Value::Number(one), Value::Number(other)) => length(*one) > length(*other),
        (Value::Flag(one), Value::Flag(other)) => one > other,
        _ => false,
    }
}

/// A profile's default, which [`super::validate`] has checked.
pub fn default(setting: &Setting, profile: &str) -> Value {
    let given = match profile {
        "dev" => &setting.default.dev,
        "high-security" => &setting.default.high_security,
        _ => &setting.default.prod,
    };
    check(setting, given).expect("a default fits its setting")
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

/// A value as `--set` takes it.
pub fn plain(setting: &Setting, value: &Value) -> String {
    match value {
        Value::Word(word) => word.clone(),
        Value::Words(words) => words.join(","),
        Value::Number(seconds) if setting.kind == Kind::Duration => duration(*seconds),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
    }
}

/// Seconds in the largest whole unit, such as `5m`.
fn duration(seconds: i64) -> String {
    match seconds {
        0 => "none".to_owned(),
        s if s % 86400 == 0 => format!("{}d", s / 86400),
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s if s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

/// The error for a value that does not fit.
pub(super) fn wrong(name: &str, given: &toml::Value, expected: &str) -> SettingsError {
    let value = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    SettingsError::Value { name: name.to_owned(), value, expected: expected.to_owned() }
}
