//! `status`: how a package stands, for people and for scripts, and nothing of what its variables hold.

use std::fs;

use serde_json::Value;

use support::team::Team;
use support::{AXUM_MAIN, AXUM_MANIFEST, Project, repository, tokens};

/// No run of a test sees the variables of whoever runs it.
const NOBODYS: [(&str, &str); 3] =
    [("CLERK_PUBLISHABLE_KEY", ""), ("CLERK_AUTHORIZED_PARTIES", ""), ("CLERK_SESSION_PROFILE", "")];

fn human(project: &Project) -> String {
    project.run_with(&["status"], &NOBODYS).expect(0).stdout()
}

fn json(project: &Project, variables: &[(&str, &str)]) -> Value {
    let variables = [&NOBODYS[..], variables].concat();
    let said = project.run_with(&["status", "--format", "json"], &variables).expect(0).stdout();
    serde_json::from_str(&said).unwrap()
}

/// The states of a variable: in the environment, then in each file.
fn states(document: &Value, name: &str) -> Vec<String> {
    let variables = document["variables"].as_array().unwrap();
    let one = variables.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    let files = one["files"].as_array().unwrap();
    let files =
        files.iter().map(|file| format!("{} {}", file["file"].as_str().unwrap(), file["state"].as_str().unwrap()));
    [one["environment"].as_str().unwrap().to_owned()].into_iter().chain(files).collect()
}

#[test]
fn what_is_open_after_a_first_run_is_said_until_it_is_done() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--set", "leeway=10", "--set", "refresh-percent=20"]).expect(0);
    project.commit();
    let before = project.tree();
    let said = human(&project);
    for part in [
        "shop-api: Axum 0.8, profile prod\n",
        "  module    src/clerk (axum 1, current)\n",
        "leeway=10 (the profile has 5, less strict),\n            refresh-percent=20 (the profile has 10)\n",
        "  parts     none\n",
        "  wired     nothing calls what wires the module\n",
        "    CLERK_PUBLISHABLE_KEY: needed, empty in the environment\n",
        "    CLERK_ISSUER: not set\n",
        "  * wire it at `src/main.rs:7`, directly after the last route of the router: `.layer(clerk::layer())`\n",
        "  * set `CLERK_AUTHORIZED_PARTIES`: ",
        "  * test your handlers with `TestIssuer`: the head of `src/clerk/testing.rs` says how\n",
        "Next: cargo clerk-sessions local -- cargo run\n",
    ] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
    assert_eq!(project.tree(), before);
    let checked = project.run(&["check"]).expect(0).stdout();
    let note = "note: src/main.rs has `clerk`, and nothing calls `clerk::layer()`: `status` says where it goes\n";
    assert!(checked.contains(note), "{checked}");

    let main = project.read("src/main.rs");
    let wired = main.replace("\"hello\" }));", "\"hello\" }))\n        .layer(clerk::layer());");
    let stops = wired.replace("async fn main() {\n", "async fn main() {\n    clerk::Verifier::from_env().unwrap();\n");
    let tested = format!("{stops}\n#[cfg(test)]\nmod tests {{\n    use super::clerk::testing::TestIssuer;\n}}\n");
    project.write("src/main.rs", &tested);
    let key = tokens::publishable("live");
    project.write(
        ".env",
        &format!("CLERK_PUBLISHABLE_KEY={key}\nexport CLERK_AUTHORIZED_PARTIES=\"https://a.example\"\n"),
    );
    let said = human(&project);
    for part in ["  wired     src/main.rs:9\n", "  start     src/main.rs:7\n", "src/main.rs:16\n", "set in `.env`\n"] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
    assert!(!said.contains("Left to do") && said.ends_with("Next: cargo clerk-sessions check\n"), "{said}");
    assert!(!project.run(&["check"]).expect(0).stdout().contains("note:"));
}

#[test]
fn what_is_wrong_with_a_variable_is_said_and_nothing_of_its_value() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let (test, secret) = (tokens::publishable("test"), "sk_live_VGhpcyBpcyBubyBrZXk");
    project.write(
        ".env",
        &format!("CLERK_PUBLISHABLE_KEY='{test}' # mine\nCLERK_AUTHORIZED_PARTIES=https://tom.example/\n"),
    );
    project.write(".env.local", &format!("CLERK_PUBLISHABLE_KEY={test}\nCLERK_SESSION_PROFILE=dev\nCLERK_ISSUER=\n"));
    project.write(".env.example", "CLERK_PUBLISHABLE_KEY=pk_...\n");
    let document = json(&project, &[("CLERK_PUBLISHABLE_KEY", secret), ("CLERK_JWT_KEY", "-----BEGIN")]);
    assert_eq!(states(&document, "CLERK_PUBLISHABLE_KEY"), ["wrong", ".env wrong", ".env.local set"]);
    assert_eq!(states(&document, "CLERK_AUTHORIZED_PARTIES"), ["empty", ".env wrong"]);
    assert_eq!(states(&document, "CLERK_JWT_KEY"), ["set"]);
    assert_eq!(states(&document, "CLERK_ISSUER"), ["unset", ".env.local empty"]);
    let human = project.run_with(&["status"], &[("CLERK_PUBLISHABLE_KEY", secret)]).expect(0).stdout();
    for part in [
        "looks like a secret key: take it out, and rotate it in the Clerk Dashboard",
        "only the profile `dev` takes: set `CLERK_SESSION_PROFILE=dev` beside it",
        "is not a bare origin: remove the slash at the end",
    ] {
        assert!(human.contains(part), "no `{part}` in:\n{human}");
    }
    for text in [document.to_string(), human] {
        for value in [&test, secret, "VGhpcyBpcyBubyBrZXk", "tom.example", "BEGIN"] {
            assert!(!text.contains(value), "`{value}` stands in:\n{text}");
        }
    }
}

/// Files that are links out of the repository, endless, huge or no text say nothing, and hold nothing up.
#[cfg(unix)]
#[test]
fn files_of_variables_may_be_hostile() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let outside = tempfile::tempdir().unwrap();
    let theirs = outside.path().join("credentials");
    fs::write(&theirs, "CLERK_PUBLISHABLE_KEY=pk_live_elsewhere\n").unwrap();
    let at = |name: &str| project.path().join(name);
    std::os::unix::fs::symlink(&theirs, at(".env.link")).unwrap();
    std::os::unix::fs::symlink(at(".git/config"), at(".env.git")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at(".env.zero")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at(".env.pipe")).status().unwrap().success());
    fs::create_dir(at(".env.folder")).unwrap();
    fs::write(at(".env.huge"), "A=b\n".repeat(1 << 20)).unwrap();
    fs::write(at(".env.bytes"), b"CLERK_ISSUER=\xff\xfe\n").unwrap();
    fs::write(at(".env.\u{1b}[2J"), "CLERK_ISSUER=https://clerk.example.com\n").unwrap();
    let document = json(&project, &[]);
    assert_eq!(states(&document, "CLERK_PUBLISHABLE_KEY"), ["empty"]);
    let unread = document["unread"].as_array().unwrap();
    let unread: Vec<&str> = unread.iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(unread, [".env.bytes", ".env.git", ".env.huge", ".env.link", ".env.zero"]);
    let said = human(&project);
    assert!(!said.contains('\u{1b}') && said.contains("\\u{1b}[2J"), "{said}");
    assert!(said.contains("`.env.link` is reached through a symbolic link that leaves the project"), "{said}");
}

#[test]
fn the_next_command_follows_from_what_is_open() {
    let team = Team::new();
    let next = || {
        let said = team.run("status", &["--format", "json"]).expect(0).stdout();
        let document: Value = serde_json::from_str(&said).unwrap();
        (document["status"].as_str().unwrap().to_owned(), document["next"].as_str().unwrap().to_owned())
    };
    assert_eq!(next().0, "current");
    team.newer();
    assert_eq!(next(), ("outdated".to_owned(), "cargo clerk-sessions update".to_owned()));
    team.update().expect(0);
    fs::remove_file(team.project.path().join("src/clerk/authorization/permissions.rs")).unwrap();
    assert_eq!(next(), ("dangling-module".to_owned(), "cargo clerk-sessions check".to_owned()));
}

/// A script finds the shape in the README.
#[test]
fn every_key_of_the_document_is_in_the_readme() {
    fn keys(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    into.push(key.clone());
                    keys(value, into);
                }
            }
            Value::Array(values) => {
                for value in values {
                    keys(value, into);
                }
            }
            _ => {}
        }
    }
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let section = readme.split_once("\n### `status`\n").unwrap().1;
    let section = section.split("\n#").next().unwrap();
    let project = Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    project.run(&["init", "--yes", "--set", "leeway=10"]).expect(0);
    project.write(".env", "CLERK_ISSUER=\n");
    let mut found = Vec::new();
    keys(&json(&project, &[]), &mut found);
    assert!(found.len() > 30, "{found:?}");
    for key in found {
        assert!(section.contains(&format!("\"{key}\"")), "`{key}` is not in the section");
    }
}

#[test]
fn without_sessions_it_says_how_to_get_them() {
    let said = Project::axum().run(&["status"]).expect(4).stderr();
    assert!(said.contains("hint: add the sessions with `init`"), "{said}");
}
