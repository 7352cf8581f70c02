//! The command that runs beside it, signals, ports and files.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Output;

use crate::running::{Local, command};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn beside(arguments: &[&str], shell: &str) -> Output {
    command(&["local", "--port", "0"]).args(arguments).args(["--", "sh", "-c", shell]).output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_command_has_the_environment_and_its_code_is_ours() {
    let output = beside(&["--origin", "http://localhost:5173"], "env | grep CLERK_ | sort; exit 7");
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let out = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = out.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    let expected = [
        "CLERK_API_URL",
        "CLERK_AUTHORIZED_PARTIES",
        "CLERK_JWKS_URL",
        "CLERK_PROXY_URL",
        "CLERK_PUBLISHABLE_KEY",
        "CLERK_SECRET_KEY",
        "CLERK_SESSIONS_LOCAL",
        "CLERK_SESSION_PROFILE",
        "CLERK_WEBHOOK_SIGNING_SECRET",
        "NEXT_PUBLIC_CLERK_PROXY_URL",
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY",
        "VITE_CLERK_PROXY_URL",
        "VITE_CLERK_PUBLISHABLE_KEY",
    ];
    assert_eq!(names, expected);
    assert!(out.contains("CLERK_SESSION_PROFILE=dev\n") && out.contains("VITE_CLERK_PROXY_URL=/__clerk\n"));
    // What the shell has of another instance does not get in the way.
    let mut other = command(&["local", "--port", "0", "--live", "--", "sh", "-c", "env"]);
    let other = other.envs([("CLERK_JWT_KEY", "x"), ("CLERK_ISSUER", "y"), ("CLERK_SESSION_PROFILE", "dev")]);
    let out = String::from_utf8(other.output().unwrap().stdout).unwrap();
    assert!(!out.contains("CLERK_JWT_KEY") && !out.contains("CLERK_ISSUER") && !out.contains("CLERK_SESSION_PROFILE"));
    assert_eq!(beside(&[], "exit 0").status.code(), Some(0));
    assert_eq!(beside(&[], "kill -9 $$").status.code(), Some(137));
    let absent = command(&["local", "--port", "0", "--", "no-such-program-anywhere"]).output().unwrap();
    assert_eq!(absent.status.code(), Some(4));
    assert!(String::from_utf8(absent.stderr).unwrap().contains("failed to start `no-such-program-anywhere`"));
}

/// The command hears of the end first, and what it left behind goes with it.
#[cfg(unix)]
#[test]
fn a_signal_ends_both() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    for (signal, code) in [("-INT", 3), ("-TERM", 3), ("-HUP", 3)] {
        let script = "sleep 600 & echo $!; trap 'exit 3' INT; echo ready; while :; do sleep 0.05; done";
        let mut local = command(&["local", "--port", "0", "--", "sh", "-c", script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(local.stdout.take().unwrap()).lines();
        let left = lines.next().unwrap().unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        let alive = |id: &str| fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        assert!(alive(&left) || !cfg!(target_os = "linux"));
        Command::new("kill").args([signal, &local.id().to_string()]).status().unwrap();
        assert_eq!(local.wait().unwrap().code(), Some(code), "{signal}");
        assert!(!alive(&left), "{signal} left {left}");
    }
}

#[cfg(unix)]
#[test]
fn alone_it_ends_by_a_signal() {
    use std::process::Command;
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let mut local = Local::start(&[]);
        Command::new("kill").args([signal, &local.child.id().to_string()]).status().unwrap();
        assert_eq!(local.child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn a_port_that_is_taken_is_said_by_what() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let output = command(&["local", "--port", &port]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    // Elsewhere a system may not tell whose it is.
    let by = format!("(process {})", std::process::id());
    assert!(said.contains(&format!("port {port} is taken")) && said.contains("--port"), "{said}");
    assert!(said.contains(&by) || !cfg!(target_os = "linux"), "{said}");
    let ours = Local::start(&[]);
    let output = command(&["local", "--port", &ours.port.to_string()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is taken by another local Clerk"), "{said}");
    assert!(said.contains(&format!("(process {})", ours.child.id())) || !cfg!(target_os = "linux"), "{said}");
}

#[cfg(unix)]
#[test]
fn an_environment_file_is_its_owners_and_never_committed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("env-file");
    let run = |file: &str| {
        let mut command = command(&["local", "--port", "0", "--env-file", file, "--", "true"]);
        command.current_dir(&folder).output().unwrap()
    };
    let git = |arguments: &[&str]| {
        assert!(
            std::process::Command::new("git").args(arguments).current_dir(&folder).output().unwrap().status.success()
        );
    };
    git(&["init", "-q"]);
    let refused = run(".env.local");
    assert_eq!(refused.status.code(), Some(4));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("not ignored by git"));
    assert!(!folder.join(".env.local").exists());
    fs::write(folder.join(".gitignore"), ".env*\n").unwrap();
    assert_eq!(run(".env.local").status.code(), Some(0));
    let written = folder.join(".env.local");
    assert_eq!(fs::metadata(&written).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&written).unwrap();
    assert!(text.contains("\nCLERK_PUBLISHABLE_KEY='pk_test_"), "{text}");
    // Ours is written anew; somebody else's is not.
    assert_eq!(run(".env.local").status.code(), Some(0));
    assert_ne!(fs::read_to_string(&written).unwrap(), text);
    fs::write(folder.join(".env"), "A=1\n").unwrap();
    assert_eq!(run(".env").status.code(), Some(4));
    assert_eq!(fs::read_to_string(folder.join(".env")).unwrap(), "A=1\n");
    std::os::unix::fs::symlink("elsewhere", folder.join(".env.link")).unwrap();
    assert_eq!(run(".env.link").status.code(), Some(4));
}

#[test]
fn flags_that_do_not_fit_are_named() {
    let table = [
        (["--origin", "localhost:3000"], "bare origin"),
        (["--origin", "http://localhost:3000/app"], "bare origin"),
        (["--key-host", "localhost"], "host name with a dot"),
        (["--port", "99999"], "99999"),
    ];
    for (flags, word) in table {
        let output = command(&["local"]).args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(word), "{flags:?}");
    }
}

/// Settings of the project count where no flag does.
#[cfg(unix)]
#[test]
fn the_projects_settings_count() {
    let folder = folder("settings");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"x\"\nversion = \"0.1.0\"\n[workspace]\n").unwrap();
    fs::write(
        folder.join("clerk-sessions.toml"),
        "keys = \"pem\"\norigins = [\"http://localhost:8080\", \"https://elsewhere.test\"]\n",
    )
    .unwrap();
    let output = |flags: &[&str]| {
        let mut command = command(&["local", "--port", "0", "--print-env"]);
        let output = command.args(flags).args(["--", "true"]).current_dir(folder.join("src")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let out = output(&[]);
    // Whom but this machine's own pages to let in is not for the repository to say.
    assert!(out.contains("CLERK_AUTHORIZED_PARTIES='http://localhost:8080'\n"), "{out}");
    assert!(out.contains("CLERK_JWT_KEY='-----BEGIN PUBLIC KEY-----\\n") && !out.contains("CLERK_JWKS_URL"), "{out}");
    assert!(output(&["--origin", "http://localhost:1"]).contains("CLERK_AUTHORIZED_PARTIES='http://localhost:1'\n"));
}

#[cfg(unix)]
#[test]
fn scripts_come_from_the_frontends_own_packages() {
    let folder = folder("frontend");
    let package = folder.join("node_modules/.store/clerk-js/dist");
    fs::create_dir_all(&package).unwrap();
    fs::create_dir_all(folder.join("node_modules/@clerk")).unwrap();
    fs::write(package.join("clerk.browser.js"), "// here").unwrap();
    fs::write(folder.join("secret"), "no").unwrap();
    std::os::unix::fs::symlink("../.store/clerk-js", folder.join("node_modules/@clerk/clerk-js")).unwrap();
    std::os::unix::fs::symlink(folder.join("secret"), package.join("link.js")).unwrap();
    let local = Local::start(&["--frontend", folder.to_str().unwrap()]);
    let script = local.get("/__clerk/npm/@clerk/clerk-js@6/dist/clerk.browser.js").expect(200);
    assert_eq!(
        (script.body.as_str(), script.header("content-type")),
        ("// here", Some("text/javascript; charset=utf-8"))
    );
    for path in ["dist/link.js", "..%2f..%2f..%2fsecret", "../../../secret", "dist", "%2fetc%2fpasswd", "dist/%00"] {
        let answer = local.get(&format!("/npm/@clerk/clerk-js@6/{path}"));
        assert!(answer.status >= 400 && answer.status < 500 && !answer.body.contains("root:"), "{path}: {answer:?}");
    }
    local.get("/npm/@clerk/..@6/x").expect(404);
    let absent = local.get("/npm/@clerk/ui@1/dist/ui.browser.js").expect(404);
    assert!(absent.body.contains("npm i -D @clerk/ui"), "{absent:?}");
}

/// In the terminal's own group the command may read, and one interrupt from the keyboard is one for it.
#[cfg(unix)]
#[test]
fn on_a_terminal_the_command_reads_and_is_interrupted_once() {
    use rexpect::process::WaitStatus;
    let script = "trap 'n=$((n+1))' INT; echo ready; read -r line; echo got-$line; while [ -z \"$n\" ]; do sleep 0.05; done; \
                  sleep 0.3; echo interrupts-$n; exit 5";
    let mut command = command(&["local", "--port", "0", "--", "sh", "-c", script]);
    command.stdin(std::process::Stdio::inherit());
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    session.exp_string("ready").unwrap();
    session.send_line("hello").unwrap();
    session.exp_string("got-hello").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("interrupts-1").unwrap();
    session.exp_eof().unwrap();
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 5))));
}
