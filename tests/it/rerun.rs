//! `init` on a project that has sessions, or had them: the difference, what it leaves to do, and what it refuses.

use std::fs;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

/// The smallest project, with sessions, committed.
fn with_sessions(more: &[&str]) -> Project {
    let project = Project::axum();
    project.run(&[&["init", "--yes"], more].concat()).expect(0);
    project.commit();
    project
}

#[test]
fn a_first_run_says_that_sessions_are_refused_until_the_parties_are_set() {
    let refuses = "until `CLERK_AUTHORIZED_PARTIES` is set";
    let said = Project::axum().run(&["init", "--yes"]).expect(0).stderr();
    assert!(said.contains(refuses), "{said}");
    assert!(said.contains("= clerk::Verifier::from_env() {"), "{said}");
}

#[test]
fn new_answers_stand_where_the_comments_with_the_defaults_stood() {
    let project = with_sessions(&[]);
    let before = project.read("clerk-sessions.toml");
    project.run(&["init", "--yes", "--profile", "high-security", "--set", "leeway=9"]).expect(0);
    let expected = before
        .replace("profile = \"prod\"", "profile = \"high-security\"")
        .replace("# leeway = 5", "leeway = 9")
        .replace("# carriers = [\"header\", \"cookie\"]", "# carriers = [\"header\"]")
        .replace("# client-uat = \"if-present\"", "# client-uat = \"required\"")
        .replace("# maximum-token-age = \"1h\"", "# maximum-token-age = \"5m\"")
        .replace("# refresh-percent = 10", "# refresh-percent = 20");
    assert_eq!(project.read("clerk-sessions.toml"), expected);
}

#[test]
fn what_repeats_a_dependency_of_tests_stays() {
    let project = Project::axum();
    let tests = "\n[dev-dependencies]\nbase64 = \"0.22\"\nreqwest = { version = \"0.12\", default-features = false, features = [\"native-tls\"] }\ntokio = \"1.20\"\n";
    project.write("Cargo.toml", &(AXUM_MANIFEST.replace("tokio = ", "# tokio = ") + tests));
    project.commit();
    project.run(&["init", "--yes"]).expect(0);
    let manifest = project.read("Cargo.toml");
    for line in ["\nbase64 = \"0.22\"\n", "features = [\"native-tls\"]", "1.20\""] {
        assert_eq!(manifest.matches(line).count(), 2, "{line}: {manifest}");
    }
    project.commit();
    let before = project.tree();
    for command in ["init", "update"] {
        project.run(&[command, "--yes"]).expect(0);
        assert!(project.tree() == before, "{command}: {}", project.read("Cargo.toml"));
    }
    // The requirement of the tests is another now, so ours goes along.
    project.write(
        "Cargo.toml",
        &manifest.replace("\n[dev-dependencies]\nbase64 = \"0.22\"", "\n[dev-dependencies]\nbase64 = \"0.21\""),
    );
    project.commit();
    project.run(&["update", "--yes"]).expect(0);
    assert_eq!(project.read("Cargo.toml").matches("base64 = \"0.21\"").count(), 2);
}

#[test]
fn settings_without_a_profile_get_one() {
    let project = Project::axum();
    project.write("clerk-sessions.toml", "callers = [\"native\"]\n");
    project.commit();
    project.run(&["init", "--yes"]).expect(0);
    let settings = project.read("clerk-sessions.toml");
    assert!(
        settings.starts_with("callers = [\"native\"]\n") && settings.contains("\nprofile = \"prod\"\n"),
        "{settings}"
    );
    project.commit();
    project.write("clerk-sessions.toml", &settings.replace("profile = \"prod\"", "# profile = \"prod\""));
    project.commit();
    let said = project.run(&["update"]).expect(2).stderr();
    assert!(said.contains("--set profile=<PROFILE>"), "{said}");
}

#[test]
fn a_variable_that_is_needed_now_is_named() {
    let project = with_sessions(&[]);
    let said = project.run(&["init", "--yes", "--set", "keys=pem"]).expect(0).stderr();
    assert!(said.contains("CLERK_JWT_KEY=") && !said.contains("CLERK_PUBLISHABLE_KEY="), "{said}");
}

#[test]
fn files_that_name_the_module_as_it_was_are_named() {
    let project = with_sessions(&[]);
    let main = project.read("src/main.rs");
    project.write("src/main.rs", &format!("{main}\n#[allow(unused)]\nfn take(_: clerk::Session) {{}}\n"));
    project.commit();
    let said = project.run(&["init", "--yes", "--module", "auth"]).expect(0).stderr();
    assert!(said.contains("`clerk::`") && said.contains("`auth::`") && said.contains("\n    src/main.rs"), "{said}");
}

#[test]
fn the_users_own_files_in_the_module_go_along() {
    let project = with_sessions(&[]);
    project.write("src/clerk/own.rs", "// mine\n");
    let face = project.read("src/clerk/mod.rs");
    project.write("src/clerk/mod.rs", &(face + "\nmod own;\n"));
    project.commit();
    project.run(&["init", "--yes", "--module", "auth"]).expect(0);
    assert_eq!(project.read("src/auth/own.rs"), "// mine\n");
    assert!(project.read("src/auth/mod.rs").ends_with("\nmod own;\n") && !project.exists("src/clerk"));
}

#[test]
fn a_wish_to_wire_that_cannot_be_met_names_the_places() {
    let two = format!("{AXUM_MAIN}\npub fn other() -> Router {{\n    Router::new()\n}}\n");
    let project = Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", &two)]);
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    let said = project.run(&["init", "--yes", "--wire"]).expect(0).stderr();
    assert_eq!(said.matches(".layer(clerk::layer())").count(), 2, "{said}");
}

#[test]
fn a_comment_wires_nothing_and_type_arguments_do_not_hide_a_router() {
    let main = AXUM_MAIN.replace("Router::new()", "Router::<()>::new()") + "// .layer(clerk::layer())\n";
    let project = Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", &main)]);
    project.run(&["init", "--yes", "--wire"]).expect(0);
    assert_eq!(project.read("src/main.rs").matches(".layer(clerk::layer())").count(), 2);
}

#[test]
fn the_conflict_of_a_new_answer_is_settled_as_the_hint_says() {
    let project = with_sessions(&[]);
    let config = project.read("src/clerk/config.rs");
    project.write("src/clerk/config.rs", &config.replace("Self = Self::Prod;", "Self = Self::Dev;"));
    project.commit();
    let said = project.run(&["init", "--yes", "--profile", "high-security"]).expect(3).stderr();
    assert!(said.contains("`update --set profile=high-security --conflict markers`"), "{said}");
    project.run(&["update", "--yes", "--set", "profile=high-security", "--conflict", "theirs"]).expect(0);
    assert!(project.read("src/clerk/config.rs").contains("Self = Self::HighSecurity;"));
}

#[test]
fn what_only_the_tool_changed_goes_again() {
    let project = Project::axum();
    let before = project.tree();
    for answers in [&["--wire"][..], &["--no-wire"], &["--set", "leeway=9"]] {
        project.run(&[&["init", "--yes"], answers].concat()).expect(0);
        project.commit();
    }
    project.run(&["remove", "--yes"]).expect(0);
    assert!(project.tree() == before);
}

#[test]
fn settings_that_the_user_edited_stay() {
    let project = with_sessions(&[]);
    let settings = project.read("clerk-sessions.toml");
    project.write("clerk-sessions.toml", &(settings + "# why: see the wiki\n"));
    project.commit();
    project.run(&["update", "--yes", "--set", "leeway=9"]).expect(0);
    project.commit();
    let said = project.run(&["remove", "--yes"]).expect(0).stderr();
    assert!(said.contains("clerk-sessions.toml`: edited, so it stays"), "{said}");
    assert!(project.read("clerk-sessions.toml").contains("# why: see the wiki"));
}

#[test]
fn a_lost_record_is_not_made_up_by_a_second_module() {
    let project = with_sessions(&[]);
    fs::remove_file(project.path().join("clerk-sessions.lock")).unwrap();
    project.commit();
    let said = project.run(&["init", "--yes"]).expect(4).stderr();
    assert!(said.contains("`adopt`") && !said.contains("--module"), "{said}");
}

#[test]
fn generated_code_that_git_ignores_is_refused() {
    for (rule, named) in [("*token*", "src/clerk/verify/token.rs"), ("src/clerk/", "src/clerk/")] {
        let project = Project::axum();
        project.write(".gitignore", &format!("/target\n{rule}\n"));
        project.commit();
        let before = project.tree();
        let said = project.run(&["init", "--yes"]).expect(4).stderr();
        assert!(said.contains(named) && said.contains(&format!("`{rule} in .gitignore:2`")), "{said}");
        assert!(project.tree() == before);
        project.run(&["init", "--yes", "--dry-run"]).expect(0);
        // What the hint says is enough.
        let exceptions: Vec<&str> = said.split('`').filter(|word| word.starts_with("!/")).collect();
        assert_eq!(exceptions.len(), 2, "{said}");
        project.write(".gitignore", &format!("/target\n{rule}\n{}\n", exceptions.join("\n")));
        project.commit();
        project.run(&["init", "--yes"]).expect(0);
        project.commit();
        assert!(project.git(&["ls-files"]).contains("src/clerk/verify/token.rs"));
    }
}

#[test]
fn an_example_of_the_environment_that_git_ignores_is_not_written() {
    let project = Project::axum();
    project.write(".gitignore", "/target\n.env*\n");
    project.commit();
    let said = project.run(&["init", "--yes"]).expect(0).stderr();
    assert!(!project.exists(".env.example"));
    assert!(said.contains("CLERK_PUBLISHABLE_KEY=") && !said.contains("also in `.env.example`"), "{said}");
    project.commit();
    project.run(&["check"]).expect(0);
    project.run(&["diff", "--exit-code"]).expect(0);
    project.run(&["remove", "--yes"]).expect(0);
}

#[test]
fn nothing_is_left_where_cargo_builds() {
    assert!(!with_sessions(&[]).exists("target"));
}

#[test]
fn another_framework_than_the_one_named_is_said() {
    let project = Project::axum();
    let said = project.run(&["init", "--yes", "--framework", "rocket"]).expect(4).stderr();
    assert!(said.contains("`shop-api` does not depend on Rocket, but on Axum"), "{said}");
    let said = project.run(&["init", "--yes", "--set", "framework=foo"]).expect(2).stderr();
    assert!(said.contains("one of: actix, axum, rocket"), "{said}");
}

#[test]
fn an_edition_without_async_is_refused() {
    for manifest in [AXUM_MANIFEST.replace("2021", "2015"), AXUM_MANIFEST.replace("edition = \"2021\"\n", "")] {
        let project = Project::new(&[("Cargo.toml", &manifest), ("src/main.rs", AXUM_MAIN)]);
        let said = project.run(&["init", "--yes"]).expect(4).stderr();
        assert!(said.contains("edition 2015"), "{said}");
        assert!(!project.exists("src/clerk"));
    }
}

#[test]
fn a_dry_run_is_refused_where_the_real_run_could_not_write() {
    let project = Project::axum();
    fs::create_dir(project.path().join(".env.example")).unwrap();
    let said = project.run(&["init", "--yes", "--dry-run"]).expect(4).stderr();
    assert!(said.contains("`.env.example` is a directory"), "{said}");
}

#[test]
fn a_line_that_was_wired_stays_and_is_named_where_wiring_is_not_wanted_any_more() {
    let project = with_sessions(&["--wire"]);
    let main = project.read("src/main.rs");
    let line = main.lines().position(|line| line.contains(".layer(clerk::layer())")).unwrap() + 1;
    let said = project.run(&["init", "--yes", "--no-wire"]).expect(0).stderr();
    let remark = format!("`src/main.rs:{line}`: `.layer(clerk::layer())` stays");
    assert!(said.contains(&remark), "{said}");
    assert_eq!(project.read("src/main.rs"), main);
    project.commit();
    project.write("src/main.rs", &main.replace(".layer(clerk::layer())", ""));
    project.commit();
    let said = project.run(&["update", "--yes"]).expect(0).stderr();
    assert!(!said.contains("stays") && said.contains("Unchanged"), "{said}");
}
