//! `init`, as a user runs it.

use std::fs;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project, repository};

const YES: [&str; 2] = ["init", "--yes"];

#[test]
fn it_adds_the_module_and_a_second_run_changes_nothing() {
    let project = Project::axum();
    let first = project.run(&YES).expect(0);
    assert!(project.read("src/main.rs").contains("mod clerk;\n"));
    assert!(project.read("Cargo.toml").starts_with("[package]\nname = \"shop-api\"\n"));
    for path in ["src/clerk/", "clerk-sessions.toml", "clerk-sessions.lock", ".env.example"] {
        assert!(project.exists(path), "{path}");
        assert!(first.stderr().contains(path), "{path} is not named");
    }
    assert!(!project.exists("Cargo.lock"));
    let after = project.tree();
    let second = project.run(&YES).expect(0);
    assert_eq!(second.stdout(), "");
    assert_eq!(project.tree(), after);
}

#[test]
fn it_says_what_is_left_to_do() {
    let project = Project::axum();
    let said = project.run(&YES).expect(0).stderr();
    for part in [
        "src/main.rs:7",
        ".layer(clerk::layer())",
        "CLERK_PUBLISHABLE_KEY",
        "CLERK_AUTHORIZED_PARTIES",
        "if let Err(error) = clerk::Verifier::from_env() {",
        "(src/main.rs:6)",
        "authorization",
        "CLERK_SESSION_PROFILE=dev",
    ] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
}

#[test]
fn a_dry_run_leaves_no_trace() {
    let project = Project::axum();
    let before = project.tree();
    for format in ["unified", "json", "markdown", "stat"] {
        let shown = project.run(&["init", "--yes", "--dry-run", "--format", format]).expect(0).stdout();
        assert!(shown.contains("src/clerk/mod.rs"), "{format}");
    }
    assert_eq!(project.tree(), before);
    assert!(!project.exists("target"));
}

/// One line a file, which counts what stands in its diff, and the sum.
#[test]
fn the_short_form_counts_the_lines_of_the_diff() {
    let project = Project::axum();
    let dry = |format| project.run(&["init", "--yes", "--dry-run", "--format", format]).expect(0).stdout();
    let (mut wanted, mut sum) = (Vec::new(), [0, 0]);
    for file in format!("\n{}", dry("unified")).split("\ndiff --git ").skip(1) {
        let (head, lines) = file.split_once("\n@@").unwrap();
        let counted = ['+', '-'].map(|sign| lines.matches(&format!("\n{sign}")).count());
        let outcome = if head.contains("\nnew file mode ") { "created" } else { "updated" };
        let path = head.split_once(" b/").unwrap().1.lines().next().unwrap();
        wanted.push(format!("{path} | {outcome} +{} -{}", counted[0], counted[1]));
        sum = [sum[0] + counted[0], sum[1] + counted[1]];
    }
    wanted.push(format!("{} files changed, {} insertions(+), {} deletions(-)", wanted.len(), sum[0], sum[1]));
    let stat = dry("stat");
    let lines = stat.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(lines.collect::<Vec<_>>(), wanted);
}

#[test]
fn git_apply_of_the_dry_run_equals_the_real_run() {
    let shapes = [AXUM_MANIFEST.to_owned(), AXUM_MANIFEST.replace('\n', "\r\n"), AXUM_MANIFEST.trim_end().to_owned()];
    for manifest in shapes {
        let real = Project::new(&[("api/Cargo.toml", &manifest), ("api/src/main.rs", AXUM_MAIN)]);
        let patched = Project::new(&[("api/Cargo.toml", &manifest), ("api/src/main.rs", AXUM_MAIN)]);
        let patch = patched.run_in("api", &["init", "--yes", "--dry-run"]).expect(0).stdout();
        let file = patched.path().join("change.patch");
        fs::write(&file, patch).unwrap();
        patched.git(&["apply", "--whitespace=nowarn", "change.patch"]);
        fs::remove_file(file).unwrap();
        real.run_in("api", &YES).expect(0);
        assert!(real.tree() == patched.tree(), "the trees differ for {manifest:?}");
    }
}

#[test]
fn the_json_document_is_whole() {
    let project = Project::axum();
    let shown = project.run(&["init", "--yes", "--dry-run", "--format", "json"]).expect(0).stdout();
    let document: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["package"], "shop-api");
    assert_eq!(document["blueprint"]["name"], "axum");
    let changes = document["changes"].as_array().unwrap();
    let manifest = changes.iter().find(|change| change["path"] == "Cargo.toml").unwrap();
    assert_eq!(manifest["outcome"], "updated");
    assert_eq!(manifest["before_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(changes.last().unwrap()["path"], "clerk-sessions.lock");
    assert_eq!(document["manual_steps"][0]["file"], "src/main.rs");
    assert_eq!(document["manual_steps"][0]["line"], 7);
    assert_eq!(document["manual_steps"][0]["text"], ".layer(clerk::layer())");
    assert_eq!(document["manual_steps"][1]["variable"], "CLERK_PUBLISHABLE_KEY");
    assert_eq!(document["manual_steps"][1]["text"], "CLERK_PUBLISHABLE_KEY=pk_...");
}

#[test]
fn wire_inserts_the_line() {
    let project = Project::axum();
    let ran = project.run(&["init", "--yes", "--wire"]).expect(0);
    assert!(project.read("src/main.rs").contains(".layer(clerk::layer())"), "{}", project.read("src/main.rs"));
    assert!(!ran.stderr().contains("wire it"));
    let after = project.tree();
    project.run(&YES).expect(0);
    assert_eq!(project.tree(), after);
}

#[test]
fn open_questions_without_a_terminal_name_their_flags() {
    let project = Project::axum();
    let ran = project.run(&["init"]).expect(2);
    assert!(ran.stderr().contains("--profile"), "{}", ran.stderr());
    let ran = project.run(&["init", "--profile", "dev"]).expect(2);
    assert!(ran.stderr().contains("--yes"), "{}", ran.stderr());
    assert!(!project.exists("clerk-sessions.toml"));
}

#[test]
fn other_answers_apply_just_their_difference() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let before = project.tree();
    let ran = project.run(&["init", "--yes", "--profile", "dev"]).expect(0);
    assert!(project.read("clerk-sessions.toml").contains("profile = \"dev\""));
    let changed: Vec<_> = project
        .tree()
        .into_iter()
        .filter(|(path, bytes)| before.get(path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert!(changed.contains(&"src/clerk/config.rs".to_owned()), "{changed:?}");
    assert!(!changed.iter().any(|path| path == "Cargo.toml" || path == "src/main.rs"), "{changed:?}");
    assert!(ran.stdout().contains("config.rs"));
    project.run(&["init", "--yes", "--profile", "prod"]).expect(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn pem_takes_the_http_client_out_again() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let jwks = project.tree();
    assert!(project.read("Cargo.toml").contains("reqwest"));
    project.run(&["init", "--yes", "--set", "keys=pem"]).expect(0);
    assert!(!project.read("Cargo.toml").contains("reqwest"));
    assert!(!project.exists("src/clerk/verify/jwks.rs"));
    project.run(&["init", "--yes", "--set", "keys=jwks"]).expect(0);
    let back = project.tree();
    let differing: Vec<_> = jwks
        .iter()
        .filter(|(path, bytes)| !path.starts_with("clerk-sessions.") && back.get(*path) != Some(*bytes))
        .map(|(path, _)| path)
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn an_edit_where_new_answers_change_the_same_line_is_named_and_nothing_is_written() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let edited = project.read("src/clerk/config.rs").replace("from_secs(5)", "from_secs(7)");
    project.write("src/clerk/config.rs", &edited);
    project.commit();
    let before = project.tree();
    let ran = project.run(&["init", "--yes", "--set", "leeway=9"]).expect(3);
    assert!(ran.stderr().contains("src/clerk/config.rs"), "{}", ran.stderr());
    assert!(ran.stdout().contains("+<<<<<<< your file"), "{}", ran.stdout());
    assert!(project.tree() == before);
}

#[test]
fn an_edit_elsewhere_in_a_file_that_new_answers_change_is_merged() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    project.write("src/clerk/config.rs", &(project.read("src/clerk/config.rs") + "\n// A remark.\n"));
    project.commit();
    project.run(&["init", "--yes", "--set", "leeway=9"]).expect(0);
    let merged = project.read("src/clerk/config.rs");
    assert!(merged.ends_with("\n// A remark.\n") && merged.contains("from_secs(9)"), "{merged}");
}

#[test]
fn an_edited_file_that_new_answers_do_not_concern_stays() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let edited = project
        .read("src/clerk/custom.rs")
        .replace("pub struct CustomClaims {}", "pub struct CustomClaims {\n    pub locale: Option<String>,\n}");
    project.write("src/clerk/custom.rs", &edited);
    project.commit();
    project.run(&["init", "--yes", "--set", "leeway=9"]).expect(0);
    assert_eq!(project.read("src/clerk/custom.rs"), edited);
    assert!(project.read("src/clerk/config.rs").contains("from_secs(9)"));
}

#[test]
fn uncommitted_work_is_not_written_over() {
    let project = Project::axum();
    project.write("Cargo.toml", &format!("{AXUM_MANIFEST}\n# mine\n"));
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("Cargo.toml (dirty)"), "{}", ran.stderr());
    project.git(&["add", "Cargo.toml"]);
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("Cargo.toml (staged)"), "{}", ran.stderr());
    project.run(&["init", "--yes", "--dry-run"]).expect(0);
    project.run(&["init", "--yes", "--allow-staged"]).expect(0);
}

#[test]
fn no_version_control_needs_a_flag() {
    let project = Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("--allow-no-vcs"));
    project.run(&["init", "--yes", "--allow-no-vcs"]).expect(0);
}

/// Then nobody knows what would be lost.
#[test]
fn where_git_cannot_be_asked_nothing_is_written() {
    let project = Project::axum();
    let before = project.tree();
    let without_git = [("PATH", ""), ("CARGO", env!("CARGO"))];
    let ran = project.run_with(&YES, &without_git).expect(4);
    assert!(ran.stderr().contains("failed to ask git"), "{}", ran.stderr());
    project.write(".git/index", "damaged");
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("failed to ask git") && ran.stderr().contains("index"), "{}", ran.stderr());
    assert!(project.tree() == before);
    project.run(&["init", "--yes", "--allow-no-vcs"]).expect(0);
}

#[test]
fn untracked_files_do_not_count_before_the_first_commit() {
    let project = Project::bare(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    project.git(&["init", "--quiet"]);
    project.run(&YES).expect(0);
}

#[test]
fn an_ignored_file_in_the_way_is_not_written_over() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        (".gitignore", "src/clerk/\n"),
        ("src/clerk/mod.rs", "// mine\n"),
    ]);
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("src/clerk/mod.rs"), "{}", ran.stderr());
    assert_eq!(project.read("src/clerk/mod.rs"), "// mine\n");
}

#[test]
fn an_ignored_record_is_refused() {
    let project =
        Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), (".gitignore", "*.lock\n")]);
    let ran = project.run(&YES).expect(4);
    assert!(ran.stderr().contains("clerk-sessions.lock"), "{}", ran.stderr());
    assert!(!project.exists("src/clerk"));
}

#[test]
fn the_users_rustfmt_settings_hold() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        ("rustfmt.toml", "hard_tabs = true\n"),
    ]);
    project.run(&YES).expect(0);
    assert!(
        project
            .read("src/clerk/mod.rs")
            .lines()
            .chain(project.read("src/clerk/verify/mod.rs").lines())
            .any(|line| line.starts_with('\t'))
    );
    let after = project.tree();
    project.run(&YES).expect(0);
    assert_eq!(project.tree(), after);
}

/// Such a setting is of the files as they stand: bases and their checksums have `\n`.
#[test]
fn a_setting_of_rustfmt_for_line_endings_leaves_the_record_whole() {
    for newline_style in ["Windows", "Unix", "Native", "Auto"] {
        for main in [AXUM_MAIN.to_owned(), AXUM_MAIN.replace('\n', "\r\n")] {
            let settings = format!("newline_style = \"{newline_style}\"\n");
            let files = [("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", &main), ("rustfmt.toml", &settings)];
            let project = Project::new(&files);
            project.run(&YES).expect(0);
            assert!(project.read("src/clerk/mod.rs").lines().count() > 10);
            assert_eq!(project.read("src/clerk/mod.rs").contains("\r\n"), main.contains("\r\n"), "{newline_style}");
            assert!(!project.read("src/clerk/mod.rs").contains("\r\r"), "{newline_style}");
            project.run(&["check"]).expect(0);
            project.run(&["diff", "--exit-code"]).expect(0);
            project.run(&["update", "--yes"]).expect(0);
        }
    }
}

#[test]
fn no_secret_of_the_environment_or_the_repository_is_shown() {
    let secret = "sk_test_do_not_show_me";
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/main.rs", AXUM_MAIN),
        (".env.local", &format!("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_abc\nCLERK_SECRET_KEY={secret}\n")),
    ]);
    let ran = project.run(&YES).expect(0);
    assert!(ran.stderr().contains("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY"));
    assert!(!ran.stderr().contains("pk_test_abc"));
    for (path, bytes) in project.tree() {
        assert!(path == ".env.local" || !String::from_utf8_lossy(&bytes).contains(secret), "{path}");
    }
    assert!(!ran.stdout().contains(secret) && !ran.stderr().contains(secret));
}

#[test]
fn another_module_name_takes_the_former_lines_along() {
    let project = Project::axum();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    project.commit();
    project.run(&["init", "--yes", "--module", "sessions"]).expect(0);
    let main = project.read("src/main.rs");
    assert!(main.contains("mod sessions;\n") && main.contains(".layer(sessions::layer())"), "{main}");
    assert!(!main.contains("clerk") && !project.exists("src/clerk"), "{main}");
    assert!(!project.read("clerk-sessions.lock").contains("\"mod clerk;\""));
    let after = project.tree();
    project.run(&YES).expect(0);
    assert!(project.tree() == after);
}

#[test]
fn another_crate_root_takes_the_module_along() {
    let project = Project::new(&[
        ("Cargo.toml", AXUM_MANIFEST),
        ("src/lib.rs", "pub fn router() -> axum::Router {\n    axum::Router::new()\n}\n"),
        ("src/bin/b/main.rs", AXUM_MAIN),
    ]);
    project.run(&["init", "--yes", "--root", "src/bin/b/main.rs"]).expect(0);
    let edited = project.read("src/bin/b/clerk/custom.rs") + "\n// Ours.\n";
    project.write("src/bin/b/clerk/custom.rs", &edited);
    project.commit();
    project.run(&["init", "--yes", "--root", "src/lib.rs"]).expect(0);
    assert!(project.read("src/lib.rs").contains("pub mod clerk;\n"));
    assert_eq!(project.read("src/bin/b/main.rs"), AXUM_MAIN);
    assert_eq!(project.read("src/clerk/custom.rs"), edited);
    assert!(!project.exists("src/bin/b/clerk"));
    let after = project.tree();
    project.run(&YES).expect(0);
    assert!(project.tree() == after);
    project.run(&["check"]).expect(0);
}

/// A `rust-toolchain.toml` may name one that is not there; only rustup knows what to do then.
#[cfg(unix)]
#[test]
fn a_toolchain_that_is_not_installed_is_named_in_the_words_of_rustup() {
    let project = Project::axum();
    let before = project.tree();
    let cargo = repository().join("tests/it/cargo_without_toolchain.sh");
    let ran = project.run_with(&["init", "--yes"], &[("CARGO", cargo.to_str().unwrap())]).expect(4);
    for words in ["toolchain '1.0.0' is not installed", "run `rustup toolchain install` to install it"] {
        assert!(ran.stderr().contains(words), "{}", ran.stderr());
    }
    assert!(project.tree() == before);
}

/// Who wants it quiet and has said yes reads no diff; in a dry run the diff is what was asked for.
#[test]
fn quiet_drops_the_diff_where_nobody_is_asked() {
    let project = Project::axum();
    let dry = project.run(&["init", "--yes", "--quiet", "--dry-run"]).expect(0);
    assert!(dry.stdout().contains("+mod clerk;"));
    let json = project.run(&["init", "--yes", "--quiet", "--dry-run", "--format", "json"]).expect(0).stdout();
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let record = document["changes"].as_array().unwrap().iter().find(|change| change["path"] == "clerk-sessions.lock");
    let record = record.unwrap().as_object().unwrap();
    assert!(record.contains_key("after_sha256") && !record.contains_key("diff"));
    let markdown = project.run(&["init", "--yes", "--dry-run", "--format", "markdown"]).expect(0).stdout();
    assert!(markdown.contains("| `clerk-sessions.lock`, the record of these texts | created |"), "{markdown}");
    assert!(!markdown.contains("<code>clerk-sessions.lock"));
    assert_eq!(project.run(&["init", "--yes", "--quiet"]).expect(0).stdout(), "");
}

/// Everything that is new, the record included.
#[test]
fn new_files_have_the_line_endings_of_the_crate_root() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let project = Project::new(&[
        ("Cargo.toml", &windows(AXUM_MANIFEST)),
        ("src/main.rs", &windows(AXUM_MAIN)),
        ("a.txt", "a\n"),
    ]);
    let before = project.tree();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    let once = project.tree();
    assert!(once.len() > before.len() + 20);
    for (path, bytes) in once.iter().filter(|(path, _)| *path != "a.txt") {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{path} has other line endings");
    }
    project.commit();
    project.run(&["init", "--yes", "--wire"]).expect(0);
    assert!(project.tree() == once, "a second run changes something");
    project.run(&["check"]).expect(0);
    assert_eq!(project.run(&["diff", "--exit-code"]).expect(0).stdout(), "");
    fs::remove_file(project.path().join("clerk-sessions.lock")).unwrap();
    project.run(&["adopt", "--yes", "--allow-dirty"]).expect(0);
    let text = project.read("clerk-sessions.lock");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    project.git(&["checkout", "--quiet", "."]);
    project.run(&["remove", "--yes"]).expect(0);
    assert!(project.tree() == before);
}

/// Whoever is told of one flag is not told of the next one afterwards, and not behind a diff of thousands of lines.
#[test]
fn what_is_lacking_is_said_at_once() {
    let project = Project::axum();
    for line in [&["init"][..], &["init", "--no-input"]] {
        let ran = project.run(line).expect(2);
        assert!(
            ran.stderr().contains("pass `--profile <PROFILE>` and `--yes`, or run it on a terminal"),
            "{}",
            ran.stderr()
        );
        assert_eq!(ran.stdout(), "");
    }
    let ran = project.run(&["init", "--no-input", "--profile", "dev"]).expect(2);
    assert!(ran.stderr().contains("no answer to: Apply these changes?\n\nhint: pass `--yes`"), "{}", ran.stderr());
    assert_eq!(ran.stdout(), "");
    let ran = project.run(&["init", "--no-input", "--dry-run"]).expect(2);
    assert!(ran.stderr().contains("pass `--profile <PROFILE>`, or"), "{}", ran.stderr());
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    project.run(&["update", "--no-input"]).expect(0);
    let ran = project.run(&["remove", "--no-input"]).expect(2);
    assert!(ran.stdout().is_empty() && ran.stderr().contains("pass `--yes`"), "{}", ran.stderr());
}

#[test]
fn origins_are_taken_wherever_they_are_kept() {
    let project = Project::axum();
    let origins = ["--origin", "https://app.example.com", "--origin", "http://localhost:5173"];
    let said = project.run(&[&YES[..], &origins].concat()).expect(0).stderr();
    let list = "CLERK_AUTHORIZED_PARTIES=https://app.example.com,http://localhost:5173";
    assert!(said.contains(list) && !said.contains("refuses every session"), "{said}");
    assert!(project.read(".env.example").contains(&format!("{list}\n")));
    let settings = project.read("clerk-sessions.toml");
    assert!(settings.contains("\norigins = [\"https://app.example.com\", \"http://localhost:5173\"]\n"), "{settings}");
    project.commit();
    assert_eq!(project.run(&["diff", "--exit-code"]).expect(0).stdout(), "");
    for (given, advice) in [
        ("https://app.example.com/", "remove the slash at the end"),
        ("https://app.example.com/login", "remove what stands behind the host"),
        ("app.example.com", "begin it with `https://`"),
        ("https://App.example.com", "write it in lower case"),
        ("https://app.example.com:443", "remove the usual port"),
        ("https://*.example.com", "name each origin, as there are no wildcards"),
        ("https://tom@app.example.com", "remove what stands before the host"),
        ("https://app.example.com.", "remove the dot at the end"),
    ] {
        let said = Project::axum().run(&[&YES[..], &["--origin", given]].concat()).expect(2).stderr();
        assert!(said.contains(&format!("`{given}` in the setting `origins` is not a bare origin")), "{said}");
        assert!(said.contains(&format!("hint: {advice}\n")), "{given}: {said}");
        project.write("clerk-sessions.toml", &format!("profile = \"prod\"\norigins = [{given:?}]\n"));
        let said = project.run(&["update", "--yes"]).expect(2).stderr();
        assert!(said.contains(&format!("clerk-sessions.toml:2: `{given}`")) && said.contains(advice), "{said}");
    }
}

/// A bare number and the same in quotes are seconds, and what is too short is told how short it may be.
#[test]
fn a_duration_without_a_unit_is_in_seconds() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    let written = |value: &str| {
        let settings = project.read("clerk-sessions.toml");
        let line = settings.lines().find(|line| line.contains("maximum-token-age =")).unwrap().to_owned();
        project.write("clerk-sessions.toml", &settings.replace(&line, &format!("maximum-token-age = {value}")));
        project.run(&["update", "--yes"])
    };
    for value in ["300", "\"300\"", "\"300s\"", "\"5m\""] {
        written(value).expect(0);
        assert!(project.read("src/clerk/config.rs").contains("maximum_token_age: limit(300),"), "{value}");
    }
    for value in ["10", "\"10\"", "\"10s\""] {
        let said = written(value).expect(2).stderr();
        assert!(said.contains("of at least 30 s"), "{said}");
    }
}

#[test]
fn a_second_run_says_how_answers_are_changed() {
    let project = Project::axum();
    project.run(&YES).expect(0);
    project.commit();
    let said = project.run(&YES).expect(0).stderr();
    assert!(said.contains("edit `clerk-sessions.toml` and run `update`, or pass `--set <setting>=<value>`"), "{said}");
    let said = project.run(&["init", "--yes", "--set", "leeway=7"]).expect(0).stderr();
    assert!(!said.contains("to change an answer"), "{said}");
}

#[test]
fn a_typo_in_what_is_done_without_is_named() {
    let project = Project::axum();
    let said =
        project.run(&[&YES[..], &["--set", "without=src/clerk/verify/revocaton.rs"]].concat()).expect(0).stderr();
    let sentence = "`without` names `src/clerk/verify/revocaton.rs`, which is no generated file; did you mean `src/clerk/verify/revocation.rs`?";
    assert!(said.contains(sentence), "{said}");
    let known = Project::axum();
    for name in ["src/clerk/verify/revocation.rs", "module/verify/store.rs"] {
        let said = known.run(&["init", "--yes", "--set", &format!("without={name}")]).expect(0).stderr();
        assert!(!said.contains("no generated file"), "{said}");
    }
}
