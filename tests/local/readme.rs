//! What the README says of the local Clerk is so.

use std::fs;

use support::repository;

use crate::running::{Local, command};

fn section() -> String {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("\n## A local Clerk\n").unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

/// The lines of the session with `curl`, asked of one that runs.
#[test]
fn the_terminal_session_works() {
    let local = Local::start(&[]);
    let section = section();
    let mut requests = 0;
    for line in section.lines().filter_map(|line| line.strip_prefix("$ ")) {
        if let Some(words) = line.strip_prefix("token=$(cargo clerk-sessions ") {
            let words: Vec<&str> = words.trim_end_matches(')').split_whitespace().collect();
            let output =
                command(&words).env("CLERK_SESSIONS_LOCAL", &local.variables["CLERK_SESSIONS_LOCAL"]).output().unwrap();
            let (_, claims) = local.verified(String::from_utf8(output.stdout).unwrap().trim_end());
            assert_eq!((&claims["sub"], &claims["o"]["slg"]), (&"user_member".into(), &"example".into()));
        }
        let Some((_, request)) = line.split_once("localhost:4010") else { continue };
        let (path, body) = request.split_once(" -d ").unwrap_or((request, ""));
        // As `curl -d` sends it: the type of a form, with JSON in it.
        let headers = [("clerk-sessions-local", "1"), ("content-type", "application/x-www-form-urlencoded")];
        local.ask("POST", path.trim(), &headers, body.trim_matches('\'').as_bytes()).expect(200);
        requests += 1;
    }
    assert_eq!(requests, 3);
}

/// A folder whose `cargo` and `npm` do what the README's own would: the tool, or what runs beside it.
#[cfg(unix)]
fn shims(name: &str, beside: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let tool = env!("CARGO_BIN_EXE_cargo-clerk-sessions");
    let script = format!("#!/bin/sh\nif [ \"$1\" = clerk-sessions ]; then exec '{tool}' \"$@\"; fi\n{beside}\n");
    for program in ["cargo", "npm"] {
        let path = folder.join(program);
        fs::write(&path, &script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// The line of the README that runs something beside it, with a free port: what it prints on each stream, and its code.
#[cfg(unix)]
fn run_beside(line: &str, shims: &std::path::Path) -> std::process::Output {
    let section = section();
    assert!(section.contains(&format!("\n$ {line}\n")), "the README does not have `{line}`");
    let line = line.replace(" local ", " local --port 0 ").replace("--port 0 --port 0", "--port 0");
    let mut shell = std::process::Command::new("sh");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("CLERK_")) {
        shell.env_remove(name);
    }
    let path = format!("{}:{}", shims.display(), std::env::var("PATH").unwrap());
    shell.args(["-c", &line]).current_dir(shims).env("PATH", path).stdin(std::process::Stdio::null());
    shell.output().unwrap()
}

#[cfg(unix)]
#[test]
fn the_session_with_a_frontend_works() {
    let folder = shims("readme-frontend", "env");
    let line = "cargo clerk-sessions local --origin http://localhost:5173 --frontend . -- npm run dev";
    let ran = run_beside(line, &folder);
    assert!(ran.status.success(), "{ran:?}");
    let out = String::from_utf8(ran.stdout).unwrap();
    for name in ["VITE_CLERK_PUBLISHABLE_KEY=pk_test_", "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_"] {
        assert!(out.contains(name), "{out}");
    }
    // What is shown is what is said, but for the port.
    let said = String::from_utf8(ran.stderr).unwrap();
    let (_, port) = said.split_once("http://localhost:").unwrap();
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let section = section();
    let (_, shown) = section.split_once(&format!("$ {line}\n")).unwrap();
    for line in shown.split("```").next().unwrap().lines() {
        let line = line.replace("4010", &port);
        assert!(said.lines().any(|one| one == line), "`{line}` is not in\n{said}");
    }
}

/// The tests in CI find a local Clerk, their exit code counts, and `token` asks the right one.
#[cfg(unix)]
#[test]
fn the_session_in_ci_works() {
    let folder = shims("readme-ci", "cargo clerk-sessions token --user member@example.com; exit 3");
    let ran = run_beside("cargo clerk-sessions local --port 0 -- cargo test", &folder);
    assert_eq!(ran.status.code(), Some(3), "{ran:?}");
    let (_, claims) = crate::running::parts(String::from_utf8(ran.stdout).unwrap().trim_end());
    assert_eq!(claims["sub"], "user_member");
    let section = section();
    let (_, code) = section.split_once("```rust\n").unwrap();
    assert!(code.contains(r#"["clerk-sessions", "token", "--user", "member@example.com"]"#));
}

/// Every request of the table is one, and takes what stands beside it.
#[test]
fn every_request_of_the_table_is_there() {
    let local = Local::start(&[]);
    let section = section();
    let mut asked = 0;
    for row in section.lines().filter(|line| line.starts_with("| `POST /local/") || line.starts_with("| `GET /local/"))
    {
        let cells: Vec<&str> = row.split(" | ").collect();
        let spans: Vec<&str> = cells[0].split('`').skip(1).step_by(2).collect();
        let (method, path) = spans[0].split_once(' ').unwrap();
        let paths = spans[1..].iter().map(|word| path.rsplit_once('/').unwrap().0.to_owned() + "/" + word);
        let bodies: Vec<&str> = cells[1].split('`').skip(1).step_by(2).filter(|span| span.starts_with('{')).collect();
        for (number, path) in [path.to_owned()].into_iter().chain(paths).enumerate() {
            let path = path.replace("{id}", &local.session("user_owner")).replace("=N", "=0");
            let body = bodies.get(number).or(bodies.first()).copied().unwrap_or_default();
            local.control(method, &path, body).expect(200);
            asked += 1;
        }
    }
    assert!(asked >= 11, "{asked}");
}

#[test]
fn every_bad_way_is_named() {
    let section = section();
    let output = command(&["token", "--bad", "x"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let (_, possible) = said.split_once("possible values: ").unwrap();
    for way in possible.split(']').next().unwrap().split(", ") {
        assert!(section.contains(&format!("`{}`", way.trim())), "{way}");
    }
}
