//! The facts about the one line that wires the module.

use serde::Deserialize;

/// The one line that wires the module, and where it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wiring {
    /// The method call, with `«module»` for the path to the module.
    pub call: String,
    /// Where it goes, in words: `after the routes of the router`.
    pub place: String,
    /// What is to stay outside of it there, for callers in browsers.
    #[serde(default)]
    pub inside: Option<String>,
    /// Paths whose call starts a chain, such as `Router::new`.
    pub starts: Vec<String>,
    /// Paths whose call starts what other crates put in its place; the line goes there too, but only by hand.
    #[serde(default)]
    pub rivals: Vec<String>,
    /// Method calls that add routes: a chain without any is not the application.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Method calls that add something else which the line must come after.
    #[serde(default)]
    pub covers: Vec<String>,
    /// Method calls of the framework that add nothing. Where there are any, a call that is named nowhere here is somebody's own
    /// and may add routes.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// What shows that a route does not make an application of a chain: its path, or a name in what it is given.
    #[serde(default)]
    pub asides: Vec<String>,
    /// Words with which functions and methods begin that take the application for good.
    #[serde(default)]
    pub taken_by: Vec<String>,
    /// Crates on top of the framework that build the application themselves.
    #[serde(default)]
    pub on_top: Vec<OnTop>,
    /// Method calls that make something else of it: the line goes before the first of them.
    #[serde(default)]
    pub ends: Vec<String>,
    /// Method calls that return it in a tuple, before something else.
    #[serde(default)]
    pub splits: Vec<String>,
    /// Whether its place among the other calls does not matter.
    #[serde(default)]
    pub any_order: bool,
    /// Whether the line goes right behind the start instead of the end.
    #[serde(default)]
    pub first: bool,
    /// A handler as an example, with `«module»`.
    pub example: String,
    /// The statement in `main` that stops the program on a bad configuration, where the line itself does not.
    pub start: Option<String>,
    /// A note on CORS.
    pub cors: String,
}

/// A crate on top of the framework, in whose applications the line has a place of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OnTop {
    #[serde(rename = "crate")]
    pub krate: String,
    /// Where the line goes there, in words.
    pub place: String,
    /// The type of the parameter that takes the line there, where it has one.
    pub parameter: Option<String>,
}

impl Wiring {
    /// Whether a method is none that is known of the framework, so that it may add routes or make something else of it.
    pub fn is_foreign(&self, method: &str) -> bool {
        let known = [&self.keeps, &self.needs, &self.covers, &self.ends, &self.splits];
        !self.keeps.is_empty() && !known.into_iter().flatten().any(|one| one == method)
    }

    /// Every path whose call starts a chain.
    pub fn all_starts(&self) -> Vec<String> {
        [&self.starts[..], &self.rivals[..]].concat()
    }

    /// What shows where an application is built in a package with these dependencies.
    pub fn starts_among(&self, crates: &[String]) -> Vec<String> {
        let parameter = self.on_top_of(crates).and_then(|on_top| on_top.parameter.clone());
        self.all_starts().into_iter().chain(parameter).collect()
    }

    /// The functions of the module that wire it, as paths from there: that of the call, and the one that takes a verifier.
    pub fn functions(&self) -> Vec<String> {
        let call = self.call.split_once("«module»::").map_or("", |(_, rest)| rest);
        let name = call.split('(').next().unwrap_or_default();
        vec![name.to_owned(), format!("{name}_with")]
    }

    /// The function of the module that stops a program at start, as a path from there.
    pub fn start_function(&self) -> Option<String> {
        let (_, rest) = self.start.as_ref()?.split_once("«module»::")?;
        Some(rest.split('(').next().unwrap_or_default().to_owned())
    }

    /// The crate among these identifiers of dependencies that builds the application itself.
    pub fn on_top_of(&self, crates: &[String]) -> Option<&OnTop> {
        self.on_top.iter().find(|one| crates.contains(&one.krate.replace('-', "_")))
    }

    /// Where the line goes in a package with these dependencies, in words.
    pub fn place_among(&self, crates: &[String]) -> &str {
        self.on_top_of(crates).map_or(&self.place, |one| &one.place)
    }
}
