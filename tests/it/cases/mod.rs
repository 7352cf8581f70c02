//! Golden projects: `tests/cases/<name>/{in/,args,out/,output}`.
//!
//! `in/` is the project before, `args` what the user types, `output` what the user reads, `out/` the project after (absent
//! where nothing changes). New files stand in the diff of `output`, and not in `out/` again. What every case would say
//! stands in some only: see `plain`. `no-vcs` leaves version control out, `uncommitted` lists files that are written after
//! the commit. `UPDATE=1 cargo test --test it cases` rewrites `out/` and `output`, except on CI.

mod plain;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use support::{Project, repository, tree, updates};

fn folder() -> PathBuf {
    repository().join("tests/cases")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    cases
}

#[test]
fn every_case_ends_as_recorded() {
    let faults: Vec<String> = cases().iter().filter_map(|case| check(case)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The codes are a contract with scripts: `tests/records/codes.toml` has that of every refusal.
#[test]
fn every_refusal_keeps_its_code() {
    let path = repository().join("tests/records/codes.toml");
    let refusals = cases().into_iter().filter(|case| name(case).starts_with("refuse_"));
    let codes: BTreeMap<String, String> = refusals.map(|case| (name(&case), code(&case))).collect();
    if updates() {
        let head = "# The machine code of each refusal among the golden projects. See `tests/it/cases/mod.rs`.\n\n";
        fs::write(&path, head.to_owned() + &toml::to_string(&codes).unwrap()).unwrap();
    }
    let recorded: BTreeMap<String, String> = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(codes, recorded);
}

/// What a script reads when it runs a case.
fn code(case: &Path) -> String {
    let arguments = arguments(case);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--format", "json"]).collect();
    let said = prepare(case).run(&arguments).stderr();
    let error = said.lines().find_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let error = error.unwrap_or_else(|| panic!("{}: {said}", name(case)));
    error["error"]["code"].as_str().unwrap().to_owned()
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_str().unwrap().to_owned()
}

fn arguments(case: &Path) -> Vec<String> {
    let arguments = fs::read_to_string(case.join("args")).unwrap();
    arguments.split_whitespace().map(str::to_owned).collect()
}

/// The project as it is before the run.
fn prepare(case: &Path) -> Project {
    let project = Project::copy(&case.join("in"));
    let later = lines(&case.join("uncommitted"));
    let held: Vec<_> = later.iter().map(|path| (path.clone(), project.read(path))).collect();
    for (path, _) in &held {
        fs::remove_file(project.path().join(path)).unwrap();
    }
    if !case.join("no-vcs").exists() {
        project.commit();
    }
    for (path, text) in held {
        project.write(&path, &text);
    }
    project
}

/// What is wrong with a case.
fn check(case: &Path) -> Option<String> {
    let (name, project) = (name(case), prepare(case));
    let before = project.tree();
    let arguments = arguments(case);
    let ran = project.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let whole = lines(&case.join("whole"));
    let (stdout, stderr) = (ran.stdout(), ran.stderr());
    let output = format!("{}exit status: {}\n", plain::shown(&stdout, &stderr, &whole), ran.code());
    let output = output.replace(project.path().to_str().unwrap(), "[ROOT]");
    let after = kept(project.tree(), &stdout, &whole);
    if updates() {
        record(case, &before, &after, &output);
    }
    let out = case.join("out");
    let wanted = if out.exists() { dotted(tree(&out)) } else { before };
    let mut faults = Vec::new();
    if fs::read_to_string(case.join("output")).unwrap_or_default() != output {
        faults.push(format!("{name}: another output:\n{output}"));
    }
    for path in wanted.keys().chain(after.keys()) {
        if wanted.get(path) != after.get(path) {
            let text = after.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            faults.push(format!(
                "{name}: `{path}` is not as recorded:\n{}",
                text.unwrap_or_else(|| "(absent)".to_owned())
            ));
        }
    }
    (!faults.is_empty()).then(|| faults.join("\n"))
}

fn record(case: &Path, before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>, output: &str) {
    fs::write(case.join("output"), output).unwrap();
    let out = case.join("out");
    let _ = fs::remove_dir_all(&out);
    if before != after {
        for (path, bytes) in after {
            let path = if path.starts_with('.') { format!("dot{path}") } else { path.replace("/.", "/dot.") };
            let target = out.join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
    }
}

/// The files but for new ones that are on disk as the diff has them.
fn kept(mut tree: BTreeMap<String, Vec<u8>>, diff: &str, whole: &[String]) -> BTreeMap<String, Vec<u8>> {
    for section in plain::sections(diff) {
        let module =
            section.is_generated() && !section.path.ends_with(".lock") && whole.iter().any(|one| one == "module");
        let text = section.created.as_deref().map(str::as_bytes);
        if text.is_some() && tree.get(section.path).map(Vec::as_slice) == text && !module {
            tree.remove(section.path);
        }
    }
    tree
}

fn dotted(tree: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    tree.into_iter().map(|(path, bytes)| (path.replace("dot.", "."), bytes)).collect()
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}
