//! Settings that are less strict than their profile has them.

use camino::Utf8Path;

use super::{Finding, Kind};
use crate::blueprint::Blueprint;
use crate::settings::{self, SettingsError};

/// The findings about the text of a settings file; `prefix` leads to its folder.
pub fn loosened(text: &str, blueprint: &Blueprint, prefix: &Utf8Path) -> Result<Vec<Finding>, SettingsError> {
    let path = prefix.join(settings::FILE);
    let answers = settings::parse(text, &blueprint.settings, &path)?.resolved();
    let finding = |setting: String| {
        let name = setting.split('=').next().unwrap_or_default();
        let is_it = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='));
        let line = text.lines().position(is_it).map(|index| index + 1);
        let message = format!("has `{setting}`, which is less strict than the profile `{}`", answers.profile);
        Finding { kind: Kind::Loosened, path: path.clone(), line, message }
    };
    Ok(answers.loosened(&blueprint.settings, &answers.profile).into_iter().map(finding).collect())
}
