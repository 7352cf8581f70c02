//! `guide`: a page about a project as it is, printed or kept. Its code is compiled in `tests/hour`.

use cargo_clerk_sessions::cli::Cli;
use clap::CommandFactory;

use support::frameworks::on_each;
use support::{AXUM_MAIN, Project, repository};

/// A host of a framework with sessions.
fn host(framework: &str) -> Project {
    let folder = match framework {
        "axum" => "axum_08",
        "actix" => "actix_4",
        _ => "rocket_0_5",
    };
    let project = Project::copy(&repository().join("tests/hosts").join(folder));
    project.commit();
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    project
}

/// What stands between backticks outside of blocks.
fn spans(page: &str) -> Vec<&str> {
    page.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_page_is_about_the_project() {
    on_each(|framework| {
        let project = host(framework);
        project.run(&["update", "--yes", "--set", "module=sessions", "--set", "leeway=7"]).expect(0);
        let page = project.run(&["guide"]).expect(0).stdout();
        for word in [
            "module `crate::sessions`",
            "`leeway = 7`",
            "| profile | `prod`;",
            "`CLERK_AUTHORIZED_PARTIES`, required | ",
            "src/sessions/",
        ] {
            assert!(page.contains(word), "{framework}: no {word} in\\n{page}");
        }
        assert!(page.starts_with("---\nname: clerk-sessions\ndescription: ") && !page.contains('«'), "{page}");
        assert!(!page.contains("crate::clerk"), "{page}");
        for path in
            spans(&page).into_iter().filter(|span| span.starts_with("src/") && !span.contains(char::is_whitespace))
        {
            assert!(project.exists(path), "{framework}: there is no {path}");
        }
    });
}

#[test]
fn every_command_of_the_page_is_one() {
    let page = host("axum").run(&["guide"]).expect(0).stdout();
    let lines = spans(&page).into_iter().chain(page.lines());
    let lines: Vec<&str> =
        lines.filter_map(|line| line.split_once("cargo clerk-sessions ").map(|(_, rest)| rest)).collect();
    let lines = lines.into_iter().filter(|line| !line.contains('`'));
    let mut program = Cli::command();
    program.build();
    let tried = lines.map(|line| {
        let words = ["cargo-clerk-sessions"].into_iter().chain(line.split_whitespace());
        program.clone().try_get_matches_from(words).unwrap_or_else(|cause| panic!("`{line}`: {cause}"));
    });
    assert!(tried.count() > 8);
}

/// The reasons that it explains are those of the module.
#[test]
fn every_reason_of_the_page_is_one() {
    let project = host("axum");
    let page = project.run(&["guide"]).expect(0).stdout();
    let table = page.split_once("| reason | what it means | what to do |").unwrap().1;
    let table = table.split("\n\n").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `")).map(|row| row.split(" | ").next().unwrap());
    let reasons: Vec<&str> = rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(reasons.len() > 10, "{reasons:?}");
    let module = project.read("src/clerk/rejection.rs");
    for reason in reasons {
        assert!(module.contains(&format!("\"{reason}\"")), "{reason} is no reason");
    }
}

#[test]
fn the_page_is_kept_as_any_other_file() {
    let project = host("axum");
    let before = project.tree();
    let page = ".claude/skills/clerk-sessions/SKILL.md";
    project.run(&["guide", "--write", page, "--yes"]).expect(0);
    assert_eq!(project.read(page), project.run(&["guide"]).expect(0).stdout());
    assert!(project.read("clerk-sessions.toml").contains(&format!("guide = \"{page}\"")));
    project.run(&["check"]).expect(0);
    project.run(&["undo", "--yes"]).expect(0);
    assert!(project.tree() == before, "`undo` leaves something");
    project.run(&["guide", "--write", page, "--yes"]).expect(0);
    project.commit();
    let mine = project.read(page).replace("# Clerk sessions in", "Ask the platform team.\n\n# Clerk sessions in");
    project.write(page, &mine);
    project.run(&["update", "--yes", "--set", "leeway=9", "--allow-dirty"]).expect(0);
    let merged = project.read(page);
    assert!(merged.contains("Ask the platform team.") && merged.contains("`leeway = 9`"), "{merged}");
    project.commit();
    let said = project.run(&["remove", "--yes", "--force"]).expect(0).stderr();
    assert!(!project.exists(page), "{said}");
}

#[test]
fn the_page_goes_and_moves_with_the_setting() {
    let project = host("axum");
    project.run(&["guide", "--write", "docs/sessions.md", "--yes"]).expect(0);
    project.commit();
    project.run(&["guide", "--write", "docs/api/sessions.md", "--yes"]).expect(0);
    assert!(project.exists("docs/api/sessions.md") && !project.exists("docs/sessions.md"));
    project.commit();
    let settings = project.read("clerk-sessions.toml");
    let without = settings.lines().filter(|line| !line.starts_with("guide = "));
    project.write("clerk-sessions.toml", &without.map(|line| format!("{line}\n")).collect::<String>());
    project.commit();
    project.run(&["update", "--yes"]).expect(0);
    assert!(!project.exists("docs/api/sessions.md"));
}

#[test]
fn a_page_goes_nowhere_else() {
    let project = host("axum");
    let before = project.tree();
    for path in ["../guide.md", "/tmp/guide.md", ".git/guide.md", "docs/guide.txt", "a/../../guide.md", ""] {
        let ran = project.run(&["guide", "--write", path, "--yes"]).expect(2);
        assert!(ran.stderr().contains("docs/clerk-sessions.md"), "{path}: {}", ran.stderr());
    }
    project.write("mine.md", "# Mine\n");
    project.commit();
    let ran = project.run(&["guide", "--write", "mine.md", "--yes"]);
    assert!([3, 4].contains(&ran.code()), "{}", ran.stderr());
    assert_eq!(project.read("mine.md"), "# Mine\n");
    std::fs::remove_file(project.path().join("mine.md")).unwrap();
    assert!(project.tree() == before);
    let bare = Project::new(&[("Cargo.toml", support::AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN)]);
    let ran = bare.run(&["guide"]).expect(4);
    assert!(ran.stderr().contains("init"), "{}", ran.stderr());
}
