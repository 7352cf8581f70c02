//! Whatever the host's rustfmt accepts before a run, it accepts after: over all golden projects and hosts.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{Project, repository};

#[test]
fn what_rustfmt_accepts_before_it_accepts_after() {
    let folders = folders();
    assert!(folders.len() > 80, "only {} projects", folders.len());
    let share = folders.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from));
    let checked: Vec<(usize, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = folders
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(|folder| check(folder)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let files: usize = checked.iter().map(|(files, _)| files).sum();
    assert!(files > 30, "only {files} files were looked at");
    let faults: Vec<String> = checked.into_iter().map(|(_, fault)| fault).filter(|fault| !fault.is_empty()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The golden projects in which something is done, and the hosts.
fn folders() -> Vec<PathBuf> {
    let below = |folder: &str| fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let cases = below("tests/cases").filter(|case| case.join("out").exists());
    let hosts = below("tests/hosts").filter(|host| host.join("Cargo.toml").exists());
    cases.chain(hosts).collect()
}

/// How many files of the user's were accepted before and are changed, and which of them are no longer accepted.
fn check(folder: &Path) -> (usize, String) {
    let case = folder.join("in").is_dir();
    let project = Project::copy(&if case { folder.join("in") } else { folder.to_owned() });
    project.commit();
    let arguments = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| "init --yes".to_owned());
    let before = project.tree();
    project
        .run(&arguments.split_whitespace().chain(["--wire"]).filter(|word| *word != "--dry-run").collect::<Vec<_>>());
    let (mut count, mut faults) = (0, String::new());
    for (path, after) in project.tree() {
        let source = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let Some(before) = before.get(&path).filter(|before| path.ends_with(".rs") && **before != after) else {
            continue;
        };
        let at = project.path().join(&path);
        if formatted(&at, &source(before)) == source(before) {
            count += 1;
            let (now, wanted) = (source(&after), formatted(&at, &source(&after)));
            if now != wanted {
                let diff = similar::TextDiff::from_lines(&now, &wanted).unified_diff().to_string();
                faults += &format!("{}, {path}:\n{diff}", folder.display());
            }
        }
    }
    (count, faults)
}

/// The text as rustfmt has it at this place.
fn formatted(path: &Path, text: &str) -> String {
    let mut child = Command::new("rustfmt")
        .current_dir(path.parent().unwrap())
        .args(["--edition", &edition(path), "--emit", "stdout", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// The edition in the nearest manifest that names one.
fn edition(path: &Path) -> String {
    let mut manifests = path.ancestors().filter_map(|folder| fs::read_to_string(folder.join("Cargo.toml")).ok());
    let found = manifests.find_map(|text| Some(text.split_once("edition = \"")?.1.get(..4)?.to_owned()));
    found.unwrap_or_else(|| "2015".to_owned())
}
