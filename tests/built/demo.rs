//! `demo` and `--verify`, which build real projects.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use support::hosts::target;
use support::{AXUM_MAIN, AXUM_MANIFEST, Project, Ran, program, repository};

const ANSWERS: &str = "\
GET /health (public route) → 200
GET /me (no token) → 401
GET /me (good token) → 200
GET /me (expired token) → 401
GET /me (tampered token) → 401
GET /me (token of another authorized party) → 401
";

const SECRET: &str = "sk_live_from_the_environment";

/// Every demo builds a program of the same name in the shared folder, so one goes after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn demo(program: &Path, folder: &Path, framework: &str, variable: &str) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (temporary, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let output = Command::new(program)
        .current_dir(folder)
        .args(["demo", "--framework", framework])
        .env("TMPDIR", temporary.path())
        .env("XDG_STATE_HOME", state.path())
        .env_remove("CARGO_TARGET_DIR")
        .env(variable, target())
        .env("CLERK_SECRET_KEY", SECRET)
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert!(stdout.ends_with(ANSWERS), "{stdout}\n{stderr}");
    assert!(stdout.contains("+mod clerk;") && stdout.contains("fn me(session: clerk::Session)"), "{stdout}");
    assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET));
    let left = std::fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left, 0, "the temporary folder was left behind");
    let kept = std::fs::read_dir(state.path().join("cargo-clerk-sessions")).map_or(0, Iterator::count);
    assert_eq!(kept, 0, "the originals of a project that is gone were left behind");
}

#[test]
fn the_demo_asks_and_cleans_up() {
    let here = tempfile::tempdir().unwrap();
    let variables = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
    for (framework, variable) in support::frameworks::ALL.iter().zip(variables.into_iter().cycle()) {
        demo(Path::new(program()), here.path(), framework.name, variable);
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_demo_says_so_and_cleans_up() {
    let project = Project::bare(&[]);
    let temporary = tempfile::tempdir().unwrap();
    let cargo = repository().join("tests/built/cargo_interrupted.sh");
    let variables = [("CARGO", cargo.to_str().unwrap()), ("TMPDIR", temporary.path().to_str().unwrap())];
    let ran = project.run_with(&["demo"], &variables).expect(1);
    assert!(ran.stderr().ends_with("error: stopped; nothing was changed\n"), "{}", ran.stderr());
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_has_no_lock_file_to_be_held_to() {
    for flag in ["--locked", "--frozen"] {
        let ran = Project::bare(&[]).run(&["demo", flag]).expect(2);
        assert!(ran.stderr().contains(flag) && ran.stderr().contains("hint: leave it out"), "{}", ran.stderr());
    }
}

/// The published crate, unpacked elsewhere, builds and shows the demo.
#[test]
fn the_packaged_crate_shows_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = |at: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(at).args(arguments).env("CARGO_TARGET_DIR", folder.path().join("package"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    cargo(&repository(), &["package", "--allow-dirty", "--no-verify", "--quiet"]);
    let name = format!("cargo-clerk-sessions-{}", env!("CARGO_PKG_VERSION"));
    let archive = folder.path().join("package/package").join(format!("{name}.crate"));
    let unpacked = Command::new("tar").current_dir(folder.path()).arg("xzf").arg(archive).status().unwrap();
    assert!(unpacked.success());
    let root = folder.path().join(&name);
    let built = target().join("packaged");
    let output = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["build", "--quiet"])
        .env("CARGO_TARGET_DIR", &built)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    demo(&built.join("debug/cargo-clerk-sessions"), folder.path(), "axum", "CARGO_TARGET_DIR");
}

/// A project of this name, and what `init --verify` on it says.
fn verified(name: &str, files: &[(&str, &str)], code: i32) -> (Project, Ran) {
    let project = Project::new(files);
    project.write("Cargo.toml", &AXUM_MANIFEST.replace("shop-api", name));
    project.commit();
    let target = target();
    let variables = [("CARGO_TARGET_DIR", target.to_str().unwrap())];
    let ran = project.run_with(&["init", "--yes", "--verify"], &variables).expect(code);
    (project, ran)
}

/// A build script stands for whatever in a project does not get along with the change.
const PICKY: &str = "\
fn main() {
    assert!(!std::path::Path::new(\"src/clerk\").exists(), \"no clerks here\");
}
";

#[test]
fn verify_puts_everything_back_where_the_change_breaks_the_build() {
    let (project, ran) = verified("picky", &[("src/main.rs", AXUM_MAIN), ("build.rs", PICKY)], 1);
    assert!(ran.stderr().contains("no clerks here"), "{}", ran.stderr());
    assert_eq!(project.git(&["status", "--porcelain", "--ignored"]), "", "not everything was put back");
}

#[test]
fn verify_does_not_judge_a_project_that_did_not_compile_before() {
    let broken = AXUM_MAIN.replace("axum::serve", "axum::swerve");
    let (project, ran) = verified("broken", &[("src/main.rs", &broken)], 0);
    assert!(ran.stderr().contains("did not compile before"), "{}", ran.stderr());
    assert!(project.exists("src/clerk/mod.rs"));
}

#[test]
fn verify_accepts_a_change_that_compiles() {
    let (project, ran) = verified("verified", &[("src/main.rs", AXUM_MAIN)], 0);
    assert!(!ran.stderr().contains("did not compile"), "{}", ran.stderr());
    assert!(project.exists("src/clerk/mod.rs"));
}
