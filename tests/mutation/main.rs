//! Takes one rule after the other out of the rendered module: a test that is named has to notice.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use support::frameworks::{ALL, patched};
use support::hosts::{cargo, cargo_in, target};
use support::{Project, repository, tree};

/// One rule, and the text without which the module does not have it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    rule: String,
    file: String,
    before: String,
    after: String,
    /// The test that must fail then.
    test: String,
    /// Whose file it is, where only one framework has it.
    #[serde(default = "axum")]
    framework: String,
}

fn axum() -> String {
    "axum".to_owned()
}

#[derive(serde::Deserialize)]
struct Mutations {
    mutations: Vec<Mutation>,
}

static MUTATIONS: LazyLock<Vec<Mutation>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(repository().join("tests/mutations.toml")).unwrap();
    toml::from_str::<Mutations>(&text).unwrap().mutations
});

/// The tests that ask hosts over HTTP.
static ASKING: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(repository()).args(["test", "--quiet", "--test", "built", "--no-run"]);
    let output = command.arg("--message-format=json").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let messages = said.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut programs = messages.filter(|message| message["target"]["name"] == "built");
    programs.find_map(|message| Some(message["executable"].as_str()?.into())).unwrap()
});

/// The host whose tests, or whose answers, tell whether a rule is there.
fn host(test: &str) -> &'static str {
    match test.split("::").next() {
        Some("conformance") => "conformance",
        Some("jwks") => "probes",
        _ => "properties",
    }
}

/// Runs some tests of a host by their full names, and says whether they passed; a host that does not compile is a fault.
fn pass(project: &Project, host: &str, tests: &[&str]) -> bool {
    let mut command = if host == "probes" {
        cargo(project, &["build", "--quiet"], &[]);
        // These tests ask the host from outside.
        let mut command = Command::new(&*ASKING);
        command
            .arg("--exact")
            .env("PROBES_PROGRAM", target().join("debug/mutated-probes-axum"))
            .env("FRAMEWORKS", "axum");
        command
    } else {
        let mut command = cargo_in(project);
        command.args(["test", "--quiet", "--", "--exact"]).env("CLERK_VECTORS", repository().join("tests/vectors"));
        command
    };
    let output = command.args(tests).env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let ran = said.contains(&format!("running {} test", tests.len()));
    assert!(ran, "not every test of {tests:?} ran:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    output.status.success()
}

impl Mutation {
    /// Takes the rule out, asks its test, and puts the rule back.
    fn is_noticed(&self, project: &Project, host: &str) -> bool {
        let path = format!("src/clerk/{}", self.file);
        let text = project.read(&path);
        assert_eq!(text.matches(&self.before).count(), 1, "{}: `{}` in {}", self.rule, self.before, self.file);
        project.write(&path, &text.replace(&self.before, &self.after));
        let passed = pass(project, host, &[&self.test]);
        project.write(&path, &text);
        !passed
    }
}

fn every_rule_of(host_name: &str) {
    let own = |one: &&Mutation| one.framework == "axum" && host(&one.test) == host_name;
    are_noticed(host_name, "axum", &MUTATIONS.iter().filter(own).collect::<Vec<_>>());
}

/// The vectors' host has every framework's own tests in it.
fn every_rule_in(framework: &'static str) {
    let own: Vec<&Mutation> = MUTATIONS.iter().filter(|one| one.framework == framework).collect();
    are_noticed("conformance", framework, &own);
}

fn are_noticed(host_name: &str, framework: &str, own: &[&Mutation]) {
    let project = patched(host_name, framework);
    let manifest = project.read("Cargo.toml");
    project.write("Cargo.toml", &manifest.replacen("name = \"", "name = \"mutated-", 1));
    let mut tests: Vec<&str> = own.iter().map(|one| one.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    assert!(pass(&project, host_name, &tests), "a test fails on the module as it is");
    let missed: Vec<&str> =
        own.iter().filter(|one| !one.is_noticed(&project, host_name)).map(|one| one.rule.as_str()).collect();
    assert!(missed.is_empty(), "no test noticed that these were gone: {missed:#?}");
}

#[test]
fn a_rule_that_is_taken_out_fails_a_test_of_the_module() {
    every_rule_of("properties");
}

#[test]
fn a_rule_that_is_taken_out_fails_a_vector() {
    every_rule_of("conformance");
}

#[test]
fn a_rule_that_is_taken_out_fails_a_host() {
    every_rule_of("probes");
}

/// One framework after the other: each has its own name in what a failure says.
#[test]
fn a_rule_that_is_taken_out_fails_a_test_of_its_framework() {
    let others = ALL.iter().map(|framework| framework.name).filter(|name| *name != "axum");
    others.for_each(every_rule_in);
    let known = |one: &&Mutation| !ALL.iter().any(|framework| framework.name == one.framework);
    let unknown: Vec<&str> = MUTATIONS.iter().filter(known).map(|one| one.rule.as_str()).collect();
    assert!(unknown.is_empty(), "their framework is none: {unknown:?}");
}

/// What decides nothing about a token: it hands on what others found, or judges settings.
const WITHOUT_RULES: &[&str] = &["authentication", "origin"];

/// Every part of the engine has its mutations, and so has what is each framework's own.
#[test]
fn every_file_with_rules_is_among_them() {
    let engine = repository().join("blueprints/shared/files/module/verify");
    let files = tree(&engine).into_keys().filter(|path| !WITHOUT_RULES.contains(&path.trim_end_matches(".rs")));
    let lacking: Vec<String> = files
        .map(|path| format!("verify/{path}"))
        .filter(|name| !MUTATIONS.iter().any(|one| Path::new(&one.file) == Path::new(name)))
        .collect();
    assert!(lacking.is_empty(), "no mutation takes anything out of these: {lacking:?}");
    for framework in ALL.iter().filter(|framework| framework.name != "axum") {
        assert!(MUTATIONS.iter().any(|one| one.framework == framework.name), "{}", framework.name);
    }
}
