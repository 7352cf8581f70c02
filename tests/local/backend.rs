//! The Backend API.

use serde_json::{Value, json};

use crate::running::{Local, parts};

#[test]
fn nobody_gets_in_without_the_key() {
    let local = Local::start(&[]);
    for path in ["/v1/jwks", "/v1/sessions?user_id=u", "/v1/sessions/x", "/v1/jwt_templates", "/v1/users"] {
        assert_eq!(local.get(path).expect(401).code(), "authentication_invalid", "{path}");
        for given in ["Bearer sk_test_x", "Bearer", "Basic x", ""] {
            let answer = local.ask("GET", path, &[("authorization", given)], b"").expect(401);
            assert_eq!(answer.code(), "clerk_key_invalid", "{given}");
        }
        assert!(local.backend("GET", path, "").status < 500);
    }
    assert_eq!(local.backend("GET", "/v1/jwks", "").expect(200).body, local.get("/.well-known/jwks.json").body);
}

/// The members of an object, so that a change of one is seen.
fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_session_lives_and_ends() {
    let local = Local::start(&[]);
    let id = local.session("user_owner");
    let session = local.backend("GET", &format!("/v1/sessions/{id}"), "").expect(200).json();
    let expected = [
        "abandon_at",
        "actor",
        "client_id",
        "created_at",
        "expire_at",
        "id",
        "last_active_at",
        "last_active_organization_id",
        "latest_activity",
        "object",
        "status",
        "tasks",
        "updated_at",
        "user_id",
    ];
    assert_eq!(members(&session), expected);
    assert_eq!((&session["status"], &session["user_id"]), (&json!("active"), &json!("user_owner")));
    assert_eq!(session["expire_at"].as_i64().unwrap() - session["created_at"].as_i64().unwrap(), 7 * 24 * 3_600_000);

    let list = |query: &str| local.backend("GET", &format!("/v1/sessions?{query}"), "");
    assert_eq!(list("user_id=user_owner").expect(200).json().as_array().unwrap().len(), 1);
    let page = list("user_id=user_owner&paginated=true&limit=1&offset=0").expect(200).json();
    assert_eq!((page["total_count"].as_u64(), page["data"][0]["id"].as_str()), (Some(1), Some(id.as_str())));
    let client = session["client_id"].as_str().unwrap();
    assert_eq!(list(&format!("client_id={client}&status=active")).json()[0]["id"], id.as_str());
    assert_eq!(list("user_id=user_owner&status=revoked").json(), json!([]));
    assert_eq!(list("status=active").expect(422).code(), "form_param_missing");
    for bad in ["status=x", "limit=0", "limit=501", "limit=x", "offset=-1", "paginated=1"] {
        assert_eq!(list(&format!("user_id=u&{bad}")).expect(422).code(), "form_param_value_invalid", "{bad}");
    }

    // As the official SDK sends it: content-type without a body.
    let token = local.backend("POST", &format!("/v1/sessions/{id}/tokens"), "").expect(200).json();
    let (_, claims) = local.verified(token["jwt"].as_str().unwrap());
    assert_eq!((&claims["sid"], claims.get("azp")), (&json!(id), None));
    let longer = local.backend("POST", &format!("/v1/sessions/{id}/tokens"), r#"{"expires_in_seconds":600}"#).json();
    let (_, claims) = parts(longer["jwt"].as_str().unwrap());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);

    let revoked = local.backend("POST", &format!("/v1/sessions/{id}/revoke"), "").expect(200).json();
    assert_eq!(revoked["status"], "revoked");
    local.backend("POST", &format!("/v1/sessions/{id}/tokens"), "").expect(404);
    assert_eq!(local.backend("POST", &format!("/v1/sessions/{id}/revoke"), "").expect(200).json()["status"], "revoked");
    for (method, path) in [
        ("GET", "/v1/sessions/sess_x"),
        ("POST", "/v1/sessions/sess_x/revoke"),
        ("POST", "/v1/sessions/sess_x/tokens"),
        ("GET", "/v1/clients/client_x"),
        ("GET", "/v1/users/user_x"),
        ("GET", "/v1/clients/handshake_payload?nonce=x"),
        ("GET", "/v1/organizations/org_x"),
    ] {
        assert_eq!(local.backend(method, path, "").expect(404).code(), "resource_not_found", "{path}");
    }
}

#[test]
fn a_session_can_be_made_to_end_at_another_time() {
    let local = Local::start(&[]);
    let id = local.session("user_owner");
    let path = format!("/v1/sessions/{id}");
    let now = local.control("GET", "/local/clock", "").json()["now"].as_i64().unwrap();
    let soon = now + 400_000;
    let changed = local.backend("PATCH", &path, &json!({ "expire_at": soon }).to_string()).expect(200).json();
    assert_eq!(changed["expire_at"], soon);
    for bad in [now, now + 60_000, now + 400_000_000_000_000] {
        let answer = local.backend("PATCH", &path, &json!({ "expire_at": bad }).to_string()).expect(422);
        assert_eq!(answer.code(), "form_param_value_invalid");
    }
    assert_eq!(local.backend("PATCH", &path, "{}").expect(422).code(), "form_param_missing");
    assert_eq!(local.backend("PATCH", &path, r#"{"status":"x"}"#).expect(422).code(), "form_param_unknown");
    local.control("POST", "/local/clock", r#"{"advance":"7m"}"#).expect(200);
    assert_eq!(local.backend("GET", &path, "").json()["status"], "expired");
}

#[test]
fn what_does_not_fit_is_named() {
    let local = Local::start(&[]);
    let id = local.session("user_owner");
    let tokens = format!("/v1/sessions/{id}/tokens");
    let table = [
        ("/v1/sessions", "{}", "form_param_missing", "user_id"),
        ("/v1/sessions", r#"{"user_id":1}"#, "form_param_value_invalid", "user_id"),
        ("/v1/sessions", r#"{"user_id":""}"#, "form_param_missing", "user_id"),
        (tokens.as_str(), r#"{"expires_in_seconds":29}"#, "form_param_value_invalid", "expires_in_seconds"),
        (tokens.as_str(), r#"{"expires_in_seconds":"60"}"#, "form_param_value_invalid", "expires_in_seconds"),
        (tokens.as_str(), r#"{"expires_in_seconds":315360001}"#, "form_param_value_invalid", "expires_in_seconds"),
        ("/v1/jwt_templates", r#"{"name":"x"}"#, "form_param_missing", "claims"),
        ("/v1/jwt_templates", r#"{"name":"x","claims":[]}"#, "form_param_value_invalid", "claims"),
        ("/v1/jwt_templates", r#"{"name":"x","claims":{},"lifetime":29}"#, "form_param_value_invalid", "lifetime"),
        (
            "/v1/jwt_templates",
            r#"{"name":"x","claims":{},"custom_signing_key":true}"#,
            "form_param_missing",
            "signing_key",
        ),
        (
            "/v1/sign_in_tokens",
            r#"{"user_id":"user_owner","expires_in_seconds":0}"#,
            "form_param_value_invalid",
            "expires_in_seconds",
        ),
        ("/v1/actor_tokens", r#"{"user_id":"user_owner"}"#, "form_param_missing", "actor"),
        ("/v1/actor_tokens", r#"{"user_id":"user_owner","actor":{"sub":"x"},"y":1}"#, "form_param_unknown", "y"),
    ];
    for (path, body, code, parameter) in table {
        let answer = local.backend("POST", path, body).expect(422);
        assert_eq!(answer.code(), code, "{path} {body}");
        assert_eq!(answer.json()["errors"][0]["meta"]["param_name"], parameter);
    }
    local.backend("POST", &tokens, r#"{"expires_in_seconds":null}"#).expect(200);
    assert_eq!(
        local.backend("POST", "/v1/sessions", r#"{"user_id":"user_x"}"#).expect(404).code(),
        "resource_not_found"
    );
}

#[test]
fn templates_are_kept_and_made_into_tokens() {
    let local = Local::start(&[]);
    let body = json!({ "name": "hasura", "lifetime": 120, "claims": {
        "email": "{{user.primary_email_address}}", "nested": { "list": ["{{user.first_name}} {{user.unknown}}"] },
        "aud": "x" } });
    let template = local.backend("POST", "/v1/jwt_templates", &body.to_string()).expect(200).json();
    let id = template["id"].as_str().unwrap();
    assert_eq!((&template["allowed_clock_skew"], &template["signing_algorithm"]), (&json!(5), &json!("RS256")));
    local.backend("POST", "/v1/jwt_templates", &body.to_string()).expect(422);
    assert_eq!(local.backend("GET", &format!("/v1/jwt_templates/{id}"), "").json(), template);
    assert_eq!(local.backend("GET", "/v1/jwt_templates?paginated=true", "").json()["total_count"], 1);

    let session = local.session("user_owner");
    let path = format!("/v1/sessions/{session}/tokens/hasura");
    let token = local.backend("POST", &path, "").expect(200).json();
    let (header, claims) = local.verified(token["jwt"].as_str().unwrap());
    assert_eq!(header["cat"], "cl_B7d4PD222AAA");
    assert_eq!(claims["email"], "owner@example.com");
    assert_eq!(claims["nested"], json!({ "list": ["Olivia null"] }));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    assert_eq!(claims["iat"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 5);
    for absent in ["sid", "v", "fva", "o", "sts", "pla", "fea"] {
        assert_eq!(claims.get(absent), None);
    }

    let reserved = local.backend("POST", "/v1/jwt_templates", r#"{"name":"x","claims":{"exp":1}}"#).expect(400);
    assert_eq!(reserved.code(), "jwt_template_reserved_claim");
    assert!(reserved.body.contains("You can't use the reserved claim: 'exp'"));
    let secret = json!({ "name": "hasura", "claims": {}, "custom_signing_key": true, "signing_key": "s3cret",
        "signing_algorithm": "HS256" });
    let patched = local.backend("PATCH", &format!("/v1/jwt_templates/{id}"), &secret.to_string()).expect(200);
    assert!(!patched.body.contains("s3cret"));
    assert_eq!(patched.json()["custom_signing_key"], true);
    let token = local.backend("POST", &path, "").json()["jwt"].as_str().unwrap().to_owned();
    assert_eq!(parts(&token).0["alg"], "HS256");
    let gone = local.backend("DELETE", &format!("/v1/jwt_templates/{id}"), "").expect(200).json();
    assert_eq!(gone, json!({ "object": "jwt_template", "id": id, "deleted": true }));
    local.backend("DELETE", &format!("/v1/jwt_templates/{id}"), "").expect(404);
    local.backend("POST", &path, "").expect(404);
}

#[test]
fn people_are_those_of_the_seed() {
    let local = Local::start(&[]);
    let ids = |path: &str| {
        let list = local.backend("GET", path, "").expect(200).json();
        let list = list["data"].as_array().or(list.as_array()).unwrap();
        list.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("/v1/users"), ["user_owner", "user_member"]);
    assert_eq!(ids("/v1/users?email_address=member@example.com"), ["user_member"]);
    assert_eq!(ids("/v1/users?user_id=user_owner&user_id=user_member&limit=1&offset=1"), ["user_member"]);
    assert_eq!(ids("/v1/users?query=OLIVIA"), ["user_owner"]);
    for (query, count) in [("", 2), ("?email_address=member@example.com&limit=1", 1), ("?user_id=user_x", 0)] {
        let counted = local.backend("GET", &format!("/v1/users/count{query}"), "").expect(200).json();
        assert_eq!(counted, json!({ "object": "total_count", "total_count": count }));
    }
    assert_eq!(ids("/v1/organizations?user_id=user_owner"), ["org_example"]);
    let memberships = local.backend("GET", "/v1/users/user_owner/organization_memberships", "").expect(200).json();
    assert_eq!(memberships["data"][0]["role"], "org:admin");
    assert_eq!(memberships["data"][0]["organization"]["slug"], "example");
    assert_eq!(local.backend("GET", "/v1/organizations/example", "").expect(200).json()["members_count"], 2);
}

#[test]
fn a_production_instance_makes_no_sessions_for_tests() {
    let local = Local::start(&["--live"]);
    assert!(local.variables["CLERK_SECRET_KEY"].starts_with("sk_live_"));
    let refused = local.backend("POST", "/v1/sessions", r#"{"user_id":"user_owner"}"#).expect(400);
    assert_eq!(refused.code(), "request_invalid_for_environment");
}
