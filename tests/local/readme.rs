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
