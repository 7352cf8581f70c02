//! The user's rustfmt settings, on one text and on many at once.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_clerk_sessions::rustfmt::Rustfmt;

use support::{AXUM_MAIN, AXUM_MANIFEST, Project};

/// What is generated, by path.
fn generated() -> Vec<(Utf8PathBuf, String)> {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    let rust = project.tree().into_iter().filter(|(path, _)| path.starts_with("src/clerk/") && path.ends_with(".rs"));
    rust.map(|(path, bytes)| (path.into(), String::from_utf8(bytes).unwrap())).collect()
}

/// Formats all files as one and each by itself, in a folder with these settings.
fn both_ways(settings: &str, files: &[(Utf8PathBuf, String)]) -> [Vec<Option<String>>; 2] {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rustfmt.toml"), settings).unwrap();
    let home = Utf8PathBuf::from_path_buf(folder.path().join("src")).unwrap();
    fs::create_dir(&home).unwrap();
    let files: Vec<(&Utf8Path, &str)> = files.iter().map(|(path, text)| (path.as_path(), text.as_str())).collect();
    let rustfmt = Rustfmt::of(home, "2021".to_owned());
    [rustfmt.all(&files), files.iter().map(|(_, text)| rustfmt.one(text)).collect()]
}

#[test]
fn many_files_at_once_are_as_each_by_itself() {
    let generated = generated();
    assert!(generated.len() > 30);
    for settings in [
        "hard_tabs = true\n",
        "max_width = 60\nnewline_style = \"Windows\"\n",
        "disable_all_formatting = true\n",
        "reorder_modules = false\nreorder_imports = false\ntab_spaces = 2\n",
        "this is not a setting",
    ] {
        let [together, apart] = both_ways(settings, &generated);
        assert_eq!(together, apart, "{settings}");
    }
}

#[test]
fn a_file_that_rustfmt_refuses_costs_the_others_nothing() {
    let mut files = generated();
    files[3].1 = "fn broken( {\n".to_owned();
    let [together, apart] = both_ways("hard_tabs = true\n", &files);
    assert_eq!(together, apart);
    assert_eq!(together.iter().filter(|text| text.is_none()).count(), 1);
}

/// Rustfmt goes wherever a `mod` line sends it, or finds nothing there.
#[test]
fn a_file_that_is_not_ours_is_not_written() {
    let outside = tempfile::tempdir().unwrap();
    let theirs = outside.path().join("theirs.rs");
    fs::write(&theirs, "fn  theirs ( ) { }\n").unwrap();
    let files = |text: String| {
        let two = [("src/clerk/mod.rs", text), ("src/clerk/one.rs", "fn  one ( ) { }\n".to_owned())];
        two.map(|(path, text)| (Utf8PathBuf::from(path), text))
    };
    let elsewhere = format!("#[path = {:?}]\nmod theirs;\nfn  face ( ) {{ }}\n", theirs.to_str().unwrap());
    for text in [elsewhere, "mod absent;\nfn  face ( ) { }\n".to_owned()] {
        let [together, apart] = both_ways("hard_tabs = true\n", &files(text));
        assert_eq!(together, apart);
        assert_eq!(together[1].as_deref(), Some("fn one() {}\n"));
    }
    assert_eq!(fs::read_to_string(theirs).unwrap(), "fn  theirs ( ) { }\n");
}

/// Settings that are said to leave our texts as they are, which saves to have them formatted.
#[test]
fn settings_that_change_nothing_do_so() {
    let generated = generated();
    let texts: Vec<Option<String>> = generated.iter().map(|(_, text)| Some(text.clone())).collect();
    let is_idle = |settings: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".rustfmt.toml"), settings).unwrap();
        Rustfmt::of(Utf8PathBuf::from_path_buf(folder.path().join("src")).unwrap(), "2021".to_owned()).is_idle()
    };
    for settings in [
        "",
        "style_edition = \"2015\"\n",
        "style_edition = \"2024\"\n",
        "edition = \"2018\"\nmax_width = 100\nhard_tabs = false\nnewline_style = \"Auto\"\n",
        "use_field_init_shorthand = true\nuse_try_shorthand = true\nforce_explicit_abi = false\n",
    ] {
        assert!(is_idle(settings), "{settings}");
        let formatted = &both_ways(settings, &generated)[0];
        for ((path, _), (formatted, text)) in generated.iter().zip(formatted.iter().zip(&texts)) {
            assert!(formatted == text, "{path} under `{settings}`");
        }
    }
    // As a nightly rustfmt has it, some do change something.
    for settings in ["group_imports = \"One\"\nwrap_comments = true\n", "unstable_features = true\n"] {
        assert!(!is_idle(settings) || both_ways(settings, &generated)[0] == texts, "{settings}");
    }
    for settings in ["hard_tabs = true\n", "use_small_heuristics = \"Max\"\n", "this is not a setting", "new = 1\n"] {
        assert!(!is_idle(settings), "{settings}");
    }
}

#[test]
fn no_temporary_folder_is_left() {
    for settings in ["hard_tabs = true\n", "this is not a setting"] {
        let temporary = tempfile::tempdir().unwrap();
        let project =
            Project::new(&[("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), ("rustfmt.toml", settings)]);
        project.run_with(&["init", "--yes"], &[("TMPDIR", temporary.path().to_str().unwrap())]).expect(0);
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "{settings}");
    }
}

/// An interrupt ends the program while a stand-in for rustfmt is at work.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_no_temporary_folder() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (bin, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    symlink(env!("CARGO"), bin.path().join("cargo")).unwrap();
    let rustfmt = bin.path().join("rustfmt");
    fs::write(&rustfmt, "#!/bin/sh\nls \"$TMPDIR\" >\"$0.seen\"\nkill -INT $PPID\nsleep 5\n").unwrap();
    fs::set_permissions(&rustfmt, fs::Permissions::from_mode(0o755)).unwrap();
    let files = [("Cargo.toml", AXUM_MANIFEST), ("src/main.rs", AXUM_MAIN), ("rustfmt.toml", "hard_tabs = true\n")];
    let project = Project::new(&files);
    let before = project.tree();
    let cargo = bin.path().join("cargo");
    let variables = [("CARGO", cargo.to_str().unwrap()), ("TMPDIR", temporary.path().to_str().unwrap())];
    let said = project.run_with(&["init", "--yes"], &variables).expect(1).stderr();
    assert!(said.contains("stopped; nothing was changed"), "{said}");
    assert!(fs::read_to_string(bin.path().join("rustfmt.seen")).unwrap().contains("clerk-sessions-format-"));
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    assert_eq!(project.tree(), before);
}

/// How a file is laid out is the team's affair: other settings, and a run of `cargo fmt`, ask for nothing.
#[test]
fn another_layout_is_no_difference() {
    let project = Project::axum();
    project.run(&["init", "--yes"]).expect(0);
    project.commit();
    project.write("rustfmt.toml", "max_width = 140\ntab_spaces = 2\n");
    let silent = |what: &str| {
        let diff = project.run(&["diff", "--exit-code"]).expect(0);
        assert_eq!(
            (diff.stdout(), diff.stderr().contains("Note")),
            (String::new(), false),
            "{what}: {}",
            diff.stderr()
        );
        assert!(project.run(&["check"]).expect(0).stdout().contains(": current"), "{what}");
        assert_eq!(project.run(&["update", "--yes", "--allow-dirty"]).expect(0).stdout(), "", "{what}");
    };
    silent("only the settings are others");
    let mut fmt = project.command("cargo");
    assert!(fmt.arg("fmt").status().unwrap().success());
    assert!(project.git(&["status", "--porcelain"]).contains("src/clerk/session.rs"));
    silent("and everything is laid out anew");
    project.write("src/clerk/custom.rs", &(project.read("src/clerk/custom.rs") + "\n// Ours.\n"));
    silent("and one file is edited, too");
}
