//! The Frontend API, asked as `clerk-js` asks it.

use serde_json::{Value, json};

use crate::running::{Local, ORIGIN, ids, parts};

fn jwt(value: &Value) -> &str {
    value["jwt"].as_str().unwrap()
}

#[test]
fn a_page_loads_signs_in_and_gets_tokens() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let environment = browser.ask("PATCH", "/v1/environment", "").expect(200).json();
    assert_eq!(environment["display_config"]["instance_environment_type"], "development");
    assert_eq!(environment["auth_config"]["single_session_mode"], false);
    assert_eq!(environment["commerce_settings"]["billing"]["organization"]["enabled"], false);
    assert_eq!(environment["display_config"]["sign_in_url"], format!("http://localhost:{}/sign-in", local.port));

    let loaded = browser.get("/v1/client").expect(200).json();
    assert_eq!((&loaded["response"]["sessions"], &loaded["client"]), (&json!([]), &Value::Null));
    let first = browser.sign_in("user_owner");
    let second = browser.sign_in("user_member");
    let client = browser.client();
    let mut both = vec![first.clone(), second.clone()];
    both.sort();
    assert_eq!(ids(&client), both);
    assert_eq!(client["last_active_session_id"], second.as_str());
    let session = client["sessions"].as_array().unwrap().iter().find(|one| one["id"] == second.as_str()).unwrap();
    assert_eq!(session["user"]["id"], "user_member");
    assert_eq!(session["public_user_data"]["identifier"], "member@example.com");
    let (header, claims) = local.verified(jwt(&session["last_active_token"]));
    assert_eq!((&header["cat"], &claims["azp"]), (&json!("cl_B7d4PD111AAA"), &json!(ORIGIN)));

    let token = browser.post(&format!("/v1/client/sessions/{first}/tokens"), "organization_id=&tab_state=focused");
    let token = token.expect(200).json();
    assert_eq!(token["object"], "token");
    let (_, claims) = local.verified(jwt(&token));
    assert_eq!((&claims["sid"], &claims["sub"], &claims["azp"]), (&json!(first), &json!("user_owner"), &json!(ORIGIN)));
    let unknown = browser.post(&format!("/v1/client/sessions/{first}/tokens/nothing"), "").expect(404);
    assert_eq!(unknown.code(), "resource_not_found");
}

#[test]
fn sessions_are_switched_and_left_one_by_one() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let (first, second) = (browser.sign_in("user_owner"), browser.sign_in("user_member"));
    let touch = |id: &str, form: &str| browser.post(&format!("/v1/client/sessions/{id}/touch"), form);
    let touched = touch(&first, "active_organization_id=&intent=select_session").expect(200).json();
    assert_eq!(
        (&touched["response"]["id"], &touched["client"]["last_active_session_id"]),
        (&json!(first), &json!(first))
    );
    assert_eq!(touch(&first, "intent=x").expect(422).code(), "form_param_value_invalid");

    let removed = browser.post(&format!("/v1/client/sessions/{first}/remove"), "").expect(200).json();
    assert_eq!(removed["response"]["status"], "removed");
    assert_eq!(ids(&removed["client"]), [second.as_str()]);
    assert_eq!(removed["client"]["last_active_session_id"], second.as_str());
    assert_eq!(touch(&first, "").expect(401).code(), "session_not_active");
    let active = browser.get(&format!("/v1/me/sessions/active?_clerk_session_id={second}")).expect(200).json();
    assert_eq!((active[0]["id"].as_str(), active[0]["latest_activity"].is_object()), (Some(second.as_str()), true));

    let out = browser.ask("DELETE", "/v1/client/sessions", "").expect(200).json();
    assert_eq!((&out["response"]["sessions"], &out["client"]), (&json!([]), &Value::Null));
    assert_eq!(out["response"]["last_active_session_id"], Value::Null);
    assert_eq!(browser.client()["sessions"], json!([]));
    browser.get("/v1/me").expect(401);
}

#[test]
fn another_browser_has_nothing_of_it() {
    let local = Local::start(&[]);
    let (mine, other) = (local.browser(), local.browser());
    let id = mine.sign_in("user_owner");
    for path in ["tokens", "touch", "end", "remove", "verify"] {
        let answer = other.post(&format!("/v1/client/sessions/{id}/{path}"), "level=first_factor").expect(404);
        assert_eq!(answer.code(), "resource_not_found");
    }
    other.get(&format!("/v1/client/sessions/{id}")).expect(404);
    let nobody = local.get("/v1/client?__clerk_db_jwt=dvb_unknown").expect(401);
    assert_eq!(nobody.code(), "dev_browser_unauthenticated");
    assert_eq!(ids(&mine.client()), [id]);
}

#[test]
fn what_the_backend_revokes_the_page_loses() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let (first, second) = (browser.sign_in("user_owner"), browser.sign_in("user_member"));
    local.backend("POST", &format!("/v1/sessions/{second}/revoke"), "").expect(200);
    let refused = browser.post(&format!("/v1/client/sessions/{second}/tokens"), "").expect(401);
    assert_eq!(refused.code(), "session_not_active");
    assert_eq!(ids(&browser.client()), [first.as_str()]);
    let elsewhere = local.session("user_owner");
    let revoked = browser.post(&format!("/v1/me/sessions/{elsewhere}/revoke"), "").expect(200).json();
    assert_eq!(revoked["response"]["status"], "revoked");
    let others = local.session("user_member");
    browser.post(&format!("/v1/me/sessions/{others}/revoke"), "").expect(404);
    let ended = browser.post(&format!("/v1/client/sessions/{first}/end"), "").expect(200).json();
    assert_eq!(ended["response"]["status"], "ended");
}

#[test]
fn an_organization_is_chosen() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let id = browser.sign_in("user_owner");
    assert_eq!(
        browser.client()["sessions"][0]["user"]["organization_memberships"][0]["organization"]["slug"],
        "example"
    );
    let form = "active_organization_id=org_example&intent=select_org";
    let touched = browser.post(&format!("/v1/client/sessions/{id}/touch"), form).expect(200).json();
    assert_eq!(touched["response"]["last_active_organization_id"], "org_example");
    let (_, claims) = local.verified(jwt(&touched["response"]["last_active_token"]));
    let expected = json!({ "id": "org_example", "slg": "example", "rol": "admin", "per": "read,manage", "fpm": "3" });
    assert_eq!((&claims["o"], &claims["fea"], &claims["pla"]), (&expected, &json!("o:projects"), &json!("o:pro")));
    // A form that does not name one changes nothing; an empty one takes it away, for one token or for the session.
    let tokens = format!("/v1/client/sessions/{id}/tokens");
    let organization = |form: &str| parts(jwt(&browser.post(&tokens, form).expect(200).json())).1["o"]["id"].clone();
    assert_eq!(organization(""), "org_example");
    assert_eq!(organization("organization_id="), Value::Null);
    assert_eq!(organization(""), "org_example");
    browser.post(&format!("/v1/client/sessions/{id}/touch"), "active_organization_id=org_x").expect(403);
    browser.post(&format!("/v1/client/sessions/{id}/touch"), "active_organization_id=").expect(200);
    assert_eq!(organization(""), Value::Null);
}

#[test]
fn a_ticket_works_once_and_may_carry_an_actor() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let ticket = local.ticket("user_owner");
    let form = format!("strategy=ticket&ticket={ticket}");
    browser.post("/v1/client/sign_ins", &form).expect(200);
    assert_eq!(browser.post("/v1/client/sign_ins", &form).expect(422).code(), "ticket_invalid_code");
    browser.post("/v1/client/sign_ins", "strategy=ticket").expect(422);
    browser.post("/v1/client/sign_ins", "strategy=x").expect(422);
    browser.post("/v1/client/sign_ins", "identifier=owner@example.com&password=any").expect(200);
    assert_eq!(browser.post("/v1/client/sign_ins", "identifier=x@y.z&password=any").status, 422);

    let body = json!({ "user_id": "user_member", "actor": { "sub": "user_owner", "why": "support" } });
    let actor = local.backend("POST", "/v1/actor_tokens", &body.to_string()).expect(200).json();
    assert_eq!((&actor["object"], &actor["status"]), (&json!("actor_token"), &json!("pending")));
    let form = format!("strategy=ticket&ticket={}", actor["token"].as_str().unwrap());
    let signed_in = browser.post("/v1/client/sign_ins", &form).expect(200).json();
    let id = signed_in["response"]["created_session_id"].as_str().unwrap();
    let (_, claims) = local.verified(jwt(&browser.post(&format!("/v1/client/sessions/{id}/tokens"), "").json()));
    assert_eq!((&claims["sub"], &claims["act"]), (&json!("user_member"), &body["actor"]));
    let session = local.backend("GET", &format!("/v1/sessions/{id}"), "").json();
    assert_eq!(session["expire_at"].as_i64().unwrap() - session["created_at"].as_i64().unwrap(), 1_800_000);

    let other = local.backend("POST", "/v1/sign_in_tokens", r#"{"user_id":"user_owner"}"#).json();
    let revoke = format!("/v1/sign_in_tokens/{}/revoke", other["id"].as_str().unwrap());
    assert_eq!(local.backend("POST", &revoke, "").expect(200).json()["status"], "revoked");
    let form = format!("strategy=ticket&ticket={}", other["token"].as_str().unwrap());
    browser.post("/v1/client/sign_ins", &form).expect(422);
}

#[test]
fn a_session_with_tasks_is_pending() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let id = browser.sign_in("user_owner");
    let set = |tasks: &str| local.control("POST", &format!("/local/sessions/{id}/tasks"), tasks);
    assert_eq!(set(r#"{"tasks":["choose-organization"]}"#).expect(200).json()["status"], "pending");
    let client = browser.client();
    assert_eq!(
        (&client["sessions"][0]["status"], &client["sessions"][0]["tasks"][0]["key"]),
        (&json!("pending"), &json!("choose-organization"))
    );
    let token = browser.post(&format!("/v1/client/sessions/{id}/tokens"), "").expect(200).json();
    assert_eq!(local.verified(jwt(&token)).1["sts"], "pending");
    let form = "active_organization_id=org_example&intent=select_org";
    let touched = browser.post(&format!("/v1/client/sessions/{id}/touch"), form).expect(200).json();
    assert_eq!((&touched["response"]["status"], &touched["response"]["tasks"]), (&json!("active"), &Value::Null));
    assert_eq!(local.verified(jwt(&touched["response"]["last_active_token"])).1.get("sts"), None);
    set(r#"{"tasks":["x"]}"#).expect(422);
}

#[test]
fn factors_are_verified_again() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let id = browser.sign_in("user_owner");
    let ages = || browser.client()["sessions"][0]["factor_verification_age"].clone();
    assert_eq!(ages(), json!([0, -1]));
    local.control("POST", &format!("/local/sessions/{id}/factors"), r#"{"first":"2h","second":"90s"}"#).expect(200);
    assert_eq!(ages(), json!([120, 1]));
    let verify = |path: &str, form: &str| browser.post(&format!("/v1/client/sessions/{id}/verify{path}"), form);
    assert_eq!(verify("", "level=first_factor").expect(200).json()["response"]["status"], "needs_first_factor");
    verify("", "level=x").expect(422);
    verify("/attempt_first_factor", "strategy=email_code&code=1").expect(422);
    let done = verify("/attempt_first_factor", "strategy=password&password=any").expect(200).json();
    assert_eq!((&done["response"]["status"], &ages()), (&json!("complete"), &json!([0, 1])));
    verify("/attempt_second_factor", "strategy=totp&code=424242").expect(200);
    assert_eq!(ages(), json!([0, 0]));
}

#[test]
fn what_browsers_ask_is_answered_below_the_proxys_path() {
    let local = Local::start(&[]);
    let browser = local.browser();
    browser.get("/__clerk/v1/client").expect(200);
    browser.ask("PATCH", "/__clerk/v1/environment", "").expect(200);
    local.get("/__clerk/.well-known/jwks.json").expect(200);
    // A proxy may stand open to the network.
    for path in ["/__clerk", "/__clerk/", "/__clerk/sign-in", "/__clerk/local/instance", "/__clerk/page/reset"] {
        assert_eq!(local.control("GET", path, "").expect(404).code(), "resource_not_found", "{path}");
    }
    // A dev server's proxy hands on the name of its own port; a request of the same origin says where it comes from only so.
    let id = browser.sign_in("user_owner");
    let path = format!("/__clerk/v1/client/sessions/{id}/tokens?__clerk_db_jwt={}", browser.id);
    let headers = [("host", "localhost:5173"), ("referer", "http://localhost:5173/deep?x=1")];
    let token = local.ask("POST", &path, &headers, b"").expect(200).json();
    assert_eq!(parts(jwt(&token)).1["azp"], "http://localhost:5173");
    let foreign = local.ask("POST", &path, &[("referer", "https://evil.test/")], b"").expect(200).json();
    assert_eq!(parts(jwt(&foreign)).1.get("azp"), None);
}

fn handshake(local: &Local, query: &str, headers: &[(&str, &str)]) -> crate::running::Answer {
    let target = "http%3A%2F%2Flocalhost%3A3000%2Fpage%3Fx%3D1";
    local.ask("GET", &format!("/v1/client/handshake?redirect_url={target}&{query}"), headers, b"")
}

/// The parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let (_, rest) = address.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("{address}"));
    rest.split('&').next().unwrap().to_owned()
}

#[test]
fn a_handshake_brings_cookies_by_a_nonce() {
    let local = Local::start(&[]);
    let browser = local.browser();
    let id = browser.sign_in("user_owner");
    let query = format!("suffixed_cookies=true&format=nonce&__clerk_hs_reason=x&__clerk_db_jwt={}", browser.id);
    let answer = handshake(&local, &query, &[]).expect(307);
    let location = answer.header("location").unwrap();
    assert!(location.starts_with("http://localhost:3000/page?x=1&__clerk_handshake_nonce="), "{location}");
    let nonce = parameter(location, "__clerk_handshake_nonce");
    let fetched = local.backend("GET", &format!("/v1/clients/handshake_payload?nonce={nonce}"), "").expect(200).json();
    let directives: Vec<&str> =
        fetched["directives"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let named = |name: &str| directives.iter().find_map(|one| one.strip_prefix(&format!("{name}="))).unwrap();
    for name in ["__session", "__client_uat", "__clerk_db_jwt"] {
        let suffixed = directives.iter().any(|one| one.starts_with(&format!("{name}_")));
        assert!(suffixed, "{directives:?}");
        assert!(named(name).contains("SameSite=Lax") && !named(name).contains("HttpOnly"), "{directives:?}");
    }
    assert!(named("__clerk_db_jwt").starts_with(&browser.id));
    let (_, claims) = local.verified(named("__session").split(';').next().unwrap());
    assert_eq!(claims["sid"], id);

    // A refresh with what it brought.
    let refresh = directives.iter().find(|one| one.starts_with("__refresh_")).unwrap();
    assert!(refresh.contains("HttpOnly"));
    let refresh = refresh.split_once('=').unwrap().1.split(';').next().unwrap();
    let body = |token: &str, refresh: &str| {
        json!({
        "expired_token": token, "refresh_token": refresh, "request_origin": ORIGIN, "format": "cookie",
        "request_headers": { "x": ["y"] }, "request_originating_ip": null })
        .to_string()
    };
    let expired = local.token(&json!({ "session": id, "bad": "expired", "party": ORIGIN }).to_string());
    let path = format!("/v1/sessions/{id}/refresh?suffixed_cookies=true");
    let refreshed = local.backend("POST", &path, &body(&expired, refresh)).expect(200).json();
    assert_eq!((&refreshed["object"], refreshed["cookies"].as_array().unwrap().len()), (&json!("cookies"), 2));
    let code =
        |token: &str, refresh: &str, path: &str| local.backend("POST", path, &body(token, refresh)).expect(401).code();
    assert_eq!(code(&expired, "x", &path), "refresh_token_not_found");
    assert_eq!(code("a.b.c", refresh, &path), "expired_session_token_invalid");
    assert_eq!(code(&expired, refresh, "/v1/sessions/sess_x/refresh"), "refresh_sid_mismatch");
    let other = local.token(&json!({ "session": id, "bad": "wrong-party" }).to_string());
    assert_eq!(code(&other, refresh, &path), "refresh_request_origin_azp_mismatch");
    local.backend("POST", &format!("/v1/sessions/{id}/revoke"), "").expect(200);
    assert_eq!(code(&expired, refresh, &path), "session_refresh_inactive_session");
}

#[test]
fn a_handshake_brings_cookies_in_a_token_too() {
    let local = Local::start(&[]);
    // A browser that is not known gets one, or it would come again.
    let answer = handshake(&local, "suffixed_cookies=false", &[]).expect(307);
    let token = parameter(answer.header("location").unwrap(), "__clerk_handshake");
    let (_, claims) = local.verified(&token);
    let directives: Vec<&str> =
        claims["handshake"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(directives.iter().any(|one| one.starts_with("__client_uat=0;")), "{directives:?}");
    assert!(directives.iter().any(|one| one.starts_with("__session=;") && one.contains("Max-Age=0")), "{directives:?}");
    let dev_browser = directives.iter().find_map(|one| one.strip_prefix("__clerk_db_jwt=")).unwrap();
    let dev_browser = dev_browser.split(';').next().unwrap();
    local.get(&format!("/v1/client?__clerk_db_jwt={dev_browser}")).expect(200);

    let evil = local.get("/v1/client/handshake?redirect_url=https%3A%2F%2Fevil.test%2F").expect(400);
    assert_eq!(evil.code(), "invalid_url_redirect");
    assert_eq!(local.get("/v1/client/handshake").expect(422).code(), "form_param_missing");
    local.get("/v1/client/handshake?redirect_url=javascript:alert(1)").expect(400);
    handshake(&local, "format=x", &[]).expect(422);
}

#[test]
fn a_production_instance_carries_its_client_in_a_cookie() {
    let local = Local::start(&["--live"]);
    assert!(local.variables["CLERK_PUBLISHABLE_KEY"].starts_with("pk_live_"));
    assert_eq!(local.variables.get("CLERK_SESSION_PROFILE"), None);
    assert_eq!(local.variables["CLERK_AUTHORIZED_PARTIES"], "http://localhost:3000");
    let nobody = local.get("/v1/client").expect(200);
    assert_eq!((nobody.json()["response"].clone(), nobody.cookies()), (Value::Null, vec![]));
    let form = format!("strategy=ticket&ticket={}", local.ticket("user_owner"));
    let answer = local.ask("POST", "/v1/client/sign_ins", &[("origin", ORIGIN)], form.as_bytes()).expect(200);
    let cookies = answer.cookies();
    let client = cookies.iter().find(|one| one.starts_with("__client=")).unwrap();
    assert!(answer.headers.iter().any(|(_, value)| value.starts_with("__client=") && value.contains("HttpOnly")));
    let uat: Vec<&&str> =
        cookies.iter().filter(|one| one.starts_with("__client_uat") && !one.ends_with("=0")).collect();
    assert_eq!(uat.len(), 2, "{cookies:?}");
    let loaded = local.ask("GET", "/v1/client", &[("cookie", &format!("a=b; {client}; __client=x"))], b"").expect(200);
    assert_eq!(loaded.json()["response"]["sessions"][0]["user"]["id"], "user_owner");
    let verify = json!({ "token": client.strip_prefix("__client=").unwrap() }).to_string();
    assert_eq!(local.backend("POST", "/v1/clients/verify", &verify).expect(200).json()["object"], "client");

    let answer = handshake(&local, "format=nonce&suffixed_cookies=true", &[("cookie", client)]).expect(307);
    assert_eq!(answer.header("location"), Some("http://localhost:3000/page?x=1"));
    let nonce = answer.cookies()[0].strip_prefix("__clerk_handshake_nonce=").unwrap().to_owned();
    // The cookie lives for a while, so that the nonce must as well.
    for _ in 0..2 {
        let path = format!("/v1/clients/handshake_payload?nonce={nonce}");
        let directives = local.backend("GET", &path, "").expect(200).json()["directives"].clone();
        let directives = directives.to_string();
        assert!(
            directives.contains("__clerk_handshake_nonce=;") && !directives.contains("__clerk_db_jwt"),
            "{directives}"
        );
    }
    let out = local.ask("POST", "/v1/client/sessions?_method=DELETE", &[("cookie", client)], b"").expect(200);
    assert!(out.cookies().contains(&"__client_uat=0"), "{:?}", out.cookies());
}

/// Every member that Clerk's documents name as needed, and no other, but for those that may be there as well.
#[test]
fn objects_have_their_members() {
    let local = Local::start(&[]);
    let browser = local.browser();
    browser.sign_in("user_owner");
    let client = browser.client();
    let session = &client["sessions"][0];
    let membership = &session["user"]["organization_memberships"][0];
    let table = [
        (
            &client,
            "captcha_bypass cookie_expires_at created_at id last_active_session_id last_authentication_strategy \
            object sessions sign_in sign_up updated_at",
        ),
        (
            session,
            "abandon_at actor created_at expire_at factor_verification_age id last_active_at \
            last_active_organization_id last_active_token object public_user_data status tasks updated_at user",
        ),
        (
            &session["user"],
            "backup_code_enabled banned create_organization_enabled created_at delete_self_enabled \
            deprovisioned email_addresses enterprise_accounts external_accounts external_id first_name has_image id \
            image_url last_active_at last_name last_sign_in_at legal_accepted_at locked lockout_expires_in_seconds \
            mfa_disabled_at mfa_enabled_at object organization_memberships passkeys password_enabled \
            password_last_updated_at phone_numbers primary_email_address_id primary_phone_number_id \
            primary_web3_wallet_id profile_image_url public_metadata saml_accounts totp_enabled two_factor_enabled \
            unsafe_metadata updated_at username verification_attempts_remaining web3_wallets",
        ),
        (
            &session["user"]["email_addresses"][0],
            "created_at email_address id linked_to matches_sso_connection object \
            reserved updated_at verification",
        ),
        (
            membership,
            "created_at id object organization permissions public_metadata public_user_data role role_name \
            updated_at",
        ),
        (
            &membership["organization"],
            "admin_delete_enabled created_at has_image id image_url \
            max_allowed_memberships members_count name object pending_invitations_count public_metadata slug updated_at",
        ),
    ];
    for (object, members) in table {
        let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members.split_whitespace().collect::<Vec<_>>());
    }
}
