//! Repositories that come with links, journals and folders of their own making: nothing outside is shown or written.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use cargo_clerk_sessions::apply::JOURNAL;
use cargo_clerk_sessions::record::sha256;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, program};

#[path = "../fuzz/repository.rs"]
mod repository;

const YES: &[&str] = &["init", "--yes"];

/// What nobody but the user may see.
const SECRET: &str = "AUTHORIZATION: basic c2VjcmV0";

/// A journal as a run writes it, whole and with the right checksum.
fn journal(path: &str, text: &str) -> String {
    let entry = serde_json::json!({"path": path, "before": text, "look": {"mode": 0o755}});
    // A second one that is as before, so that the run counts as half done.
    let other = serde_json::json!({"path": "nothing", "look": {}});
    let json = serde_json::json!({"folders": [], "entries": [entry, other]}).to_string();
    format!("{json}\n{}\n", sha256(&json))
}

fn link(project: &Project, target: &str, path: &str) {
    let path = project.path().join(path);
    let _ = fs::remove_file(&path);
    symlink(target, path).unwrap();
}

#[test]
fn a_journal_that_comes_with_the_repository_is_not_acted_on() {
    for command in ["init", "update", "undo", "adopt", "remove"] {
        for text in [journal("docs/pre-commit", "#!/bin/sh\ntouch evil\n"), "anything\n".to_owned()] {
            let project = Project::axum();
            project.run(YES).expect(0);
            project.commit();
            fs::create_dir_all(project.path().join(".git/hooks")).unwrap();
            link(&project, ".git/hooks", "docs");
            project.write(JOURNAL, &text);
            let before = project.tree();
            let said = project.run(&[command, "--yes"]).expect(4).stderr();
            assert!(said.contains("git status") && said.contains(JOURNAL), "{command}: {said}");
            assert!(!project.exists(".git/hooks/pre-commit"), "{command}");
            assert!(project.tree() == before, "{command}");
            for look in [&["check"][..], &["diff"], &["update", "--dry-run"]] {
                let said = project.run(look).expect(0).stderr();
                assert!(said.contains("no journal on this machine and of this checkout"), "{look:?}: {said}");
            }
            assert!(project.tree() == before, "{command}");
        }
    }
}

/// Nothing of a file that is not the project's is shown, in whatever way and format, and nothing is written to it.
fn nothing_of_it(project: &Project, file: &str, commands: &[&[&str]]) {
    let path = project.path().join(file);
    let before = fs::read(&path).unwrap();
    for command in commands {
        let ran = project.run(command).expect(4);
        let said = ran.stdout() + &ran.stderr();
        assert!(!said.contains(SECRET), "{command:?}: {said}");
        assert!(said.contains("link") || said.contains("version control keeps"), "{command:?}: {said}");
        assert!(fs::read(&path).unwrap() == before, "{command:?}");
    }
}

#[test]
fn links_that_lead_to_what_is_not_the_projects() {
    let commands: &[&[&str]] = &[
        &["diff"],
        &["diff", "--against", "base"],
        &["diff", "--against", "base", "--format", "markdown"],
        &["diff", "--format", "json"],
        &["update", "--yes", "--conflict", "markers", "--allow-dirty", "--set", "profile=dev"],
        &["update", "--yes", "--conflict", "theirs", "--allow-dirty", "--set", "profile=dev"],
        &["check"],
        &["remove", "--yes", "--force", "--allow-dirty"],
    ];
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = elsewhere.path().join("outside");
    for target in [None, outside.to_str()] {
        let project = Project::axum();
        project.run(YES).expect(0);
        project.commit();
        let config = format!("[core]\n\trepositoryformatversion = 0\n[http]\n\textraheader = {SECRET}\n");
        fs::write(project.path().join(target.unwrap_or(".git/config")), config).unwrap();
        link(&project, target.unwrap_or("../../.git/config"), "src/clerk/config.rs");
        nothing_of_it(&project, target.unwrap_or(".git/config"), commands);
    }
}

/// A folder in between may be the link, too.
#[test]
fn a_module_whose_folder_is_a_link_into_git() {
    let project = Project::axum();
    project.run(YES).expect(0);
    project.commit();
    fs::write(project.path().join(".git/secret.rs"), format!("// {SECRET}\n")).unwrap();
    fs::rename(project.path().join("src/clerk"), project.path().join("was")).unwrap();
    link(&project, "../.git", "src/clerk");
    let record = project.read("clerk-sessions.lock").replace("src/clerk/verify/cache.rs", "src/clerk/secret.rs");
    project.write("clerk-sessions.lock", &record);
    let force: &[&str] = &["remove", "--yes", "--force", "--allow-dirty", "--allow-no-vcs"];
    nothing_of_it(&project, ".git/secret.rs", &[force, &["diff"], &["check"]]);
}

#[test]
fn an_example_that_is_a_link_to_the_secrets_themselves() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        (".gitignore", ".env\ntarget\n"),
        (".env", &format!("{SECRET}\n")),
    ]);
    link(&project, ".env", ".env.example");
    project.commit();
    nothing_of_it(&project, ".env", &[YES, &["init", "--yes", "--dry-run"]]);
    let linked =
        Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), ("docs/env.txt", "# Ours.\n")]);
    link(&linked, "docs/env.txt", ".env.example");
    linked.commit();
    linked.run(YES).expect(0);
    assert!(linked.read("docs/env.txt").contains("CLERK_PUBLISHABLE_KEY"), "one to a file of the repository works");
    linked.commit();
    linked.write("docs/env.txt", &(linked.read("docs/env.txt") + "# Mine, and not committed.\n"));
    let said = linked.run(&["remove", "--yes"]).expect(4).stderr();
    assert!(said.contains(".env.example (dirty)"), "what counts is the file that is written: {said}");
}

#[test]
fn a_record_that_is_a_link_elsewhere() {
    let project = Project::axum();
    project.run(YES).expect(0);
    project.commit();
    project.write("target/elsewhere", &format!("{SECRET}\n"));
    project.write(".gitignore", "target\n");
    link(&project, "target/elsewhere", "clerk-sessions.lock");
    let looks: &[&[&str]] = &[&["check", "--format", "github"], &["check"], &["diff"], &["update", "--yes"]];
    nothing_of_it(&project, "target/elsewhere", looks);
    project.git(&["checkout", "--", "clerk-sessions.lock"]);
    link(&project, "target/elsewhere", "clerk-sessions.toml");
    nothing_of_it(&project, "target/elsewhere", &[&["diff"], &["update", "--yes"], YES]);
}

#[test]
fn a_sibling_project_that_is_linked_in_as_a_member() {
    let project = Project::bare(&[
        ("hostile/Cargo.toml", "[workspace]\nmembers = [\"api\", \"own\"]\nresolver = \"2\"\n"),
        ("hostile/own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("hostile/own/src/lib.rs", ""),
        ("sibling/Cargo.toml", AXUM_MANIFEST),
        ("sibling/src/main.rs", AXUM_MAIN),
    ]);
    symlink("../sibling", project.path().join("hostile/api")).unwrap();
    project.git(&["init", "--quiet", "hostile"]);
    let before = project.tree();
    for more in [&[][..], &["--package", "shop-api"], &["--manifest-path", "api/Cargo.toml"]] {
        for allowed in ["--allow-dirty", "--allow-no-vcs"] {
            let said = project.run_in("hostile", &[YES, &[allowed], more].concat()).expect(4).stderr();
            assert!(more.is_empty() || said.contains("lies outside the repository"), "{said}");
            assert!(project.tree() == before, "{more:?}");
        }
    }
}

#[test]
fn a_target_folder_elsewhere_gets_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("elsewhere");
    let project = Project::axum();
    project.write(".cargo/config.toml", &format!("[build]\ntarget-dir = {:?}\n", folder.to_str().unwrap()));
    fs::create_dir(&folder).unwrap();
    symlink(&folder, project.path().join("target")).unwrap();
    project.commit();
    project.run(YES).expect(0);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    project.run(&["undo", "--yes"]).expect(0);
    assert!(!project.exists("src/clerk"));
}

#[test]
fn without_a_state_folder_it_goes_on_and_says_what_is_not_possible() {
    let project = Project::axum();
    let ran = project.run_with(YES, &[("XDG_STATE_HOME", "/dev/null/nowhere")]).expect(0);
    assert!(ran.stderr().contains("`undo` will not be possible"), "{}", ran.stderr());
    assert!(project.exists("src/clerk/mod.rs") && !project.exists(JOURNAL));
    let inside = project.path().join("state");
    let variables = [("XDG_STATE_HOME", inside.to_str().unwrap())];
    let ran = project.run_with(&["init", "--yes", "--set", "keys=pem"], &variables).expect(0);
    assert!(ran.stderr().contains("`undo` will not be possible"), "{}", ran.stderr());
    assert!(!inside.exists(), "nothing of ours in the repository");
}

/// Folders of other version controls can be committed to git, and would hide what git knows of the files.
#[test]
fn a_folder_of_another_version_control_hides_nothing() {
    for marker in [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"] {
        let project = Project::new(&[
            ("app/Cargo.toml", AXUM_MANIFEST),
            ("app/src/main.rs", AXUM_MAIN),
            (&format!("app/{marker}/keep"), ""),
            (".gitignore", ".env\n"),
        ]);
        link(&project, ".env", "app/.env.example");
        project.commit();
        project.write("app/.env", &format!("{SECRET}\n"));
        let dry = project.run_in("app", &["init", "--yes", "--dry-run"]).expect(4);
        assert!(!dry.stdout().contains(SECRET) && dry.stderr().contains("git ignores"), "{marker}: {}", dry.stderr());
        project.git(&["rm", "--quiet", "app/.env.example"]);
        project.commit();
        project.write("app/src/main.rs", &format!("{AXUM_MAIN}// mine\n"));
        let said = project.run_in("app", YES).expect(4).stderr();
        assert!(said.contains("main.rs (dirty)"), "{marker}: {said}");
        let state = project.path().join("state");
        let inside = [("XDG_STATE_HOME", state.to_str().unwrap())];
        let said = project.start("app", &["init", "--yes", "--allow-dirty"], &inside).expect(0).stderr();
        assert!(said.contains("`undo` will not be possible") && !state.exists(), "{marker}: {said}");
    }
}

#[test]
fn a_forged_record_that_names_a_file_with_secrets() {
    let project = Project::axum();
    project.write(".gitignore", ".env\n");
    project.run(&["init", "--yes", "--allow-dirty"]).expect(0);
    let record = project.read("clerk-sessions.lock");
    fs::remove_file(project.path().join("src/clerk/verify/json.rs")).unwrap();
    project.write(".env", &format!("{SECRET}\n"));
    let forged = [
        ("path = \"src/clerk/verify/json.rs\"", "path = \".env\""),
        (
            "id = \"module/verify/json.rs\"\npath = \"src/clerk/verify/json.rs\"",
            "id = \"module/.env\"\npath = \".env\"",
        ),
        ("[[patched]]\npath = \".env.example\"", "[[patched]]\npath = \".env\""),
    ];
    for (before, after) in forged {
        assert!(record.contains(before), "{before}");
        project.write("clerk-sessions.lock", &record.replacen(before, after, 1));
        project.commit();
        for command in [&["diff"][..], &["diff", "--against", "base"], &["remove", "--force", "--dry-run"], &["check"]]
        {
            let ran = project.run(command).expect(4);
            let said = ran.stdout() + &ran.stderr();
            assert!(said.contains("cannot be a") && !said.contains(SECRET), "{command:?}: {said}");
        }
    }
}

/// A clone of somebody else's within the user's own workspace.
#[test]
fn a_member_that_is_a_repository_of_its_own_reaches_no_further() {
    let project = Project::bare(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"hostile\"]\nresolver = \"2\"\n"),
        ("hostile/Cargo.toml", AXUM_MANIFEST),
        ("hostile/src/main.rs", AXUM_MAIN),
        ("other/notes.txt", &format!("{SECRET}\n")),
    ]);
    symlink("../other/notes.txt", project.path().join("hostile/.env.example")).unwrap();
    project.git(&["init", "--quiet", "hostile"]);
    let before = project.tree();
    for command in [&["init", "--yes", "--dry-run"][..], &["init", "--yes", "--allow-no-vcs"]] {
        let ran = project.run_in("hostile", command).expect(4);
        assert!(!(ran.stdout() + &ran.stderr()).contains(SECRET), "{command:?}");
        assert!(project.tree() == before, "{command:?}");
    }
}

#[test]
fn where_git_keeps_its_own_under_another_name() {
    let project = Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    project.git(&["init", "--quiet", "--separate-git-dir=gd"]);
    project.write("gd/config", &(project.read("gd/config") + &format!("[http]\n\textraheader = {SECRET}\n")));
    link(&project, "gd/config", ".env.example");
    nothing_of_it(&project, "gd/config", &[YES, &["init", "--yes", "--dry-run"], &["init", "--yes", "--allow-dirty"]]);
}

/// To git a path may be a pattern.
#[test]
fn an_ignored_file_whose_path_looks_like_a_pattern() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        (".gitignore", "/:/secret\n"),
        (":/secret", SECRET),
    ]);
    link(&project, ":/secret", ".env.example");
    nothing_of_it(&project, ":/secret", &[&["init", "--yes", "--dry-run"]]);
}

/// A record may hold more than there is room for, and be damaged besides.
#[test]
fn what_a_damaged_record_unpacks_to_is_bounded() {
    use cargo_clerk_sessions::record;
    let project = Project::axum();
    project.run(YES).expect(0);
    let mut forged = record::parse(&project.read("clerk-sessions.lock")).unwrap();
    let text = " ".repeat(1 << 20);
    for file in &mut forged.generated {
        file.sha256 = sha256(&text);
        (file.base, file.pending) = (text.as_str().into(), Some(text.as_str().into()));
    }
    let forged = record::write(forged, None).replace("# The end.", "");
    project.write("clerk-sessions.lock", &forged);
    assert!(record::salvage(&forged).is_some_and(|left| left.generated.len() <= 2), "4 MiB are all there is");
    project.run(&["adopt", "--yes", "--allow-dirty"]).expect(0);
    project.run(&["check"]).expect(0);
}

/// As the fuzz target does, on random bytes.
#[test]
fn whatever_is_in_a_repository_nothing_outside_is_shown_or_written() {
    const ROUNDS: u64 = 40;
    let state = tempfile::tempdir().unwrap();
    let mut run = |folder: &Path, arguments: &[&str]| {
        let mut command = Command::new(program());
        command
            .current_dir(folder)
            .args(arguments)
            .env("XDG_STATE_HOME", state.path())
            .env("CARGO_TERM_COLOR", "never");
        let output = command.output().unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 4), "{arguments:?}: {output:?}");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let origin = repository::Origin::new(&mut run);
    for seed in 0..ROUNDS {
        let mut random = fastrand::Rng::with_seed(seed);
        let bytes: Vec<u8> = (0..random.usize(8..40)).map(|_| random.u8(..)).collect();
        // Which it was, in what a failed test prints.
        println!("seed {seed}");
        origin.attack(&bytes, &mut run);
    }
}
