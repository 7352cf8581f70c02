//! Every blueprint under every combination of answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use cargo_clerk_sessions::blueprint::{self, Blueprint, Kind, Setting};
use cargo_clerk_sessions::inspect::Host;
use cargo_clerk_sessions::record::sha256;
use cargo_clerk_sessions::render;
use cargo_clerk_sessions::settings::{self, Answers, PROFILES, Value};

use crate::support::{repository, updates};

fn all() -> Vec<Blueprint> {
    blueprint::load_all(&blueprint::embedded()).unwrap()
}

#[test]
fn every_default_fits_its_setting() {
    for blueprint in all() {
        for setting in &blueprint.settings {
            for given in [&setting.default.dev, &setting.default.prod, &setting.default.high_security] {
                settings::check(setting, given).unwrap_or_else(|cause| panic!("{}: {cause}", blueprint.name));
            }
        }
    }
}

#[test]
fn no_path_stands_twice_and_no_file_is_forgotten() {
    let sources = blueprint::embedded();
    for blueprint in all() {
        for pair in blueprint.files.windows(2) {
            assert_ne!(pair[0].id, pair[1].id, "in {}", blueprint.name);
        }
        let prefixes = [format!("{}/files/", blueprint.name), "shared/files/".to_owned()];
        for path in sources.keys().filter(|path| prefixes.iter().any(|prefix| path.starts_with(prefix))) {
            assert!(blueprint.files.iter().any(|file| file.source == *path), "{path} is in no blueprint.toml");
        }
        for file in &blueprint.files {
            let id = format!("// clerk-sessions: {}", file.id);
            assert!(file.text.starts_with(&id), "{} does not start with its id", file.source);
        }
    }
}

#[test]
fn no_file_is_named_like_a_manifest() {
    assert!(blueprint::embedded().keys().all(|path| !path.ends_with("Cargo.toml")));
}

#[test]
fn the_history_reaches_the_version() {
    for blueprint in all() {
        let versions: Vec<u32> = blueprint.changes.iter().map(|note| note.version).collect();
        assert!(
            versions.is_sorted() && versions.last() == Some(&blueprint.version),
            "{versions:?} in {}",
            blueprint.name
        );
    }
}

#[test]
fn every_dependency_says_why_and_accepts_what_it_asks_for() {
    for blueprint in all() {
        for dependency in &blueprint.dependencies {
            assert!(dependency.why.len() > 20, "{} says too little", dependency.krate);
            let accepts = semver::VersionReq::parse(&dependency.accepts).unwrap();
            let forms = dependency.features_by_version.iter().filter_map(|form| form.requirement.as_ref());
            for requirement in forms.chain([&dependency.requirement]) {
                let mut parts = requirement.split('.').map(|part| part.parse::<u64>().unwrap());
                // What a requirement leaves open, cargo fills with the newest.
                let mut next = || parts.next().unwrap_or(999);
                let asked = semver::Version::new(next(), next(), next());
                assert!(accepts.matches(&asked), "{} {} is not in {}", dependency.krate, asked, dependency.accepts);
            }
        }
    }
}

/// A form that cannot be added would be left out, and a range that does not parse would match nothing.
#[test]
fn every_backend_has_a_form_that_can_be_added() {
    for blueprint in all() {
        for dependency in &blueprint.dependencies {
            let Some(backend) = &dependency.backend else { continue };
            let ranges = backend.signs.iter().map(|sign| &sign.version).chain([&backend.version]);
            assert!(ranges.into_iter().all(|range| semver::VersionReq::parse(range).is_ok()), "{}", dependency.krate);
            for sign in &backend.signs {
                let form =
                    dependency.features_by_version.iter().find(|one| one.backend.as_ref() == Some(&sign.backend));
                assert!(form.is_some_and(|form| form.requirement.is_some()), "{} {}", dependency.krate, sign.backend);
            }
            let usual = dependency.features_by_version.iter().find(|one| one.features == dependency.features);
            assert_eq!(usual.and_then(|one| one.requirement.as_ref()), Some(&dependency.requirement));
        }
    }
}

/// Values of a setting that reach every branch of a template.
fn values(setting: &Setting) -> Vec<Option<Value>> {
    let word = |text: &String| Some(Value::Word(text.clone()));
    let mut values = vec![None];
    match setting.kind {
        _ if setting.fixed => {}
        Kind::Choice => values.extend(setting.values.iter().map(word)),
        Kind::List if setting.values.is_empty() => values.push(Some(Value::Words(vec!["one".into(), "two".into()]))),
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
fn with_files(blueprint: &Blueprint, wanted: impl Fn(&str) -> bool) -> Blueprint {
    let files = blueprint.files.iter().filter(|file| wanted(&file.text)).cloned().collect();
    Blueprint { files, ..blueprint.clone() }
}

fn plain() -> Answers {
    Answers { profile: Some("prod".to_owned()), ..Answers::default() }
}

/// Renders every file that the answers want, for a host that knows some crates by other names.
fn texts(
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
    let context = render::context_of(blueprint, answers, &host, edition, &crates);
    let engine = render::engine();
    let wanted = blueprint.files.iter().filter(|file| answers.holds(blueprint, &file.when));
    wanted.map(|file| (file.id.clone(), render::one(&engine, file, &context).unwrap())).collect()
}

/// Every text that any answers lead to, with its file's id, by the blueprint's name.
static BY_BLUEPRINT: LazyLock<BTreeMap<String, BTreeSet<(String, String)>>> = LazyLock::new(|| {
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
static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let rust = BY_BLUEPRINT.values().flatten().filter(|(id, _)| id.ends_with(".rs"));
    rust.cloned().collect::<BTreeSet<_>>().into_iter().collect()
});

/// `UPDATE=1 cargo test --test it a_rendered_byte` takes down what the versions render, as long as they are not released:
/// from then on a change needs a new `version`, with a note under `[[changes]]`.
#[test]
fn a_rendered_byte_that_changes_raises_the_version() {
    let path = repository().join("tests/records/rendered.toml");
    let recorded = fs::read_to_string(&path).unwrap();
    let mut hashes: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(&recorded).unwrap();
    for blueprint in all() {
        let texts: String = BY_BLUEPRINT[&blueprint.name].iter().map(|(id, text)| format!("{id}\n{text}\n")).collect();
        let known = hashes.entry(blueprint.name.clone()).or_default();
        if updates() && !is_released(&blueprint) {
            known.insert(blueprint.version.to_string(), sha256(&texts));
        }
        let is_known = known.get(&blueprint.version.to_string()) == Some(&sha256(&texts));
        let way_out = if is_released(&blueprint) { "raise `version`" } else { "take them down with `UPDATE=1`" };
        assert!(is_known, "{} {} renders other texts: {way_out}", blueprint.name, blueprint.version);
    }
    if updates() {
        let head =
            "# What each version of a blueprint renders, as a hash of all texts. See `tests/it/blueprints.rs`.\n\n";
        fs::write(path, head.to_owned() + &toml::to_string(&hashes).unwrap()).unwrap();
    }
}

/// The changelog names each version under the release that brings it.
fn is_released(blueprint: &Blueprint) -> bool {
    let changelog = fs::read_to_string(repository().join("CHANGELOG.md")).unwrap();
    let name = format!("{} {}", blueprint.name, blueprint.version);
    let release = changelog.split("\n## ").skip(1).find(|release| release.contains(&name));
    let release = release.unwrap_or_else(|| panic!("the changelog does not name {name}"));
    !release.lines().next().is_some_and(|heading| heading.ends_with("unreleased"))
}

#[test]
fn every_combination_renders_and_parses() {
    assert!(TEXTS.len() > 40, "only {} texts", TEXTS.len());
    for (id, text) in TEXTS.iter() {
        syn::parse_file(text).unwrap_or_else(|cause| panic!("{id}: {cause}\n{text}"));
    }
}

/// What rustfmt leaves alone, although nobody would write it so.
#[test]
fn every_text_is_laid_out_as_by_hand() {
    let starts_item = |line: &str| {
        let words = ["///", "#[", "pub", "fn", "async", "impl", "mod", "struct", "enum", "const", "static", "type"];
        words.iter().any(|word| line.trim_start().starts_with(word))
    };
    for (id, text) in TEXTS.iter() {
        for (line, next) in text.lines().zip(text.lines().skip(1)).filter(|(_, next)| !next.is_empty()) {
            let indent = |line: &str| line.len() - line.trim_start().len();
            let docs_end = line.starts_with("//!") && !next.starts_with("//!");
            let item_ends = line.trim() == "}" && indent(line) == indent(next) && starts_item(next);
            let imports_end = line.starts_with("use ") && line.ends_with(';') && !next.starts_with("use ");
            assert!(!docs_end && !item_ends && !imports_end, "{id}: no blank line between\n{line}\n{next}");
        }
    }
}

/// The standard library, other crates, and ours.
#[test]
fn imports_stand_in_three_blocks_at_most() {
    for (id, text) in TEXTS.iter() {
        let blocks = text.split("\n\n").filter_map(|block| block.strip_prefix("use "));
        let kinds: Vec<u8> = blocks
            .map(|block| match block.split("::").next() {
                Some("std") => 0,
                Some("super" | "crate") => 2,
                _ => 1,
            })
            .collect();
        assert!(kinds.is_sorted_by(|one, next| one < next), "{id}: the imports stand in other blocks, {kinds:?}");
    }
}

/// Another name of a crate changes the order of imports.
#[test]
fn every_text_is_rustfmt_clean_where_a_crate_has_another_name() {
    let mut faults = Vec::new();
    for blueprint in all() {
        for name in blueprint.dependencies.iter().map(|one| one.krate.as_str()) {
            let ident = format!("«crates.{}»", name.replace('-', "_"));
            let naming = with_files(&blueprint, |text| text.contains(&ident));
            let texts = texts(&naming, &blueprint.framework.versions[0], "2021", &plain(), &[name]);
            faults.extend(texts.iter().filter_map(|(id, text)| fault(id, text, "2021")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_text_is_rustfmt_clean() {
    let check = |part: &[(String, String)]| {
        let of = |(id, text): &(String, String)| {
            ["2018", "2021", "2024"].map(|edition| fault(id, text, edition)).into_iter().flatten().collect::<Vec<_>>()
        };
        part.iter().flat_map(of).collect::<Vec<String>>()
    };
    let (one, other) = TEXTS.split_at(TEXTS.len() / 2);
    let faults = std::thread::scope(|scope| {
        let first = scope.spawn(|| check(one));
        let mut faults = check(other);
        faults.extend(first.join().unwrap());
        faults
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What rustfmt would change.
fn fault(id: &str, text: &str, edition: &str) -> Option<String> {
    let formatted = rustfmt(text, edition);
    let diff = || similar::TextDiff::from_lines(text, &formatted).unified_diff().to_string();
    (formatted != text).then(|| format!("{id}, edition {edition}:\n{}", diff()))
}

fn rustfmt(text: &str, edition: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new("rustfmt")
        .current_dir(folder.path())
        .args(["--edition", edition, "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// Crates that a host knows by another name appear under that name only.
#[test]
fn aliases_are_used_everywhere() {
    for blueprint in all() {
        let renamed: Vec<&str> = blueprint.dependencies.iter().map(|one| one.krate.as_str()).collect();
        let renamed: Vec<&str> = renamed.into_iter().filter(|name| *name != "serde").collect();
        for (id, text) in texts(&blueprint, &blueprint.framework.versions[0], "2021", &plain(), &renamed) {
            if !id.ends_with(".rs") {
                continue;
            }
            syn::parse_file(&text).unwrap();
            for dependency in blueprint
                .dependencies
                .iter()
                .filter(|one| one.krate != "serde" && one.krate != blueprint.framework.krate)
            {
                let path = format!("{}::", dependency.krate.replace('-', "_"));
                let bare = text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
                    line.match_indices(&path).any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '$'))
                    })
                });
                assert!(!bare, "{id} names `{path}` directly");
            }
        }
    }
}

/// The fuzz targets compile the module with what a host gets for it.
#[test]
fn the_fuzz_targets_have_the_crates_of_the_module() {
    let manifest = fs::read_to_string(repository().join("tests/fuzz/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let axum = all().into_iter().find(|blueprint| blueprint.name == "axum").unwrap();
    for dependency in axum.dependencies.iter().filter(|dependency| !dependency.dev) {
        let entry = &manifest["dependencies"][&dependency.krate];
        let features = entry.get("features").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let features: Vec<&str> = features.iter().filter_map(toml::Value::as_str).collect();
        let default = entry.get("default-features").is_none_or(|default| default.as_bool() == Some(true));
        let found = (entry.get("version").unwrap_or(entry).as_str(), features, default);
        let by_default = |feature: &&String| {
            let implied = dependency.implied_by.get(*feature).is_some_and(|by| by.iter().any(|one| one == "default"));
            implied && dependency.default_features
        };
        let wanted = dependency.features.iter().filter(|one| !by_default(one)).map(String::as_str).collect();
        let wanted = (Some(dependency.requirement.as_str()), wanted, dependency.default_features);
        assert_eq!(found, wanted, "{}", dependency.krate);
    }
}
