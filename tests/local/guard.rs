//! Who may ask, and what no request may do.

use crate::running::{Local, ORIGIN};

#[test]
fn a_name_that_is_not_this_machines_is_refused() {
    let local = Local::start(&[]);
    let port = local.port;
    for path in ["/", "/v1/environment", "/v1/jwks", "/local/requests", "/.well-known/jwks.json", "/nothing"] {
        for host in [format!("evil.test:{port}"), format!("localhost.evil.test:{port}"), "192.168.0.1".to_owned()] {
            let answer = local.ask("GET", path, &[("host", &host), ("clerk-sessions-local", "1")], b"").expect(403);
            assert_eq!(answer.code(), "host_invalid", "{host} {path}");
        }
        let twice = local.ask("GET", path, &[("host", "localhost"), ("host", "evil.test")], b"");
        assert!(matches!(twice.status, 400 | 403), "{twice:?}");
    }
    for host in
        [format!("localhost:{port}"), format!("[::1]:{port}"), "127.0.0.1:5173".to_owned(), "LOCALHOST".to_owned()]
    {
        local.ask("GET", "/v1/environment", &[("host", &host)], b"").expect(200);
    }
}

#[test]
fn a_page_that_may_not_call_is_refused() {
    let local = Local::start(&[]);
    for origin in ["https://evil.test", "null", "http://localhost.evil.test", "file://"] {
        for path in ["/v1/client", "/v1/environment", "/local/requests", "/page/sign-in", "/v1/users"] {
            let answer = local.ask("POST", path, &[("origin", origin)], b"").expect(403);
            assert_eq!(answer.code(), "origin_invalid");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    let local = Local::start(&["--origin", ORIGIN]);
    let allowed = local.ask("GET", "/v1/environment", &[("origin", ORIGIN)], b"").expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(allowed.header("access-control-allow-credentials"), Some("true"));
    assert!(allowed.header("vary").unwrap().contains("origin"));
    local.ask("GET", "/v1/environment", &[("origin", "http://localhost:3001")], b"").expect(403);
}

#[test]
fn a_preflight_reaches_the_frontend_api_alone() {
    let local = Local::start(&[]);
    let headers = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let frontend = local.ask("OPTIONS", "/v1/client", &headers, b"").expect(200);
    assert_eq!(frontend.header("access-control-allow-origin"), Some(ORIGIN));
    for path in ["/local/tokens", "/local/requests", "/v1/users", "/page/sign-in", "/"] {
        let refused = local.ask("OPTIONS", path, &headers, b"").expect(405);
        assert_eq!(refused.header("access-control-allow-origin"), None, "{path}");
    }
}

#[test]
fn the_control_api_needs_its_header() {
    let local = Local::start(&[]);
    for (method, path) in [("GET", "/local/requests"), ("POST", "/local/tokens"), ("POST", "/local/reset")] {
        assert_eq!(local.ask(method, path, &[], b"").expect(403).code(), "authorization_invalid");
        local.ask(method, path, &[("clerk-sessions-local", "0")], b"").expect(403);
    }
}

#[test]
fn what_means_nothing_is_refused_in_the_envelope() {
    let local = Local::start(&[]);
    for path in ["/v1/client", "/v1/sessions", "/v1/jwt_templates/x", "/.well-known/jwks.json", "/nothing", "/"] {
        assert_eq!(local.backend("TRACE", path, "").expect(405).code(), "method_not_allowed", "{path}");
    }
    assert_eq!(local.backend("DELETE", "/v1/sessions", "").expect(405).code(), "method_not_allowed");
    assert_eq!(local.get("/nothing").expect(404).code(), "resource_not_found");
    assert_eq!(local.get("/v1/nothing").expect(404).code(), "resource_not_found");
    assert_eq!(local.get("/__clerk_not/v1/environment").expect(404).code(), "resource_not_found");
    for path in ["/v1/sessions/%ff", "/v1/client/sessions/%ff/tokens", "/local/sessions/%ff/end"] {
        assert_eq!(local.control("POST", path, "").status / 100, 4, "{path}");
    }
    assert_eq!(local.backend("GET", "/v1/sessions/%ff", "").expect(400).code(), "request_invalid");
    let large = vec![b'x'; 1 << 20];
    let key = format!("Bearer {}", local.variables["CLERK_SECRET_KEY"]);
    let answer = local.ask("POST", "/v1/sessions", &[("authorization", &key)], &large).expect(413);
    assert_eq!(answer.code(), "request_body_too_large");
    local.ask("POST", "/v1/client/sign_ins", &[], &large).expect(413);
    local.get("/v1/environment").expect(200);
}

/// Bodies that are no JSON, or none of an object, on everything that takes one; nothing is a fault of the server's.
#[test]
fn no_body_is_the_servers_fault() {
    let local = Local::start(&[]);
    let session = local.session("user_owner");
    let template = local.backend("POST", "/v1/jwt_templates", r#"{"name":"t","claims":{}}"#).expect(200).json();
    let template = template["id"].as_str().unwrap();
    let backend = [
        ("POST", "/v1/sessions".to_owned()),
        ("PATCH", format!("/v1/sessions/{session}")),
        ("POST", format!("/v1/sessions/{session}/refresh")),
        ("POST", format!("/v1/sessions/{session}/tokens")),
        ("POST", format!("/v1/sessions/{session}/tokens/t")),
        ("POST", "/v1/jwt_templates".to_owned()),
        ("PATCH", format!("/v1/jwt_templates/{template}")),
        ("POST", "/v1/sign_in_tokens".to_owned()),
        ("POST", "/v1/actor_tokens".to_owned()),
        ("POST", "/v1/clients/verify".to_owned()),
    ];
    for (method, path) in &backend {
        for body in ["{", "[]", "null", "\"x\"", "1", "{\"a\":", "\u{0}", "{\"user_id\":\"\u{1}\"}"] {
            let answer = local.backend(method, path, body);
            assert_eq!(answer.status, 400, "{method} {path} {body}: {answer:?}");
            assert_eq!(answer.code(), "request_body_invalid");
        }
        let deep = format!("{{\"claims\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(local.backend(method, path, &deep).status, 400, "{method} {path}");
    }
    for path in ["/local/tokens", "/local/clock", "/local/keys/rotate", "/local/jwks"] {
        assert_eq!(local.control("POST", path, "[").expect(400).code(), "request_body_invalid");
    }
    for body in ["%", "%zz=%ff&&&===", "a=1&a=2&\u{fffd}", "=&=&="] {
        for path in ["/v1/client", "/v1/client/sign_ins", "/v1/dev_browser"] {
            let status = local.ask("POST", path, &[], body.as_bytes()).status;
            assert!(status < 500 && status != 0, "{path} {body}: {status}");
        }
    }
}
