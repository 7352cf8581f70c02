//! The front page, used without scripts.

use crate::running::{Local, ORIGIN};
use crate::tokens::seed;

/// The word that this start's forms carry.
fn form_token(local: &Local) -> String {
    let page = local.get("/").expect(200).body;
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// A form as a browser sends it from the page.
fn send(local: &Local, path: &str, form: &str) -> crate::running::Answer {
    let own = format!("http://{}", local.address());
    let headers = [("origin", own.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    local.ask("POST", path, &headers, form.as_bytes())
}

#[test]
fn somebody_is_signed_in_at_the_frontend() {
    let local = Local::start(&["--origin", ORIGIN]);
    let form = format!("form_token={}&user=user_owner&organization=org_example", form_token(&local));
    let answer = send(&local, "/page/sign-in", &form).expect(303);
    let location = answer.header("location").unwrap().to_owned();
    let dev_browser = location.strip_prefix("http://localhost:3000/?__clerk_db_jwt=").unwrap();
    let client = local.get(&format!("/v1/client?__clerk_db_jwt={dev_browser}")).expect(200).json();
    assert_eq!(client["response"]["sessions"][0]["last_active_organization_id"], "org_example");

    // The frontend's own sign-in leads here, and back to where it came from, in the same browser.
    let page = local.get(&format!("/sign-in?__clerk_db_jwt={dev_browser}")).expect(200).body;
    assert!(page.contains(&format!("name=\"dev_browser\" value=\"{dev_browser}\"")));
    let back = "http%3A%2F%2Flocalhost%3A3000%2Fdeep%3Fx%3D1%26__clerk_db_jwt%3Dold%23frag";
    let form =
        format!("form_token={}&user=user_member&dev_browser={dev_browser}&redirect_url={back}", form_token(&local));
    let answer = send(&local, "/page/sign-in", &form).expect(303);
    let expected = format!("http://localhost:3000/deep?x=1&__clerk_db_jwt={dev_browser}#frag");
    assert_eq!(answer.header("location"), Some(expected.as_str()));
    let client = local.get(&format!("/v1/client?__clerk_db_jwt={dev_browser}")).expect(200).json();
    assert_eq!(client["response"]["sessions"].as_array().unwrap().len(), 2);
}

#[test]
fn a_form_of_somebody_else_does_nothing() {
    let local = Local::start(&["--origin", ORIGIN]);
    let id = local.session("user_owner");
    for path in
        ["/page/sign-in".to_owned(), format!("/page/sessions/{id}/revoke"), format!("/page/sessions/{id}/token")]
    {
        for form in ["user=user_owner", "user=user_owner&form_token=x"] {
            send(&local, &path, form).expect(403);
        }
        local.ask("POST", &path, &[("origin", "https://evil.test")], b"").expect(403);
    }
    assert_eq!(local.backend("GET", &format!("/v1/sessions/{id}"), "").json()["status"], "active");
    let token = form_token(&local);
    for target in
        ["https%3A%2F%2Fevil.test", "javascript%3Aalert(1)", "%2F%2Fevil.test", "http%3A%2F%2Flocalhost%3A3001"]
    {
        let answer = send(&local, "/page/sign-in", &format!("form_token={token}&user=user_owner&target={target}"));
        assert_eq!((answer.status, answer.header("location")), (422, None), "{target}");
    }
}

#[test]
fn sessions_are_ended_and_asked_with() {
    let local = Local::start(&["--origin", ORIGIN]);
    let token = form_token(&local);
    for (action, status) in [("revoke", "revoked"), ("expire", "expired")] {
        let id = local.session("user_owner");
        assert!(local.get("/").body.contains(&id));
        let answer = send(&local, &format!("/page/sessions/{id}/{action}"), &format!("form_token={token}")).expect(303);
        assert_eq!(answer.header("location"), Some("/"));
        assert_eq!(local.backend("GET", &format!("/v1/sessions/{id}"), "").json()["status"], status);
        assert!(!local.get("/").body.contains(&format!("<code>{id}</code>")));
    }
    let id = local.session("user_member");
    let page = send(&local, &format!("/page/sessions/{id}/token"), &format!("form_token={token}")).expect(200).body;
    let (_, rest) = page.split_once("Authorization: Bearer ").unwrap();
    let jwt = rest.split(['&', '\'']).next().unwrap();
    let (_, claims) = local.verified(jwt);
    assert_eq!((claims["sid"].as_str(), claims["azp"].as_str()), (Some(id.as_str()), Some(ORIGIN)));
    assert!(!local.get("/").body.contains("Bearer"));
}

#[test]
fn names_are_text_and_nothing_comes_from_elsewhere() {
    let text = r#"
[[users]]
id = "user_x"
email = "a@b.c"
first_name = "<script>alert(1)</script>"
[[organizations]]
name = "\"><img src=x>"
slug = "x"
"#;
    let local = Local::start(&["--seed", &seed("names", text)]);
    let answer = local.get("/?__clerk_db_jwt=%22%3E%3Cscript%3E").expect(200);
    assert!(
        !answer.body.contains("<script>alert") && !answer.body.contains("<img") && !answer.body.contains("\"><script>")
    );
    assert!(answer.body.contains("&lt;script&gt;"));
    for word in ["src=", "href=", "@import", "url("] {
        assert!(!answer.body.replace("img src=x", "").contains(word), "{word}");
    }
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(answer.body.contains("prefers-color-scheme") || answer.body.contains("color-scheme: light dark"));
    assert!(answer.body.contains("width=device-width"));
    // No origin was given, and none has asked: the page asks where the frontend is.
    assert!(answer.body.contains("name=\"target\" type=\"url\""));
    local.ask("GET", "/v1/environment", &[("origin", "http://localhost:5173")], b"").expect(200);
    assert!(
        local.get("/").body.contains("value=\"http:&#x2F;&#x2F;localhost:5173\"")
            || local.get("/").body.contains("value=\"http://localhost:5173\"")
    );
}

#[test]
fn a_production_instance_signs_in_by_cookie() {
    let local = Local::start(&["--live"]);
    let elsewhere = Local::start(&["--live", "--origin", "https://app.example.com"]);
    assert!(elsewhere.get("/").body.contains("name=\"target\" type=\"url\""));
    let form = format!("form_token={}&user=user_owner&target=https%3A%2F%2Fapp.example.com", form_token(&elsewhere));
    send(&elsewhere, "/page/sign-in", &form).expect(422);
    let form = format!("form_token={}&user=user_owner&target=http%3A%2F%2Flocalhost%3A3000", form_token(&local));
    let answer = send(&local, "/page/sign-in", &form).expect(303);
    assert_eq!(answer.header("location"), Some("http://localhost:3000/"));
    let client = answer.cookies().into_iter().find(|one| one.starts_with("__client=")).unwrap().to_owned();
    let loaded = local.ask("GET", "/v1/client", &[("cookie", &client)], b"").expect(200).json();
    assert_eq!(loaded["response"]["sessions"][0]["user"]["id"], "user_owner");
    assert!(local.get("/").body.contains("same host name"));
}
