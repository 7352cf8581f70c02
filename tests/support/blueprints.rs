//! Every blueprint under every combination of answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cargo_clerk_sessions::blueprint::{self, Blueprint, Kind, Setting};
use cargo_clerk_sessions::inspect::Host;
use cargo_clerk_sessions::render;
use cargo_clerk_sessions::settings::{Answers, PROFILES, Value};

pub fn all() -> Vec<Blueprint> {
    blueprint::load_all(&blueprint::embedded()).unwrap()
}

/// Values of a setting that reach every branch of a template.
fn values(setting: &Setting) -> Vec<Option<Value>> {
    let word = |text: &String| Some(Value::Word(text.clone()));
    let mut values = vec![None];
    match setting.kind {
        _ if setting.fixed => {}
        Kind::Choice => values.extend(setting.values.iter().map(word)),
        Kind::List if setting.values.is_empty() => values.push(Some(Value::Words(vec!["one".into(), "two".into()]))),
        Kind::Origins => values.push(Some(Value::Words(vec!["https://app.example.com".into()]))),
        Kind::List => {
            values.extend(setting.values.iter().map(|value| Some(Value::Words(vec![value.clone()]))));
            values.push(Some(Value::Words(setting.values.clone())));
        }
        Kind::Number | Kind::Duration => values.push(Some(Value::Number(setting.minimum.unwrap_or(0)))),
        Kind::Flag => values.push(Some(Value::Flag(true))),
    }
    values
}

/// All pairs of two settings' values, every other setting at its default, under every profile.
///
/// The templates branch on single settings and on pairs at most, so pairs reach every text that all combinations reach.
fn combinations(settings: &[Setting]) -> Vec<Answers> {
    let mut all = Vec::new();
    for (at, one) in settings.iter().enumerate() {
        for other in &settings[at..] {
            for (first, second) in values(one)
                .iter()
                .flat_map(|first| values(other).into_iter().map(move |second| (first.clone(), second)))
            {
                let mut answers = Answers::default();
                answers.set.extend(first.map(|value| (one.name.clone(), value)));
                answers.set.extend(second.map(|value| (other.name.clone(), value)));
                if !all.contains(&answers) {
                    all.push(answers);
                }
            }
        }
    }
    let profiles =
        |answers: &Answers| PROFILES.map(|profile| Answers { profile: Some(profile.to_owned()), ..answers.clone() });
    all.iter().flat_map(profiles).collect()
}

/// Whether a template branches or names a setting; the others are the same under every answer and rendered once.
fn varies(template: &str) -> bool {
    let same = ["crates.", "module»"];
    template.contains("/*") || template.split('«').skip(1).any(|rest| !same.iter().any(|start| rest.starts_with(start)))
}

/// The blueprint with some of its files only.
pub fn with_files(blueprint: &Blueprint, wanted: impl Fn(&str) -> bool) -> Blueprint {
    let files = blueprint.files.iter().filter(|file| wanted(&file.text)).cloned().collect();
    Blueprint { files, ..blueprint.clone() }
}

pub fn plain() -> Answers {
    Answers { profile: Some("prod".to_owned()), ..Answers::default() }
}

/// Renders every file that the answers want, for a host that knows some crates by other names.
pub fn texts(
    blueprint: &Blueprint,
    version: &str,
    edition: &str,
    answers: &Answers,
    renamed: &[&str],
) -> Vec<(String, String)> {
    let ident = |name: &str| {
        let prefix = if renamed.contains(&name) { "clerk_" } else { "" };
        prefix.to_owned() + &name.replace('-', "_")
    };
    let crates = blueprint.dependencies.iter().map(|one| (one.krate.clone(), ident(&one.krate))).collect();
    let host = Host {
        name: blueprint.name.clone(),
        krate: blueprint.framework.krate.clone(),
        title: blueprint.framework.title.clone(),
        ident: blueprint.framework.krate.replace('-', "_"),
        version: Ok(version.to_owned()),
        optional: None,
        targets: vec![],
    };
    let answers = &answers.clone().resolved();
    let context = render::context_of(blueprint, answers, &host, edition, &crates);
    let engine = render::engine();
    let wanted = blueprint.files.iter().filter(|file| answers.holds(blueprint, &file.when));
    wanted.map(|file| (file.id.clone(), render::one(&engine, file, &context).unwrap())).collect()
}

/// Every text that any answers lead to, with its file's id, by the blueprint's name.
pub static BY_BLUEPRINT: LazyLock<BTreeMap<String, BTreeSet<(String, String)>>> = LazyLock::new(|| {
    let every_text = |blueprint: &Blueprint| {
        let newest = &blueprint.framework.versions[0];
        let editions = ["2018", "2021", "2024"].into_iter();
        let mut all: BTreeSet<_> =
            editions.flat_map(|edition| texts(blueprint, newest, edition, &plain(), &[])).collect();
        let varying = with_files(blueprint, varies);
        for answers in combinations(&blueprint.settings) {
            for version in &blueprint.framework.versions {
                all.extend(texts(&varying, version, "2021", &answers, &[]));
            }
        }
        all
    };
    all().iter().map(|blueprint| (blueprint.name.clone(), every_text(blueprint))).collect()
});

/// The Rust among them, once.
pub static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let rust = BY_BLUEPRINT.values().flatten().filter(|(id, _)| id.ends_with(".rs"));
    rust.cloned().collect::<BTreeSet<_>>().into_iter().collect()
});
