//! One crate that is wanted, beside what stands in the manifests: what is missing, what clashes, which keys are free.

use std::collections::BTreeSet;
use std::rc::Rc;

use semver::Version;
use toml_edit::Item;

use super::needed_features::{clash, fit, missing};
use super::present_entries::{self, Chosen, Entry, Parsed, Purpose};
use super::version_ranges::Fit;
use super::{Entries, Host, Work, Workspace, host_backends};
use crate::blueprint::Dependency;

/// The table of what the code itself needs.
pub const CODE: &str = "dependencies";

/// What the key of an alias starts with.
const ALIAS: &str = "clerk";

/// One crate that is wanted, and what stands in the manifests now.
pub struct Case<'a> {
    /// What is known about the package.
    pub host: &'a Host<'a>,
    /// What is wanted.
    pub wanted: &'a Dependency,
    /// The package's own entries.
    pub own: Rc<[Entry]>,
    /// Those of its workspace.
    pub shared: Rc<[Entry]>,
    /// The versions that are locked.
    pub locked: Vec<Version>,
    /// What features of the host's own choose.
    pub chosen: Vec<Chosen>,
    /// The backends that the host has.
    pub present: BTreeSet<String>,
    /// The table of what the code itself needs.
    pub code: String,
    /// The table where an entry goes that is new.
    pub table: String,
}

/// Reads what the manifests have of a crate.
pub fn case<'a>(host: &'a Host, wanted: &'a Dependency, work: &Work) -> Case<'a> {
    let document = &work.package;
    let Entries { shared, own } = work.entries.get_or_init(|| entries(host, work)).clone();
    let chosen = if wanted.choice { present_entries::chosen(document) } else { Vec::new() };
    let above = host.target.map_or_else(String::new, |target| target_table(document, target));
    let code = format!("{above}{CODE}");
    let old_spelling = document.contains_key("dev_dependencies") && !document.contains_key("dev-dependencies");
    Case {
        host,
        wanted,
        present: host_backends::present(wanted, host.locked, &own),
        chosen: chosen
            .into_iter()
            .filter(|one| wanted.satisfied_by.contains(&one.feature) || wanted.left_to_host.contains(&one.feature))
            .collect(),
        own,
        shared,
        locked: host
            .locked
            .map(|locked| locked.versions(present_entries::name(document), &wanted.krate))
            .unwrap_or_default(),
        table: match wanted.dev {
            true if old_spelling && above.is_empty() => "dev_dependencies".to_owned(),
            true => format!("{above}dev-dependencies"),
            false => code.clone(),
        },
        code,
    }
}

fn entries(host: &Host, work: &Work) -> Entries {
    let shared = match (&work.workspace, host.workspace) {
        (Some(workspace), _) => present_entries::shared(workspace),
        (None, Workspace::Same) => present_entries::shared(&work.package),
        _ => Vec::new(),
    };
    let own = present_entries::entries(&work.package, &shared);
    Entries { shared: shared.into(), own: own.into() }
}

/// What the headers of a target's tables start with. It may be written in several ways.
fn target_table(document: &Parsed, target: &str) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let targets = document.get("target").and_then(Item::as_table_like);
    let mut known = targets.iter().flat_map(|targets| targets.iter()).map(|(key, _)| key);
    let key = known.find(|key| plain(key) == plain(target)).unwrap_or(target);
    format!("target.{}.", present_entries::key_text(key))
}

impl Case<'_> {
    /// Whether an entry is there wherever the code is.
    pub fn reaches(&self, entry: &Entry) -> bool {
        let above = self.code.strip_suffix(CODE).unwrap_or_default();
        let same = !above.is_empty() && entry.table.strip_prefix(above).is_some_and(|rest| !rest.contains('.'));
        entry.everywhere || same || entry.table == self.unconditional()
    }

    /// How an entry suits.
    pub fn fit(&self, entry: &Entry) -> Fit {
        fit(entry, self.wanted, self.wanted.krate == self.host.framework, &self.locked)
    }

    /// The needed features that are not on.
    pub fn missing(&self, requirement: Option<&str>, on: &BTreeSet<String>) -> Vec<String> {
        missing(self.wanted, requirement, &self.locked, on)
    }

    /// The features of an entry that are on, with what the host's own features choose. What tests and build scripts see to
    /// themselves, the code does not have.
    pub fn on(&self, entry: &Entry) -> BTreeSet<String> {
        let of_code = matches!(entry.purpose, Purpose::Code | Purpose::Members);
        let forms = self.wanted.features_by_version.iter().flat_map(|form| &form.beside);
        let left: Vec<&String> = self.wanted.left_to_host.iter().chain(forms).collect();
        let is_on = |feature: &&String| of_code || !left.contains(feature);
        entry.features.iter().filter(is_on).cloned().chain(self.chosen(&entry.key)).collect()
    }

    /// What the host's own features choose of a dependency.
    pub fn chosen(&self, key: &str) -> impl Iterator<Item = String> {
        self.chosen.iter().filter(move |one| one.key == key).map(|one| one.feature.clone())
    }

    /// The backend that the features bring which this version lacks, where the host has others.
    pub fn clash(&self, requirement: Option<&str>, on: &BTreeSet<String>) -> Option<String> {
        clash(self.wanted, requirement, &self.locked, on, &self.present)
    }

    pub fn clash_of(&self, entry: &Entry) -> Option<String> {
        self.clash(entry.requirement.as_deref(), &self.on(entry))
    }

    /// The requirement of what is added: the usual one, else one whose backend the host has.
    pub fn requirement(&self) -> &str {
        let usual = &self.wanted.requirement;
        let suits = |requirement: &&String| self.clash(Some(requirement), &BTreeSet::new()).is_none();
        let others = self.wanted.features_by_version.iter().filter_map(|form| form.requirement.as_ref());
        [usual].into_iter().chain(others).find(suits).unwrap_or(usual)
    }

    /// Whether what is added is optional, as the framework is.
    pub fn optional(&self) -> bool {
        self.host.feature.is_some() && !self.wanted.dev
    }

    /// Whether the entry's key names no other crate in another table.
    pub fn is_unambiguous(&self, entry: &Entry) -> bool {
        self.own.iter().all(|other| other.key != entry.key || other.package == entry.package)
    }

    /// The table where an entry is named a second time.
    pub fn table_of_repeat(&self, entry: &Entry) -> String {
        let optional = !self.wanted.dev && entry.optional && entry.table == self.code;
        if optional { self.unconditional() } else { self.table.clone() }
    }

    /// A table for the same targets as the code's, in which what is optional there can stand again.
    fn unconditional(&self) -> String {
        let all = |target: &str| {
            format!(
                "target.{}.{CODE}",
                present_entries::key_text(&format!("cfg(all{})", target.trim_start_matches("cfg")))
            )
        };
        self.host.target.map_or_else(|| present_entries::EVERYWHERE.to_owned(), all)
    }

    /// Whether that table has nothing under its key, such as another version.
    pub fn can_repeat(&self, entry: &Entry) -> bool {
        let table = self.table_of_repeat(entry);
        !self.own.iter().any(|other| other.table == table && same(&other.key, &entry.key))
    }

    /// Whether no dependency has this key. Build scripts are crates of their own.
    pub fn is_free(&self, key: &str) -> bool {
        !self.own.iter().any(|entry| entry.purpose != Purpose::Build && same(&entry.key, key))
    }

    /// Whether everything that the package has from the registry is inherited.
    pub fn inherits_all(&self) -> bool {
        let mut from_registry = self.own.iter().filter(|entry| !entry.elsewhere).peekable();
        from_registry.peek().is_some() && from_registry.all(|entry| entry.inherited)
    }

    /// The crate's own name, else the alias, else the alias with a number.
    pub fn choose_key(&self, free: impl Fn(&str) -> bool) -> String {
        let alias = format!("{ALIAS}_{}", self.wanted.krate.replace('-', "_"));
        let numbered = (2..).map(|number| format!("{alias}_{number}"));
        let mut keys = [self.wanted.krate.clone(), alias.clone()].into_iter().chain(numbered);
        keys.find(|key| free(key)).unwrap_or(alias)
    }
}

/// Whether two keys are the same identifier.
pub fn same(key: &str, other: &str) -> bool {
    key.replace('-', "_") == other.replace('-', "_")
}
