//! The control API.

use serde_json::json;

use crate::running::{Local, signed};

#[test]
fn time_ends_sessions_when_it_is_moved() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let id = browser.sign_in("user_owner");
    let before = local.control("GET", "/local/clock", "").json()["now"].as_i64().unwrap();
    let moved = local.control("POST", "/local/clock", r#"{"advance":"1h"}"#).expect(200).json();
    assert_eq!(moved["moved"], 3_600_000);
    assert!(moved["now"].as_i64().unwrap() - before >= 3_600_000);
    assert_eq!(browser.client()["sessions"][0]["factor_verification_age"], json!([60, -1]));
    local.control("POST", "/local/clock", r#"{"advance":604800}"#).expect(200);
    assert_eq!(browser.client()["sessions"], json!([]));
    assert_eq!(local.backend("GET", &format!("/v1/sessions/{id}"), "").json()["status"], "expired");
    for bad in ["{}", r#"{"advance":"x"}"#, r#"{"advance":99999999999999999999}"#, r#"{"advance":"900000d"}"#] {
        local.control("POST", "/local/clock", bad).expect(422);
    }
    for _ in 0..3 {
        local.control("POST", "/local/clock", r#"{"advance":"3650d"}"#).expect(200);
    }
    local.token("{}");
}

#[test]
fn sessions_end_in_each_way() {
    let local = Local::start(&[]);
    for (action, status) in [("revoke", "revoked"), ("end", "ended"), ("expire", "expired")] {
        let id = local.session("user_owner");
        let answer = local.control("POST", &format!("/local/sessions/{id}/{action}"), "").expect(200).json();
        assert_eq!(answer["status"], status);
        local.backend("POST", &format!("/v1/sessions/{id}/tokens"), "").expect(404);
        local.control("POST", &format!("/local/sessions/x{id}/{action}"), "").expect(404);
    }
}

#[test]
fn keys_are_rotated_with_and_without_the_old_one() {
    let local = Local::start(&[]);
    let set = || local.get("/.well-known/jwks.json").expect(200).json()["keys"].as_array().unwrap().clone();
    let (first, token) = (set(), local.token("{}"));
    local.control("POST", "/local/keys/rotate", r#"{"keep_old":true}"#).expect(200);
    let both = set();
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    assert_eq!(both[0]["kid"], both[1]["kid"]);
    local.verified(&token);
    let newer = local.token("{}");
    assert!(!signed(&newer, &first[0]));
    local.verified(&newer);
    local.control("POST", "/local/keys/rotate", "").expect(200);
    let last = set();
    assert_eq!(last.len(), 1);
    assert!(!signed(&newer, &last[0]));
}

#[test]
fn key_sets_fail_in_each_way() {
    let local = Local::start(&[]);
    let token = local.token("{}");
    let mode = |body: &str| local.control("POST", "/local/jwks", body).expect(200);
    let get = || local.get("/.well-known/jwks.json");
    mode(r#"{"mode":"absent"}"#);
    get().expect(404);
    local.backend("GET", "/v1/jwks", "").expect(404);
    mode(r#"{"mode":"broken"}"#);
    assert!(serde_json::from_str::<serde_json::Value>(&get().expect(200).body).is_err());
    mode(r#"{"mode":"wrong"}"#);
    let wrong = get().expect(200).json()["keys"][0].clone();
    assert!(!signed(&token, &wrong));
    mode(r#"{"mode":"slow","delay_ms":1}"#);
    get().expect(200);
    mode(r#"{"mode":"ok"}"#);
    local.verified(&token);
    local.control("POST", "/local/jwks", r#"{"mode":"x"}"#).expect(422);
    local.control("POST", "/local/jwks", r#"{"mode":"slow","delay_ms":60001}"#).expect(422);
}

#[test]
fn a_reset_leaves_keys_alone() {
    let local = Local::start(&[]);
    let browser = local.browser();
    browser.sign_in("user_owner");
    local.backend("POST", "/v1/jwt_templates", r#"{"name":"t","claims":{}}"#).expect(200);
    local.control("POST", "/local/clock", r#"{"advance":"1h"}"#).expect(200);
    local.control("POST", "/local/jwks", r#"{"mode":"absent"}"#).expect(200);
    let instance = local.control("GET", "/local/instance", "").json();
    local.control("POST", "/local/reset", "").expect(200);
    assert_eq!(local.control("GET", "/local/instance", "").json(), instance);
    assert_eq!(local.backend("GET", "/v1/jwt_templates", "").json(), json!([]));
    assert_eq!(local.backend("GET", "/v1/sessions?user_id=user_owner", "").json(), json!([]));
    assert_eq!(local.control("GET", "/local/clock", "").json()["moved"], 0);
    browser.get("/v1/client").expect(401);
    local.verified(&local.token("{}"));
}

#[test]
fn the_log_has_every_request_and_no_token() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let ticket = local.ticket("user_owner");
    browser.post("/v1/client/sign_ins", &format!("strategy=ticket&ticket={ticket}")).expect(200);
    let token = local.token("{}");
    local.get(&format!("/v1/{token}?token={token}"));
    let log = local.control("GET", "/local/requests", "").expect(200);
    for secret in [&ticket, &token, &browser.id, &local.variables["CLERK_SECRET_KEY"]] {
        assert!(!log.body.contains(secret.as_str()), "{secret} in {}", log.body);
    }
    let requests = log.json()["requests"].as_array().unwrap().clone();
    let sign_in = requests.iter().find(|one| one["path"] == "/v1/client/sign_ins").unwrap();
    assert_eq!(
        (&sign_in["method"], &sign_in["status"], &sign_in["origin"]),
        (&json!("POST"), &json!(200), &json!("http://localhost:3000"))
    );
    let last = requests.last().unwrap()["number"].as_u64().unwrap();
    browser.ask("DELETE", "/v1/client/sessions", "").expect(200);
    let after = local.control("GET", &format!("/local/requests?after={last}"), "").json()["requests"].clone();
    assert_eq!(after.as_array().unwrap().len(), 1);
    assert_eq!((&after[0]["method"], &after[0]["path"]), (&json!("DELETE"), &json!("/v1/client/sessions")));
    local.control("GET", "/local/requests?after=x", "").expect(422);
}

#[test]
fn ten_thousand_sessions_are_no_burden() {
    let local = Local::start(&[]);
    let key = format!("Bearer {}", local.variables["CLERK_SECRET_KEY"]);
    let body = br#"{"user_id":"user_owner"}"#;
    // On one connection, which each client does.
    let request = format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: {}\r\nauthorization: {key}\r\ncontent-length: {}\r\n\r\n{}",
        local.address(),
        body.len(),
        std::str::from_utf8(body).unwrap()
    );
    let mut stream = support::http::send(&local.address(), b"");
    let mut reader = stream.try_clone().unwrap();
    let writer = std::thread::spawn(move || {
        for _ in 0..10_000 {
            std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        }
        stream
    });
    let mut seen = 0;
    let mut held = Vec::new();
    let mut piece = vec![0; 65_536];
    while seen < 10_000 {
        let read = std::io::Read::read(&mut reader, &mut piece).unwrap();
        assert!(read > 0, "only {seen}");
        held.extend_from_slice(&piece[..read]);
        let text = b"HTTP/1.1 200 OK";
        seen += held.windows(text.len()).filter(|window| window == text).count();
        let keep = held.len().saturating_sub(text.len() - 1);
        held.drain(..keep);
    }
    drop(writer.join().unwrap());
    let page = local.backend("GET", "/v1/sessions?user_id=user_owner&paginated=true&limit=500", "").expect(200).json();
    assert_eq!((page["total_count"].as_u64(), page["data"].as_array().unwrap().len()), (Some(10_000), 500));
    assert!(local.get("/").expect(200).body.contains("and 9950 more"));
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string(format!("/proc/{}/status", local.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(kilobytes < 64 << 10, "{line}");
    }
}
