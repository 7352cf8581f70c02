//! What a repository, a page of another site, a neighbour on this machine or one behind a proxy tries.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;

use crate::running::{Local, command};
use crate::tokens::seed;

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("attack-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Links of a repository in the place of Clerk's packages: to the disk, to the repository itself, to what never ends.
#[cfg(unix)]
#[test]
fn a_committed_link_serves_nothing_of_the_developers() {
    use std::os::unix::fs::symlink;
    let folder = folder("links");
    let packages = folder.join("node_modules/@clerk");
    fs::create_dir_all(&packages).unwrap();
    fs::write(folder.join("secret.js"), "SECRET").unwrap();
    for target in ["/", "../..", "/dev"] {
        let _ = fs::remove_file(packages.join("clerk-js"));
        symlink(target, packages.join("clerk-js")).unwrap();
        let local = Local::start(&["--frontend", folder.to_str().unwrap()]);
        for path in ["etc/passwd", "secret.js", "zero", "proc/self/environ"] {
            local.get(&format!("/npm/@clerk/clerk-js@5/{path}")).expect(404);
        }
    }
    // Of a package only scripts and what belongs to them, and of its own files only regular ones.
    fs::remove_file(packages.join("clerk-js")).unwrap();
    fs::create_dir(packages.join("clerk-js")).unwrap();
    fs::write(packages.join("clerk-js/.env"), "SECRET").unwrap();
    let made = std::process::Command::new("mkfifo").arg(packages.join("clerk-js/pipe.js")).status().unwrap();
    assert!(made.success());
    let local = Local::start(&["--frontend", folder.to_str().unwrap()]);
    for path in [".env", "pipe.js"] {
        local.get(&format!("/npm/@clerk/clerk-js@5/{path}")).expect(404);
    }
    fs::create_dir(packages.join("other")).unwrap();
    fs::write(packages.join("other/x.js"), "SECRET").unwrap();
    local.get("/npm/@clerk/other@1/x.js").expect(404);
    local.get("/.well-known/jwks.json").expect(200);
}

/// The control API is for whoever sits at this machine.
#[test]
fn the_control_api_is_not_reached_through_a_proxy() {
    let local = Local::start(&[]);
    let own = ("clerk-sessions-local", "1");
    for header in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"] {
        let answer = local.ask("POST", "/local/tokens", &[own, (header, "x")], b"{}").expect(403);
        assert_eq!(answer.code(), "proxied");
    }
    local.ask("POST", "/local/tokens", &[own], b"{}").expect(200);
}

#[test]
fn a_page_of_another_site_embeds_nothing() {
    let local = Local::start(&[]);
    let from = |mode| [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode)];
    let path = "/v1/client/handshake?redirect_url=http%3A%2F%2Flocalhost%3A3000%2F";
    local.ask("GET", path, &from("no-cors"), b"").expect(403);
    local.ask("GET", path, &from("navigate"), b"").expect(307);
    // A page under another name of this machine has Clerk's script all the same; here it is not installed.
    local.ask("GET", "/__clerk/npm/@clerk/clerk-js@6/x.js", &from("no-cors"), b"").expect(404);
}

#[test]
fn a_session_goes_back_to_pages_alone() {
    let local = Local::start(&[]);
    for target in
        ["blob:http://localhost:3000/x", "ftp://localhost/", "javascript:alert(1)", "http://localhost.evil.test/"]
    {
        let query: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let answer = local.get(&format!("/v1/client/handshake?redirect_url={query}"));
        assert_eq!(answer.expect(400).code(), "invalid_url_redirect", "{target}");
    }
}

/// What goes into files for a shell, and into headers with a language of their own, has plain letters.
#[test]
fn an_origin_is_a_plain_name() {
    for origin in ["http://a';{touch,x};'", "http://a;frame-ancestors", "http://$(x)", "http://a`b`", "http://a b"] {
        let output = command(&["local", "--port", "0", "--origin", origin, "--", "true"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{origin}");
    }
}

/// Whoever has a state file's keys makes every token.
#[cfg(unix)]
#[test]
fn a_state_is_the_users_own_and_in_no_commit() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("state");
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(&folder).status().unwrap();
    assert!(git.success());
    let run = |words: &[&str]| {
        let output =
            command(&["local", "--port", "0"]).args(words).args(["--", "true"]).current_dir(&folder).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&["--state", "state.json"]);
    assert!(code == Some(4) && said.contains("git does not ignore `state.json`"), "{code:?} {said}");
    assert!(!folder.join("state.json").exists());
    fs::write(folder.join(".gitignore"), "*.json\n").unwrap();
    let (code, said) = run(&["--state", "state.json"]);
    assert_eq!(code, Some(0), "{said}");
    fs::set_permissions(folder.join("state.json"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = run(&["--state", "state.json"]);
    assert!(code == Some(4) && said.contains("others can read it"), "{code:?} {said}");
    let (code, said) = run(&["--state", "/dev/zero"]);
    assert!(code == Some(4) && said.contains("no regular file"), "{code:?} {said}");
}

/// A few bytes of a seed must not become megabytes of a token.
#[test]
fn claims_do_not_multiply() {
    let text = "x".repeat(50_000);
    let claims: String = (0..1000).map(|number| format!("c{number} = \"{{{{user.public_metadata}}}}\"\n")).collect();
    let text = format!(
        "[session_claims]\n{claims}\n[[users]]\nemail = \"a@example.com\"\npublic_metadata = {{ text = \"{text}\" }}\n"
    );
    let local = Local::start(&["--seed", &seed("many", &text)]);
    let token = local.token("{}");
    assert!(token.len() < 200_000, "{}", token.len());
}

/// Somebody else may have taken the port.
#[test]
fn what_is_no_token_goes_into_no_command() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let body = r#"{"id":"sess_1","jwt":"x'; touch pwned; echo '"}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    let token = |words: &[&str]| command(&["token", "--from", &address]).args(words).output().unwrap();
    for words in [&[][..], &["--curl", "http://localhost:3000/me"]] {
        let output = token(words);
        assert!(output.status.code() == Some(1) || output.status.code() == Some(4), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
    assert_eq!(token(&["--curl", "http://localhost\n:3000"]).stdout, b"");
    // An instance that the environment names is no better.
    let mut instance = command(&["token", "--instance", "--user", "user_1", "--curl", "http://localhost:3000/me"]);
    let output = instance.env("CLERK_API_URL", &address).env("CLERK_SECRET_KEY", "sk_test_x").output().unwrap();
    assert!(output.status.code() != Some(0) && output.stdout.is_empty(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no token"), "{output:?}");
}
