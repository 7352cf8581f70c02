//! What is in tokens, and the command that prints one.

use std::fs;

use base64::Engine;
use serde_json::{Value, json};

use crate::running::{Local, command, parts, signed};

/// A seed in a file of its own.
pub fn seed(name: &str, text: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("seed-{name}.toml"));
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const RICH: &str = r#"
session_claims = { plan = "{{user.public_metadata.plan || 'free'}}", roles = "{{user.organizations}}", fixed = 7 }

[instance]
token_lifetime = "90s"
features = ["o:projects", "u:export", "o:billing"]
plans = ["u:free", "o:pro"]

[[roles]]
key = "org:editor"
permissions = ["org:projects:read", "org:projects:write", "org:billing:read", "org:sys_memberships:read"]

[[users]]
email = "ada@example.com"
two_factor = true
public_metadata = { plan = "pro" }

[[users]]
email = "bob@example.com"
tasks = ["setup-mfa"]

[[organizations]]
name = "Acme Inc"

[[memberships]]
user = "ada@example.com"
organization = "acme-inc"
role = "org:editor"
"#;

#[test]
fn a_session_token_is_as_clerk_makes_it() {
    let local = Local::start(&["--seed", &seed("rich", RICH), "--origin", "http://localhost:5173"]);
    let (header, claims) = local.verified(&local.token("{}"));
    let instance = local.control("GET", "/local/instance", "").json()["id"].clone();
    assert_eq!(header, json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": instance, "typ": "JWT" }));
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected =
        ["azp", "exp", "fea", "fixed", "fva", "iat", "iss", "jti", "nbf", "pla", "plan", "roles", "sid", "sub", "v"];
    assert_eq!(names, expected);
    let second = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!((second("exp") - second("iat"), second("iat") - second("nbf")), (90, 10));
    assert_eq!(
        (&claims["azp"], &claims["v"], &claims["fva"]),
        (&json!("http://localhost:5173"), &json!(2), &json!([0, 0]))
    );
    assert_eq!((&claims["fea"], &claims["pla"]), (&json!("u:export"), &json!("u:free")));
    assert_eq!((&claims["plan"], &claims["fixed"]), (&json!("pro"), &json!(7)));
    assert_eq!(claims["roles"], json!({ "org_acme-inc": "org:editor" }));
    assert_eq!(claims["iss"], "https://local-clerk-00.clerk.accounts.dev");

    let (_, claims) = local.verified(&local.token(r#"{"organization":"acme-inc"}"#));
    assert_eq!((&claims["fea"], &claims["pla"]), (&json!("o:projects,o:billing"), &json!("o:pro")));
    let expected =
        json!({ "id": "org_acme-inc", "slg": "acme-inc", "rol": "editor", "per": "read,write", "fpm": "3,1" });
    assert_eq!(claims["o"], expected);
    let (_, claims) = local.verified(&local.token(
        r#"{"role":"org:x","permissions":["org:new:a"],"claims":{"extra":[1]},"expires_in":"15m","party":"http://p"}"#,
    ));
    assert_eq!(
        (&claims["o"]["rol"], &claims["fea"], &claims["o"]["fpm"]),
        (&json!("x"), &json!("o:projects,o:billing,o:new"), &json!("0,0,1"))
    );
    assert_eq!((&claims["extra"], &claims["azp"]), (&json!([1]), &json!("http://p")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    assert_eq!(local.verified(&local.token(r#"{"user":"bob@example.com"}"#)).1["sts"], "pending");
    // One session for each user and organization.
    let sessions = local.backend("GET", "/v1/sessions?user_id=user_ada", "").json();
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    for bad in [r#"{"claims":{"sub":"x"}}"#, r#"{"bad":"x"}"#, r#"{"expires_in":0}"#, r#"{"x":1}"#] {
        local.control("POST", "/local/tokens", bad).expect(422);
    }
    local.control("POST", "/local/tokens", r#"{"user":"nobody"}"#).expect(404);
}

#[test]
fn tokens_of_version_1_are_made_where_the_seed_says_so() {
    let text = format!("{}\n", RICH.replace("token_lifetime = \"90s\"", "token_version = 1"));
    let local = Local::start(&["--seed", &seed("first", &text)]);
    let (_, claims) = local.verified(&local.token(r#"{"organization":"acme-inc"}"#));
    assert_eq!((claims.get("v"), claims.get("o"), claims.get("fea")), (None, None, None));
    assert_eq!(
        (&claims["org_id"], &claims["org_slug"], &claims["org_role"]),
        (&json!("org_acme-inc"), &json!("acme-inc"), &json!("org:editor"))
    );
    assert_eq!(claims["org_permissions"], json!(["org:projects:read", "org:projects:write", "org:billing:read"]));
}

#[test]
fn every_bad_token_is_bad_in_its_one_way() {
    let local = Local::start(&["--live", "--origin", "https://app.example.com"]);
    let set = local.get("/.well-known/jwks.json").json();
    let key = &set["keys"][0];
    let now = local.control("GET", "/local/clock", "").json()["now"].as_i64().unwrap() / 1000;
    let bad = |way: &str| local.token(&json!({ "bad": way }).to_string());
    let second = |claims: &Value, name: &str| claims[name].as_i64().unwrap();
    for way in [
        "expired",
        "not-yet-valid",
        "wrong-issuer",
        "wrong-party",
        "no-party",
        "pending",
        "template",
        "machine",
        "oversized",
    ] {
        let token = bad(way);
        assert!(signed(&token, key), "{way}");
        let (header, claims) = parts(&token);
        let good_time = second(&claims, "nbf") <= now + 5 && second(&claims, "exp") > now;
        assert_eq!(good_time, !matches!(way, "expired" | "not-yet-valid"), "{way}");
        assert_eq!(claims["iss"] == "https://clerk.local-clerk.test", way != "wrong-issuer", "{way}");
        assert_eq!(claims["azp"] == "https://app.example.com", !matches!(way, "wrong-party" | "no-party"), "{way}");
        assert_eq!(claims.get("azp").is_none(), way == "no-party", "{way}");
        assert_eq!(claims.get("sts").is_some(), way == "pending", "{way}");
        assert_eq!(header["cat"] == "cl_B7d4PD111AAA", !matches!(way, "template" | "machine"), "{way}");
        assert_eq!(claims.get("sid").is_none(), way == "template", "{way}");
        assert_eq!(token.len() > 8192, way == "oversized", "{way}");
    }
    for way in ["tampered", "wrong-key"] {
        assert!(!signed(&bad(way), key), "{way}");
    }
    let none = bad("alg-none");
    assert!(none.ends_with('.'));
    let head = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(none.split('.').next().unwrap()).unwrap();
    assert!(String::from_utf8(head).unwrap().contains("\"none\""));
}

#[test]
fn the_command_prints_a_token_and_nothing_else() {
    let local = Local::start(&["--origin", "http://localhost:3000"]);
    let token = |arguments: &[&str]| {
        let mut all = vec!["token"];
        all.extend(arguments);
        command(&all).env("CLERK_SESSIONS_LOCAL", &local.variables["CLERK_SESSIONS_LOCAL"]).output().unwrap()
    };
    let out = |arguments: &[&str]| {
        let output = token(arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = out(&[]);
    assert_eq!(plain.lines().count(), 1);
    assert_eq!(local.verified(plain.trim_end()).1["sub"], "user_owner");
    let chosen = out(&[
        "--user",
        "member@example.com",
        "--org",
        "example",
        "--role",
        "org:admin",
        "--permission",
        "org:projects:manage",
        "--claim",
        "plan=pro",
        "--claim",
        "level=3",
        "--expires-in",
        "2m",
    ]);
    let (_, claims) = local.verified(chosen.trim_end());
    assert_eq!(
        (&claims["sub"], &claims["o"]["rol"], &claims["o"]["per"]),
        (&json!("user_member"), &json!("admin"), &json!("manage"))
    );
    assert_eq!((&claims["plan"], &claims["level"]), (&json!("pro"), &json!(3)));
    let curl = out(&["--bad", "expired", "--curl", "http://localhost:3000/me"]);
    assert!(curl.starts_with("curl -H 'Authorization: Bearer eyJ") && curl.ends_with("' 'http://localhost:3000/me'\n"));

    let code = |arguments: &[&str]| {
        let output = token(arguments);
        assert!(output.stdout.is_empty());
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = code(&["--user", "nobody"]);
    assert!(status == 4 && said.contains("No user was found"), "{said}");
    assert_eq!(code(&["--template", "none"]).0, 4);
    assert_eq!(code(&["--claim", "x"]).0, 2);
    assert_eq!(code(&["--bad", "x"]).0, 2);
    for url in ["http://127.0.0.1:1", "http://example.com:4010", "https://localhost:4010", "x"] {
        let output = command(&["token"]).env("CLERK_SESSIONS_LOCAL", url).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{url}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("no local Clerk answers"), "{url}");
    }
}

/// `token --instance` with a secret key, asked of the Backend API at a URL.
fn of_instance(api: &str, key: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(&["token", "--instance"]);
    let variables = [("CLERK_SECRET_KEY", key), ("CLERK_API_URL", api)];
    let output = command.args(arguments).envs(variables).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_development_instance_makes_a_session_and_its_token() {
    let local = Local::start(&[]);
    local.backend("POST", "/v1/jwt_templates", r#"{"name":"t","claims":{"mail":"{{user.primary_email_address}}"}}"#);
    let (api, key) = (&local.variables["CLERK_API_URL"], &local.variables["CLERK_SECRET_KEY"]);
    let claims = |arguments: &[&str]| {
        let (code, out, said) = of_instance(api, key, arguments);
        assert_eq!((code, said.as_str()), (Some(0), ""), "{arguments:?}");
        local.verified(out.strip_suffix('\n').unwrap()).1
    };
    assert_eq!(claims(&[])["sub"], "user_owner");
    let member = claims(&["--user", "member@example.com", "--org", "example", "--expires-in", "10m"]);
    assert_eq!((&member["sub"], &member["o"]["id"]), (&json!("user_member"), &json!("org_example")));
    assert_eq!(member["exp"].as_i64().unwrap() - member["iat"].as_i64().unwrap(), 600);
    assert_eq!(claims(&["--user", "user_member", "--template", "t"])["mail"], "member@example.com");
    let (_, curl, _) = of_instance(api, key, &["--curl", "http://localhost:3000/me"]);
    assert!(curl.starts_with("curl -H 'Authorization: Bearer ey"), "{curl}");

    for (arguments, word) in [
        (&["--user", "nobody@example.com"][..], "no such user"),
        (&["--user", "user_nobody"], "No user"),
        (&["--org", "nothing"], "No organization"),
        (&["--template", "nothing"], "No JWT template"),
        (&["--expires-in", "1s"], "expires_in_seconds"),
    ] {
        let (code, out, said) = of_instance(api, key, arguments);
        assert_eq!((code, out.as_str()), (Some(4), ""), "{arguments:?}");
        assert!(said.contains("the instance refused") && said.contains(word), "{said}");
    }
    assert_eq!(of_instance(api, key, &["--expires-in", "soon"]).0, Some(2));
    assert_eq!(of_instance(api, key, &["--role", "org:admin"]).0, Some(2));
    let (code, _, said) = of_instance(api, "sk_test_wrong", &[]);
    assert_eq!(code, Some(4));
    assert!(said.contains("Secret Key") && !said.contains("sk_test_wrong"), "{said}");
}

/// Whoever listens there hears nothing of a live key, and nothing is sent anywhere without TLS.
#[test]
fn a_key_that_may_not_be_used_asks_nobody() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    for (key, word) in [
        ("sk_live_0123456789", "production instance"),
        ("", "is not set"),
        ("pk_test_x", "not the key of a development instance"),
    ] {
        let (code, out, said) = of_instance(&api, key, &[]);
        assert_eq!((code, out.as_str()), (Some(4), ""), "{key}");
        assert!(said.contains(word) && !said.contains("0123456789"), "{said}");
    }
    assert!(listener.accept().is_err());
    for api in ["http://api.clerk.test", "ftp://localhost", "x"] {
        let (code, _, said) = of_instance(api, "sk_test_x", &[]);
        assert!(code == Some(4) && said.contains("https"), "{said}");
    }
}

#[test]
fn another_local_clerk_can_be_named() {
    let (one, other) = (Local::start(&[]), Local::start(&["--live"]));
    let ask = |from: &[&str]| {
        let mut command = command(&["token"]);
        let output = command.args(from).env("CLERK_SESSIONS_LOCAL", &one.variables["CLERK_SESSIONS_LOCAL"]).output();
        String::from_utf8(output.unwrap().stdout).unwrap().trim_end().to_owned()
    };
    one.verified(&ask(&[]));
    other.verified(&ask(&["--from", &other.variables["CLERK_SESSIONS_LOCAL"]]));
    let refused = command(&["token", "--from", "http://example.com"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(4));
}
