//! Every blueprint under every combination of answers.

use std::collections::BTreeMap;
use std::fs;

use cargo_clerk_sessions::blueprint::{self, Blueprint};
use cargo_clerk_sessions::record::sha256;
use cargo_clerk_sessions::settings;
use support::blueprints::{BY_BLUEPRINT, TEXTS, all, plain, texts};
use support::{repository, updates};

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
            "# What each version of a blueprint renders, as a hash of all texts. See `tests/it/blueprint.rs`.\n\n";
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
