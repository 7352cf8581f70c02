//! What is kept over restarts, and seeds that cannot be used.

use std::fs;
use std::path::PathBuf;

use crate::running::{Local, command};
use crate::tokens::seed;

fn path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

/// Ends a `local` as a user does, so that it writes what it has.
#[cfg(unix)]
fn stop(mut local: Local) {
    support_kill(local.child.id(), "-INT");
    assert_eq!(local.child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
fn support_kill(id: u32, signal: &str) {
    let status = std::process::Command::new("kill").args([signal, &id.to_string()]).status().unwrap();
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn key_people_and_sessions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let state = path("kept.json");
    let flags = ["--state", state.to_str().unwrap()];
    let local = Local::start(&flags);
    let browser = local.browser();
    let (id, dev_browser) = (browser.sign_in("user_owner"), browser.id.clone());
    local.control("POST", "/local/keys/rotate", r#"{"keep_old":true}"#).expect(200);
    local.control("POST", "/local/clock", r#"{"advance":"1h"}"#).expect(200);
    let (token, variables) = (local.token("{}"), local.variables.clone());
    let keys = local.get("/.well-known/jwks.json").body;
    stop(local);
    assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o600);

    let local = Local::start(&flags);
    for name in ["CLERK_SECRET_KEY", "CLERK_WEBHOOK_SIGNING_SECRET", "CLERK_PUBLISHABLE_KEY"] {
        assert_eq!(local.variables[name], variables[name]);
    }
    assert_eq!(local.get("/.well-known/jwks.json").body, keys);
    local.verified(&token);
    assert_eq!(local.control("GET", "/local/clock", "").json()["moved"], 3_600_000);
    let client = local.get(&format!("/v1/client?__clerk_db_jwt={dev_browser}")).expect(200).json();
    assert_eq!(client["response"]["sessions"][0]["id"], id.as_str());
    stop(local);

    // Another instance, a later version, half a file: nothing is lost.
    let refused = |flags: &[&str], word: &str| {
        let before = fs::read(&state).unwrap();
        let output =
            command(&["local", "--port", "0", "--state", state.to_str().unwrap()]).args(flags).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(4) && said.contains(word), "{said}");
        assert_eq!(fs::read(&state).unwrap(), before);
    };
    refused(&["--live"], "another `--key-host`");
    let text = fs::read_to_string(&state).unwrap();
    fs::write(&state, text.replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    refused(&[], "its version is 2");
    fs::write(&state, &text[..text.len() / 2]).unwrap();
    refused(&[], "no state of a local Clerk");
}

/// A kill leaves the file whole, as it was or as it became.
#[test]
fn a_kill_leaves_the_state_whole() {
    let state = path("killed.json");
    let flags = ["--state", state.to_str().unwrap()];
    for _ in 0..3 {
        let local = Local::start(&flags);
        for _ in 0..20 {
            local.session("user_owner");
        }
        drop(local);
    }
    Local::start(&flags);
}

#[test]
fn a_seed_that_does_not_fit_is_named_with_its_place() {
    let table = [
        ("[[users]\n", "1:", "expected"),
        ("[[users]]\nemail = \"a@b.c\"\nnam = 1\n", "3:1", "`nam`"),
        ("[[users]]\nid = \"user_a\"\n", "1:1", "email"),
        ("[[users]]\nemail = 1\n", "2:9", "string"),
        ("[[users]]\nemail = \"x\"\n", "2:9", "no address"),
        (
            "[[users]]\nid = \"user_a\"\nemail = \"a@b.c\"\n[[users]]\nid = \"user_a\"\nemail = \"d@b.c\"\n",
            "5:6",
            "two users",
        ),
        ("[[users]]\nemail = \"a@b.c\"\n[[users]]\nid = \"user_x\"\nemail = \"a@b.c\"\n", "5:9", "two users"),
        ("[[users]]\nid = \"a b\"\nemail = \"a@b.c\"\n", "2:6", "no id"),
        ("[[users]]\nemail = \"a@b.c\"\ntasks = [\"x\"]\n", "3:10", "choose-organization"),
        ("[[memberships]]\nuser = \"x\"\norganization = \"y\"\nrole = \"org:admin\"\n", "2:8", "no user"),
        ("[session_claims]\nsub = \"x\"\n", "2:1", "`sub` is reserved"),
        ("[[jwt_templates]]\nname = \"x\"\nclaims = { exp = 1 }\n", "3:12", "`exp` is reserved"),
        ("[[jwt_templates]]\nname = \"x\"\nclaims = {}\nlifetime = \"5s\"\n", "4:12", "30s"),
        ("[instance]\ntoken_version = 3\n", "2:17", "1 or 2"),
        ("[instance]\nfeatures = [\"x\"]\n", "2:13", "scope"),
        ("[[roles]]\nkey = \"admin\"\n", "2:7", "org:admin"),
        ("[[roles]]\nkey = \"org:a\"\npermissions = [\"org:x:read\"]\n", "3:16", "add \"o:x\""),
    ];
    for (number, (text, place, word)) in table.into_iter().enumerate() {
        let file = seed(&format!("bad-{number}"), text);
        let output = command(&["local", "--port", "0", "--seed", &file]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{text}: {said}");
        assert!(said.contains(&format!("seed-bad-{number}.toml:{place}")), "{text}: {said}");
        assert!(said.contains(word) && said.contains("hint:"), "{text}: {said}");
    }
    let absent = command(&["local", "--port", "0", "--seed", "no-such-file.toml"]).output().unwrap();
    assert_eq!(absent.status.code(), Some(4));
}

#[test]
fn the_default_seed_is_what_is_printed() {
    let output = command(&["local", "--print-seed"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let local = Local::start(&["--seed", &seed("printed", &text)]);
    let users = local.backend("GET", "/v1/users", "").json();
    assert_eq!(users.as_array().unwrap().len(), 2);
}
