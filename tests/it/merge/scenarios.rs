//! The update of owned files, scenario by scenario: what other tools lose, and what happens here.

use std::fs;
use std::process::Command;

use support::team::Team;

const REVOCATION: &str = "src/clerk/verify/revocation.rs";
const CAPACITY: &str = "const CAPACITY: usize = 100_000;";
/// Code, because comments are worded anew more often.
const FAR: (&str, &str) = ("-> bool {", "-> bool { // Ours, for the audit.");

/// A team whose owner made one edit, and for whom a newer version is out.
fn edited(before: &str, after: &str) -> Team {
    let team = Team::new();
    team.edit(REVOCATION, before, after);
    team.project.commit();
    team.newer();
    team
}

/// Stops with 3, names the file, and leaves every byte.
fn conflicts(team: &Team) {
    let before = team.project.tree();
    let ran = team.update().expect(3);
    assert!(ran.stderr().contains(REVOCATION), "{}", ran.stderr());
    assert!(ran.stdout().contains("+<<<<<<< your file"), "{}", ran.stdout());
    assert!(team.project.tree() == before);
}

/// The second run has nothing to do.
fn settled(team: &Team) {
    let before = team.project.tree();
    let ran = team.update().expect(0);
    assert!(ran.stdout().is_empty(), "{}", ran.stdout().lines().take(20).collect::<Vec<_>>().join("\n"));
    assert!(team.project.tree() == before);
}

#[test]
fn clean() {
    let team = Team::new();
    team.newer();
    let ran = team.update().expect(0);
    assert!(ran.stderr().contains("denies sooner"), "{}", ran.stderr());
    assert!(team.read(REVOCATION).contains("= 50_000;"));
    assert!(team.read("clerk-sessions.lock").contains("version = 2"));
    settled(&team);
}

#[test]
fn edit_far_away() {
    let team = edited(FAR.0, FAR.1);
    team.update().expect(0);
    let text = team.read(REVOCATION);
    assert!(text.contains(FAR.1) && text.contains("= 50_000;"), "{text}");
    settled(&team);
}

#[test]
fn edit_near_by() {
    let team = edited("    in_use: AtomicBool,", "    // Spares the lock.\n    in_use: AtomicBool,");
    team.update().expect(0);
    let text = team.read(REVOCATION);
    assert!(text.contains("// Spares the lock.") && text.contains("= 50_000;"), "{text}");
}

#[test]
fn edit_on_the_line_beside() {
    let team = Team::new();
    let text = team.read(REVOCATION);
    let beside = text[..text.find(CAPACITY).unwrap()].lines().last().unwrap();
    team.edit(REVOCATION, beside, "/// Ours.");
    team.project.commit();
    team.newer();
    conflicts(&team);
}

#[test]
fn edit_of_the_same_line() {
    let team = edited(CAPACITY, "const CAPACITY: usize = 7;");
    conflicts(&team);
    let record = team.read("clerk-sessions.lock");
    assert!(record.contains("version = 1"));
}

#[test]
fn the_same_edit() {
    let team = edited(CAPACITY, "const CAPACITY: usize = 50_000;");
    let ran = team.update().expect(0);
    assert!(ran.stderr().contains("revocation.rs`: already applied"), "{}", ran.stderr());
    settled(&team);
}

#[test]
fn a_deleted_file_and_its_mod_line() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    team.edit("src/clerk/mod.rs", "mod claims;\n", "");
    team.project.commit();
    team.template("shared/files/module/claims.rs", "Some(2.0)", "Some(3.0)");
    team.template("shared/files/module/mod.rs", "mod rejection;\n", "mod rejection;\n// Clerk's keys.\n");
    team.raise(false);
    let ran = team.update().expect(0);
    assert!(ran.stderr().contains("claims.rs`: kept deleted"), "{}", ran.stderr());
    assert!(!team.project.exists("src/clerk/claims.rs"));
    let face = team.read("src/clerk/mod.rs");
    assert!(!face.contains("mod claims;") && face.contains("// Clerk's keys."), "{face}");
    settled(&team);
}

/// Renames the deny list as its owner would.
fn renamed(team: &Team) {
    fs::rename(team.project.path().join(REVOCATION), team.project.path().join("src/clerk/verify/blocked.rs")).unwrap();
    team.edit("src/clerk/verify/mod.rs", "mod revocation;", "mod blocked;");
}

#[test]
fn a_renamed_file() {
    let team = Team::new();
    renamed(&team);
    team.project.commit();
    team.newer();
    team.update().expect(0);
    assert!(team.read("src/clerk/verify/blocked.rs").contains("= 50_000;") && !team.project.exists(REVOCATION));
    settled(&team);
}

#[test]
fn a_renamed_and_edited_file() {
    let team = Team::new();
    renamed(&team);
    team.edit("src/clerk/verify/blocked.rs", FAR.0, FAR.1);
    team.project.commit();
    team.newer();
    team.update().expect(0);
    let text = team.read("src/clerk/verify/blocked.rs");
    assert!(text.contains("= 50_000;") && text.contains(FAR.1) && !team.project.exists(REVOCATION));
}

#[test]
fn a_renamed_file_without_its_id_line() {
    let team = Team::new();
    renamed(&team);
    team.edit("src/clerk/verify/blocked.rs", "// clerk-sessions: module/verify/revocation.rs\n", "");
    team.project.commit();
    team.newer();
    team.update().expect(0);
    assert!(team.read("src/clerk/verify/blocked.rs").contains("= 50_000;") && !team.project.exists(REVOCATION));
}

#[test]
fn a_renamed_file_that_nobody_would_recognise() {
    let team = Team::new();
    renamed(&team);
    team.project.write("src/clerk/verify/blocked.rs", "//! Written anew.\n");
    team.project.commit();
    team.newer();
    let ran = team.update().expect(0);
    assert!(ran.stderr().contains("revocation.rs`: kept deleted"), "{}", ran.stderr());
    assert_eq!(team.read("src/clerk/verify/blocked.rs"), "//! Written anew.\n");
    assert!(!team.project.exists(REVOCATION));
    settled(&team);
}

#[test]
fn a_moved_folder_takes_new_files_along() {
    let team = Team::new();
    fs::create_dir(team.project.path().join("src/auth")).unwrap();
    fs::rename(team.project.path().join("src/clerk"), team.project.path().join("src/auth/clerk")).unwrap();
    team.project.write("src/auth/mod.rs", "pub mod clerk;\n");
    team.edit("src/main.rs", "mod clerk;", "mod auth;");
    team.project.commit();
    team.newer();
    with_a_new_file(&team);
    team.update().expect(0);
    assert!(team.read("src/auth/clerk/verify/revocation.rs").contains("= 50_000;"));
    assert!(team.project.exists("src/auth/clerk/audit.rs") && !team.project.exists("src/clerk"));
    assert!(!team.read("src/main.rs").contains("mod clerk;"));
    settled(&team);
}

#[test]
fn a_block_moved_within_its_file() {
    let team = Team::new();
    let text = team.read(REVOCATION);
    let at = text.find("#[derive(Default)]\nstruct Sessions").unwrap();
    let end = at + text[at..].find("}\n\n").unwrap() + 3;
    let block = text[at..end].to_owned();
    team.project
        .write(REVOCATION, &format!("{}\n{}", text.replacen(&block, "", 1), block.trim_end().to_owned() + "\n"));
    team.project.commit();
    team.newer();
    team.update().expect(0);
    let merged = team.read(REVOCATION);
    assert!(merged.contains("= 50_000;") && merged.ends_with(&format!("{}\n", block.trim_end())), "{merged}");
}

#[test]
fn line_endings_of_windows() {
    for edit in [None, Some(FAR)] {
        let team = Team::new();
        for path in [REVOCATION, "src/clerk/mod.rs", "src/main.rs", "Cargo.toml", "clerk-sessions.toml"] {
            team.project.write(path, &team.read(path).replace('\n', "\r\n"));
        }
        if let Some((before, after)) = edit {
            team.edit(REVOCATION, before, after);
        }
        team.project.commit();
        team.newer();
        team.update().expect(0);
        let text = team.read(REVOCATION);
        assert!(text.contains("= 50_000;\r\n"), "{text:?}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(edit.is_none_or(|(_, after)| text.contains(after)));
        settled(&team);
    }
}

#[test]
fn a_byte_order_mark_and_no_final_newline() {
    for (mark, newline) in [("\u{feff}", true), ("", false), ("\u{feff}", false)] {
        let team = Team::new();
        let text = team.read(REVOCATION).replace(FAR.0, FAR.1);
        let text = if newline { &text } else { text.trim_end() };
        team.project.write(REVOCATION, &format!("{mark}{text}"));
        team.project.commit();
        team.newer();
        team.update().expect(0);
        let merged = team.read(REVOCATION);
        assert!(merged.contains("= 50_000;") && merged.starts_with('\u{feff}') != mark.is_empty(), "{merged:?}");
        assert_eq!(merged.ends_with('\n'), newline);
    }
}

/// Formats a file as the project's own settings say.
fn format(team: &Team, path: &str) {
    let path = team.project.path().join(path);
    let status = Command::new("rustfmt").args(["--edition", "2021"]).arg(&path).status().unwrap();
    assert!(status.success());
}

#[test]
fn formatted_in_another_way() {
    let configurations = [
        "hard_tabs = true\n",
        "max_width = 60\n",
        "hard_tabs = true\nmax_width = 70\nuse_small_heuristics = \"Max\"\n",
        "tab_spaces = 2\n",
    ];
    for configuration in configurations {
        let team = Team::new();
        team.project.write("rustfmt.toml", configuration);
        team.edit(
            REVOCATION,
            "sessions.by_place.insert(place, session_id.to_owned());",
            "sessions.by_place.insert(place, session_id.into());",
        );
        let files: Vec<String> = team
            .project
            .tree()
            .into_keys()
            .filter(|path| path.starts_with("src/clerk/") && path.ends_with(".rs"))
            .collect();
        for path in &files {
            format(&team, path);
        }
        team.project.commit();
        team.template(
            "shared/files/module/verify/revocation.rs",
            "            sessions.known.remove(&oldest);",
            "            sessions.known.remove(&oldest);\n            let _ = sessions.known.len();",
        );
        team.newer();
        team.update().expect(0);
        let text = team.read(REVOCATION);
        assert!(
            text.contains("= 50_000;")
                && text.contains("session_id.into()")
                && text.contains("let _ = sessions.known.len();"),
            "{configuration}{text}"
        );
        let merged = text.clone();
        format(&team, REVOCATION);
        assert_eq!(team.read(REVOCATION), merged, "{configuration}");
        settled(&team);
    }
}

/// A newer version that brings a file.
fn with_a_new_file(team: &Team) {
    fs::write(
        team.blueprints().join("shared/files/module/audit.rs"),
        "// clerk-sessions: module/audit.rs\n//! Audit.\n",
    )
    .unwrap();
    team.raise(false);
}

#[test]
fn a_new_file_where_the_user_has_one() {
    for ignored in ["", "audit.rs\n", "src/clerk/\n"] {
        for committed in [true, false] {
            let team = Team::new();
            team.project.write(".gitignore", ignored);
            team.project.commit();
            team.project.write("src/clerk/audit.rs", "// mine\n");
            if committed {
                team.project.commit();
            }
            with_a_new_file(&team);
            let before = team.project.tree();
            let ran = team.update().expect(3);
            assert!(ran.stderr().contains("src/clerk/audit.rs"), "{}", ran.stderr());
            let shown = ran.stdout();
            assert!(shown.contains("// mine") && shown.contains("//! Audit."), "{shown}");
            assert!(team.project.tree() == before);
            if !committed || !ignored.is_empty() {
                team.run("update", &["--yes", "--conflict", "theirs"]).expect(4);
                assert!(team.project.tree() == before, "written over");
            }
        }
    }
}

#[test]
fn uncommitted_and_staged_edits() {
    let team = Team::new();
    team.newer();
    team.edit(REVOCATION, FAR.0, FAR.1);
    let before = team.project.tree();
    let ran = team.update().expect(4);
    assert!(ran.stderr().contains("src/clerk/verify/revocation.rs (dirty)") && ran.stderr().contains("--allow-dirty"));
    team.project.git(&["add", "--all"]);
    let ran = team.update().expect(4);
    assert!(
        ran.stderr().contains("src/clerk/verify/revocation.rs (staged)") && ran.stderr().contains("--allow-staged")
    );
    assert!(team.project.tree() == before);
    team.run("update", &["--yes", "--allow-staged"]).expect(0);
    assert!(team.read(REVOCATION).contains(FAR.1));
}

#[test]
fn no_version_control() {
    for conflict in [false, true] {
        let team = if conflict { edited(CAPACITY, "const CAPACITY: usize = 7;") } else { edited(FAR.0, FAR.1) };
        fs::remove_dir_all(team.project.path().join(".git")).unwrap();
        let before = team.project.tree();
        if conflict {
            team.run("update", &["--yes", "--allow-no-vcs"]).expect(3);
            assert!(team.project.tree() == before);
        } else {
            team.update().expect(4);
            assert!(team.project.tree() == before);
            team.run("update", &["--yes", "--allow-no-vcs"]).expect(0);
            assert!(team.read(REVOCATION).contains("= 50_000;"));
        }
    }
}

#[test]
fn a_file_that_the_blueprint_renames_carries_the_edit() {
    let team = edited(FAR.0, FAR.1);
    move_revocation(&team);
    team.update().expect(0);
    let text = team.read("src/clerk/verify/revoked.rs");
    assert!(text.contains(FAR.1) && text.contains("= 50_000;") && !team.project.exists(REVOCATION), "{text}");
    settled(&team);
}

/// Renames a file in the blueprint.
fn move_revocation(team: &Team) {
    let files = team.blueprints().join("shared/files/module/verify");
    fs::rename(files.join("revocation.rs"), files.join("revoked.rs")).unwrap();
    team.facts("[[files]]\npath = \"module/verify/revoked.rs\"\nwas = [\"module/verify/revocation.rs\"]\n");
    team.template(
        "shared/files/module/verify/revoked.rs",
        "// clerk-sessions: module/verify/revocation.rs",
        "// clerk-sessions: module/verify/revoked.rs",
    );
}

#[test]
fn a_file_that_the_blueprint_renames_and_the_edit_conflicts() {
    for (conflict, code) in [("abort", 3), ("markers", 3), ("ours", 0), ("theirs", 0)] {
        let team = edited(CAPACITY, "const CAPACITY: usize = 7;");
        move_revocation(&team);
        let before = team.project.tree();
        let ran = team.run("update", &["--yes", "--conflict", conflict]).expect(code);
        let new = "src/clerk/verify/revoked.rs";
        if conflict == "abort" {
            assert!(ran.stderr().contains(REVOCATION), "{}", ran.stderr());
            assert!(team.project.tree() == before);
            continue;
        }
        let text = team.read(new);
        assert!(!team.project.exists(REVOCATION), "{conflict}");
        assert_eq!(text.contains("= 7;"), conflict != "theirs", "{text}");
        assert_eq!(text.contains("= 50_000;"), conflict != "ours", "{text}");
        if conflict == "markers" {
            assert!(text.contains("<<<<<<< your file"), "{text}");
        } else {
            settled(&team);
        }
    }
}

#[test]
fn a_deleted_folder_takes_no_other_modules_along() {
    let team = Team::new();
    fs::remove_dir_all(team.project.path().join("src/clerk/tests")).unwrap();
    team.edit("src/clerk/mod.rs", "#[cfg(test)]\nmod tests;\n", "");
    team.project.commit();
    with_a_new_file(&team);
    team.template("shared/files/module/mod.rs", "\nmod config;\n", "\nmod audit;\nmod config;\n");
    team.update().expect(0);
    let text = team.read("src/clerk/mod.rs");
    assert!(text.contains("\nmod audit;\nmod config;\n"), "{text}");
    for kept in ["mod config;", "mod claims;", "mod verify;"] {
        assert!(text.contains(kept), "{text}");
    }
    assert!(!text.contains("mod tests;") && !team.project.exists("src/clerk/tests"), "{text}");
    settled(&team);
}

#[test]
fn a_byte_that_is_not_utf_8() {
    let team = Team::new();
    let path = team.project.path().join(REVOCATION);
    let mut bytes = fs::read(&path).unwrap();
    let offset = bytes.len();
    bytes.extend(b"// \xff\n");
    fs::write(&path, bytes).unwrap();
    team.project.commit();
    team.newer();
    let ran = team.update().expect(4);
    assert!(
        ran.stderr().contains(&format!("`{REVOCATION}` is not UTF-8: the first wrong byte is byte {}", offset + 3)),
        "{}",
        ran.stderr()
    );
}

#[test]
fn no_record() {
    let team = Team::new();
    fs::remove_file(team.project.path().join("clerk-sessions.lock")).unwrap();
    team.project.commit();
    for command in ["update", "diff", "check"] {
        let ran = team.run(command, &[]).expect(4);
        assert!(ran.stderr().contains("adopt"), "{}", ran.stderr());
    }
}

#[test]
fn a_record_edited_by_hand() {
    let team = Team::new();
    let record = team.read("clerk-sessions.lock");
    let (head, entry) = record.split_once("id = \"module/verify/revocation.rs\"").unwrap();
    let entry = entry.replacen("\nsha256 = \"", "\nsha256 = \"0", 1);
    team.project.write("clerk-sessions.lock", &format!("{head}id = \"module/verify/revocation.rs\"{entry}"));
    team.project.commit();
    for command in ["update", "diff", "check"] {
        let ran = team.run(command, &[]).expect(4);
        let said = ran.stderr() + &ran.stdout();
        assert!(said.contains("revocation.rs` does not match its checksum") && said.contains("adopt"), "{said}");
    }
}

#[test]
fn answers_edited_by_hand() {
    let team = Team::new();
    team.edit("clerk-sessions.toml", "# leeway = 5", "leeway = 9");
    team.edit("clerk-sessions.toml", "profile = \"prod\"", "profile = \"high-security\"");
    team.project.commit();
    let ran = team.run("check", &[]).expect(1);
    assert!(ran.stdout().contains("settings-changed"), "{}", ran.stdout());
    team.update().expect(0);
    let config = team.read("src/clerk/config.rs");
    assert!(config.contains("from_secs(9)"), "{config}");
    team.run("check", &[]).expect(0);
    settled(&team);
}

#[cfg(unix)]
#[test]
fn a_read_only_file() {
    use std::os::unix::fs::PermissionsExt;
    let team = Team::new();
    team.newer();
    let path = team.project.path().join(REVOCATION);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    team.project.commit();
    let before = team.project.tree();
    let ran = team.update().expect(4);
    assert!(ran.stderr().contains("`src/clerk/verify/revocation.rs` is read-only"), "{}", ran.stderr());
    assert!(team.project.tree() == before);
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o444);
}

#[test]
fn a_file_emptied_by_the_user() {
    let team = Team::new();
    team.project.write(REVOCATION, "");
    team.project.commit();
    team.newer();
    let ran = team.update().expect(0);
    assert!(ran.stderr().contains("revocation.rs`: kept empty"), "{}", ran.stderr());
    assert_eq!(team.read(REVOCATION), "");
    settled(&team);
}

#[test]
fn the_dry_run_is_the_real_run() {
    let team = edited(FAR.0, FAR.1);
    renamed(&team);
    fs::remove_file(team.project.path().join("src/clerk/claims.rs")).unwrap();
    team.project.commit();
    with_a_new_file(&team);
    let before = team.project.tree();
    let patch = team.run("update", &["--yes", "--dry-run"]).expect(0).stdout();
    assert!(team.project.tree() == before);
    assert_eq!(team.run("diff", &[]).expect(0).stdout(), patch);
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("patch"), &patch).unwrap();
    team.project.git(&["apply", other.path().join("patch").to_str().unwrap()]);
    let patched = team.project.tree();
    team.project.git(&["checkout", "--quiet", "--", "."]);
    team.project.git(&["clean", "--quiet", "--force", "src"]);
    assert!(team.project.tree() == before);
    team.update().expect(0);
    assert!(team.project.tree() == patched, "the patch and the run differ");
}
