//! The settings file as text: read, written anew, and brought to other answers.

use camino::Utf8Path;
use toml::de::DeTable;
use toml_edit::DocumentMut;

use super::value::literal;
use super::{Answers, FILE, Resolved, SettingsError};
use crate::blueprint::Setting;
use crate::edit::text;

/// Reads the settings file, which faults speak of by `path`.
pub fn parse(text: &str, settings: &[Setting], path: &Utf8Path) -> Result<Answers, SettingsError> {
    let (_, text) = text::split_mark(text);
    let at = |start: usize, fault: SettingsError| {
        let line = text[..start.min(text.len())].matches('\n').count() + 1;
        SettingsError::InFile { path: path.to_owned(), line, fault: Box::new(fault) }
    };
    let syntax = |cause: toml::de::Error| {
        let start = cause.span().map_or(0, |span| span.start);
        at(start, SettingsError::Syntax { cause: cause.message().trim_end().replace('\n', ", ") })
    };
    let places = DeTable::parse(text).map_err(syntax)?;
    let table: toml::Table = toml::from_str(text).map_err(syntax)?;
    let mut answers = Answers::default();
    for (name, value) in &table {
        let start = places.get_ref().get_key_value(name.as_str()).map_or(0, |(key, _)| key.span().start);
        answers.put(settings, name, value).map_err(|fault| at(start, fault))?;
    }
    Ok(answers)
}

/// One key of the settings file.
struct Line<'a> {
    name: &'a str,
    help: &'a str,
    /// What was chosen, as TOML.
    chosen: Option<String>,
    /// What holds where nothing was chosen, as TOML.
    default: String,
}

impl Line<'_> {
    fn text(&self) -> String {
        match &self.chosen {
            Some(value) => format!("{} = {value}", self.name),
            None => format!("# {} = {}", self.name, self.default),
        }
    }

    /// Whether it holds only if it is written down. The profile always is, because defaults depend on it.
    fn must_be_said(&self) -> bool {
        self.chosen.as_ref().is_some_and(|chosen| *chosen != self.default || self.name == "profile")
    }

    fn block(&self) -> String {
        format!("\n# {}\n{}\n", self.help, self.text())
    }
}

/// The keys that every blueprint has, then those of its settings: what was said, and what holds of the rest.
fn lines<'a>(said: &Answers, answers: &Resolved, settings: &'a [Setting]) -> Vec<Line<'a>> {
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let general = |name, help, chosen: Option<&str>, default: &str| Line {
        name,
        help,
        chosen: chosen.map(quoted),
        default: quoted(default),
    };
    let Answers { framework, module, root, profile, wire, without, guide, .. } = said;
    let root_help = "the crate root that declares it, where there is a choice";
    let mut lines = vec![
        general("framework", "the web framework", framework.as_deref(), "axum"),
        general("module", "the name of the generated module", module.as_deref(), "clerk"),
        general("root", root_help, root.as_deref(), "src/main.rs"),
        general("profile", "the defaults: `dev`, `prod` or `high-security`", profile.as_deref(), "prod"),
    ];
    let help = "whether the wiring line is inserted for you";
    lines.push(Line { name: "wire", help, chosen: wire.map(|wire| wire.to_string()), default: "false".to_owned() });
    let files = |files: &Vec<String>| files.iter().map(String::as_str).collect::<toml_edit::Array>().to_string();
    let help = "generated files that you do without; `check --security` does not ask for them";
    lines.push(Line { name: "without", help, chosen: without.as_ref().map(files), default: "[]".to_owned() });
    let help = "where a page about this project is kept, for people and coding agents; see `guide`";
    lines.push(general("guide", help, guide.as_deref(), "docs/clerk-sessions.md"));
    lines.extend(settings.iter().filter(|setting| !setting.fixed).map(|setting| Line {
        name: &setting.name,
        help: &setting.help,
        chosen: said.set.get(&setting.name).map(|value| literal(setting, value)),
        default: literal(setting, &answers.effective(setting, &answers.profile)),
    }));
    lines
}

/// A new settings file: what was chosen, and every other setting as a comment with its default.
pub fn write(answers: &Resolved, settings: &[Setting]) -> String {
    let head = "# The settings of `cargo clerk-sessions`. Edit them and run `cargo clerk-sessions update`.\n\
                # A line that is commented out shows the default of the profile. Nothing here is read at run time.\n";
    lines(&answers.said, answers, settings).iter().fold(head.to_owned(), |text, line| text + &line.block())
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

/// Brings an existing settings file to new answers, touching only the keys that differ and the comments that show defaults
/// which no longer hold. What is new stands where its comment stood, else at the end.
pub fn edit(text: &str, answers: &Resolved, settings: &[Setting], new: &[&Setting]) -> Result<String, SettingsError> {
    let old = parse(text, settings, Utf8Path::new(FILE))?;
    let mut edited = text.to_owned();
    let mut added = String::new();
    let before = lines(&old, &old.clone().resolved(), settings);
    for (before, after) in before.iter().zip(lines(&answers.said, answers, settings)) {
        let is_new = new.iter().any(|setting| setting.name == after.name);
        match (&before.chosen, &after.chosen) {
            (Some(old), Some(new)) if old != new => edited = with_value(&edited, after.name, new)?,
            (None, _) if before.text() != after.text() => match with_line(&edited, &before.text(), &after.text()) {
                Some(replaced) => edited = replaced,
                None if is_new || after.must_be_said() => added.push_str(&after.block()),
                None => {}
            },
            (None, None) if is_new => added.push_str(&after.block()),
            _ => {}
        }
    }
    if added.is_empty() {
        return Ok(edited);
    }
    let end = text::ending(&edited);
    let break_before = if edited.is_empty() || edited.ends_with('\n') { "" } else { end };
    Ok(format!("{edited}{break_before}{}", added.replace('\n', end)))
}

/// A text with one line replaced, where it has it.
fn with_line(text: &str, old: &str, new: &str) -> Option<String> {
    let start = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let (start, _) = start.into_iter().find(|(_, line)| line.trim_end_matches(['\r', '\n']) == old)?;
    Some(format!("{}{new}{}", &text[..start], &text[start + old.len()..]))
}

/// A settings file with another value for a key that it has; everything around the value stays.
fn with_value(text: &str, name: &str, literal: &str) -> Result<String, SettingsError> {
    let (_, bare) = text::split_mark(text);
    let syntax = |cause: toml_edit::TomlError| SettingsError::Syntax { cause: cause.to_string() };
    let mut document: DocumentMut = bare.parse().map_err(syntax)?;
    let mut value: toml_edit::Value = literal.parse().map_err(syntax)?;
    if let Some(present) = document.get_mut(name).and_then(toml_edit::Item::as_value_mut) {
        *value.decor_mut() = present.decor().clone();
        *present = value;
    }
    Ok(like(text, &document.to_string()))
}

/// Gives new text the byte-order mark, line ends and final newline of the old.
fn like(old: &str, new: &str) -> String {
    let new = new.replace("\r\n", "\n").replace('\n', text::ending(old));
    let new = if old.ends_with('\n') { new.as_str() } else { new.trim_end_matches(['\r', '\n']) };
    format!("{}{new}", text::split_mark(old).0)
}
