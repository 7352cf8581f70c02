//! Tips for words that the command line does not know, but that people try.

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help;

/// Words of other tools, each with ours.
const COMMANDS: &[(&str, &str)] = &[
    ("add", "init"),
    ("apply", "init"),
    ("clean", "remove"),
    ("delete", "remove"),
    ("doctor", "status"),
    ("info", "status"),
    ("install", "init"),
    ("new", "init"),
    ("rollback", "undo"),
    ("revert", "undo"),
    ("setup", "init"),
    ("sync", "update"),
    ("uninstall", "remove"),
    ("upgrade", "update"),
    ("verify", "check"),
];

/// The same error, with a tip where the word is one of another tool's, or a setting.
pub fn with_tip(mut usage: Error) -> Error {
    let word = |kind| match usage.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    };
    match usage.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = word(ContextKind::InvalidSubcommand);
            let known = word.and_then(|word| COMMANDS.iter().find(|(theirs, _)| *theirs == word));
            if let Some((_, ours)) = known {
                usage.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![(*ours).to_owned()]));
            }
        }
        ErrorKind::UnknownArgument => {
            let name = word(ContextKind::InvalidArg).and_then(|flag| flag.strip_prefix("--").map(str::to_owned));
            if let Some(name) = name.filter(|name| is_setting(name)) {
                let tip = StyledStr::from(format!("it is a setting: `--set {name}=<value>` with `init` or `update`"));
                usage.remove(ContextKind::SuggestedArg);
                usage.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
            }
        }
        _ => {}
    }
    usage
}

fn is_setting(name: &str) -> bool {
    ["framework", "module", "root", "profile", "wire", "without", "guide"].contains(&name)
        || help::settings().iter().any(|setting| setting.name == name)
}
