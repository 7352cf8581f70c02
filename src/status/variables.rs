//! What a program's variables are set to, in words that say nothing of their values.

use camino::Utf8PathBuf;

use crate::edit::environment::assignment;
use crate::inspect::EnvFile;
use crate::request::{PARTIES, Request};
use crate::rules::origin;
use crate::settings::PROFILES;

/// Chooses another profile than the generated one: only `dev` takes test keys.
const PROFILE: &str = "CLERK_SESSION_PROFILE";

/// Names the instance.
const KEY: &str = "CLERK_PUBLISHABLE_KEY";

/// What a variable is, wherever it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It has a value.
    Set,
    /// It has a value that the program will refuse, or that does not belong there; the words say what to do.
    Wrong(String),
    /// It has no value, which is as if it were not there.
    Empty,
}

/// A variable that the program reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether the program does not start without it.
    pub required: bool,
    /// A line on what it is.
    pub help: String,
    /// In the environment of this run.
    pub environment: Option<State>,
    /// In `.env` files.
    pub files: Vec<(Utf8PathBuf, State)>,
}

/// A `.env` file that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub path: Utf8PathBuf,
    /// Why.
    pub cause: String,
}

impl State {
    /// The stable word for scripts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Wrong(_) => "wrong",
            Self::Empty => "empty",
        }
    }
}

impl Variable {
    fn states(&self) -> impl Iterator<Item = &State> {
        self.environment.iter().chain(self.files.iter().map(|(_, state)| state))
    }

    /// What is left to do about it.
    pub fn left(&self) -> Option<String> {
        let wrong = self.states().find_map(|state| match state {
            State::Wrong(what) => Some(what),
            State::Set | State::Empty => None,
        });
        let lacks = self.required && self.states().all(|state| *state == State::Empty);
        match wrong {
            Some(what) => Some(format!("`{}` {what}", self.name)),
            None if lacks => Some(format!("set `{}`: {}", self.name, self.help)),
            None => None,
        }
    }
}

/// The variables that the program reads under its settings, and the files that say nothing about them.
pub fn variables(
    request: &Request,
    environment: &dyn Fn(&str) -> Option<String>,
    files: &[EnvFile],
) -> (Vec<Variable>, Vec<Unread>) {
    let texts = files.iter().filter_map(|file| Some((&file.path, file.text.as_deref().ok()?)));
    let texts: Vec<_> = texts.collect();
    let of = |text: &str, name: &str| {
        let values = text.lines().filter_map(assignment).filter(|(known, _)| *known == name);
        values.map(|(_, value)| value.to_owned()).next()
    };
    let here = |name: &str, placeholder: &str, read: &dyn Fn(&str) -> Option<String>| {
        let set = |value: &String| !value.trim().is_empty();
        let profile = read(PROFILE).filter(set).or_else(|| environment(PROFILE).filter(set));
        let profile = profile.unwrap_or_else(|| request.answers.profile.clone());
        Some(state(name, &read(name)?, placeholder, profile.trim()))
    };
    let all = request.blueprint.environment.iter().filter(|one| request.answers.holds(request.blueprint, &one.when));
    let variables = all.map(|one| Variable {
        name: one.name.clone(),
        required: one.required,
        help: one.help.clone(),
        environment: here(&one.name, &one.placeholder, environment),
        files: texts
            .iter()
            .filter_map(|(path, text)| {
                let found = here(&one.name, &one.placeholder, &|name| of(text, name))?;
                Some(((*path).clone(), found))
            })
            .collect(),
    });
    let unread = files.iter().filter_map(|file| {
        let cause = file.text.as_ref().err()?.to_string();
        Some(Unread { path: file.path.clone(), cause })
    });
    (variables.collect(), unread.collect())
}

/// Judges a value under a profile, and forgets it.
fn state(name: &str, value: &str, placeholder: &str, profile: &str) -> State {
    let value = value.trim();
    let wrong = |what: &str| State::Wrong(what.to_owned());
    match name {
        _ if value.is_empty() => State::Empty,
        _ if value.starts_with("sk_") => {
            wrong("looks like a secret key: take it out, and rotate it in the Clerk Dashboard")
        }
        KEY if value == placeholder => wrong("still has the placeholder: set it"),
        KEY if value.starts_with("pk_test_") && profile != "dev" => wrong(
            "is of a test instance, which only the profile `dev` takes: set `CLERK_SESSION_PROFILE=dev` beside it",
        ),
        KEY if value.starts_with("pk_live_") && profile == "dev" => {
            wrong("is of a live instance, which the profile `dev` refuses")
        }
        KEY if !value.starts_with("pk_test_") && !value.starts_with("pk_live_") => {
            wrong("is not a publishable key, which begins with `pk_test_` or `pk_live_`")
        }
        PROFILE if !PROFILES.contains(&value) => wrong("is not `dev`, `prod` or `high-security`"),
        PARTIES => match value.split(',').map(str::trim).find(|entry| !origin::is_bare(entry)) {
            Some(entry) => State::Wrong(format!("has an entry that is not a bare origin: {}", origin::advice(entry))),
            None => State::Set,
        },
        _ => State::Set,
    }
}
