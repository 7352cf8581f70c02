//! Random edits of a project and of its blueprints, through the program: nothing is lost, the dry run is the real run, and
//! an update after an update changes nothing.

use std::fs;
use std::path::Path;

use fastrand::Rng;

use support::team::Team;

/// Adds marked comments at random lines of a text, and sometimes rewrites a comment that is there. It stays Rust.
fn edited(random: &mut Rng, text: &str, who: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for edit in 0..random.usize(1..5) {
        let at = random.usize(1..lines.len());
        if lines[at].trim_start().starts_with("/// ") && random.bool() {
            let indentation = lines[at].len() - lines[at].trim_start().len();
            lines[at] = format!("{}/// {who} {edit}, rewritten.", " ".repeat(indentation));
        } else {
            lines.insert(at, format!("// {who} {edit}, added."));
        }
    }
    lines.join("\n") + "\n"
}

/// Where template and generated text have the same lines, one edit of both sides can meet.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "mod.rs" && !fs::read_to_string(folder.join(name)).unwrap().contains("/*"))
        .collect();
    names.sort();
    names
}

/// The edits of a person: some files changed, one renamed, one deleted, one with the line endings of Windows.
fn by_the_owner(random: &mut Rng, team: &Team, names: &[String]) -> Vec<String> {
    let mut mine = Vec::new();
    for name in names.iter().take(5) {
        let path = format!("src/clerk/verify/{name}");
        // Each file's lines are its own, so that none stands in for one that is lost.
        let text = edited(random, &team.read(&path), &format!("mine in {name}"));
        mine.extend(text.lines().filter(|line| line.contains("mine in ")).map(str::to_owned));
        team.project.write(&path, &if random.u8(..4) == 0 { text.replace('\n', "\r\n") } else { text });
    }
    let path = |name: &str| team.project.path().join("src/clerk/verify").join(name);
    fs::rename(path(&names[0]), path("renamed_by_me.rs")).unwrap();
    fs::remove_file(path(names.last().unwrap())).unwrap();
    mine
}

/// A settled file has every line of both sides, as a reviewer in a hurry would leave it.
fn settle(team: &Team) {
    for (path, bytes) in team.project.tree() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if !path.ends_with(".rs") || !text.contains("<<<<<<< your file") {
            continue;
        }
        let mut in_base = false;
        let kept = text.split_inclusive('\n').filter(|line| {
            let marker = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "].iter().any(|marker| line.starts_with(marker));
            in_base = line.starts_with("||||||| ") || in_base && !marker;
            !(marker || in_base)
        });
        team.project.write(&path, &kept.collect::<String>());
    }
    team.project.commit();
}

#[test]
fn updates_lose_nothing_and_are_as_shown() {
    let mut conflicts = 0;
    for seed in 0..12 {
        let mut random = Rng::with_seed(seed);
        let team = Team::new();
        let templates = team.blueprints().join("shared/files/module/verify");
        let mut names = files(&templates);
        random.shuffle(&mut names);
        names.retain(|name| team.project.exists(&format!("src/clerk/verify/{name}")));
        let mine = by_the_owner(&mut random, &team, &names);
        team.project.commit();
        for name in names.iter().take(3).chain(&names[5..7]) {
            let path = templates.join(name);
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, edited(&mut random, &text, "theirs")).unwrap();
        }
        team.raise(false);
        let patch = team.run("update", &["--yes", "--dry-run", "--conflict", "markers"]).stdout();
        let shown = applied(&team, &patch);
        let ran = team.run("update", &["--yes", "--conflict", "markers"]);
        let after = team.project.tree();
        let differing: Vec<_> = after.keys().filter(|path| after.get(*path) != shown.get(*path)).collect();
        assert!(after == shown, "seed {seed}: the run is not as shown: {differing:?}");
        let all: String = after.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
        for line in &mine {
            assert!(all.contains(line.as_str()), "seed {seed}: `{line}` is lost\n{}", ran.stderr());
        }
        assert!(
            !team.project.exists(&format!("src/clerk/verify/{}", names[names.len() - 1])),
            "seed {seed}: a deleted file came back"
        );
        conflicts += u32::from(ran.code() == 3);
        if ran.code() == 3 {
            settle(&team);
        }
        team.project.commit();
        team.update().expect(0);
        let settled = team.project.tree();
        team.update().expect(0);
        assert!(team.project.tree() == settled, "seed {seed}: an update after an update changes something");
    }
    assert!((1..12).contains(&conflicts), "{conflicts} of 12 have conflicts");
}

/// The tree as `git apply` makes it of a patch; the project is as before.
fn applied(team: &Team, patch: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let before = team.project.tree();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("patch");
    fs::write(&path, patch).unwrap();
    team.project.git(&["apply", "--whitespace=nowarn", path.to_str().unwrap()]);
    let after = team.project.tree();
    team.project.git(&["reset", "--quiet", "--hard"]);
    team.project.git(&["clean", "--quiet", "--force", "src"]);
    assert!(team.project.tree() == before);
    after
}
