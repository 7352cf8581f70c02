//! Requests to a small app: what handlers see, the bytes that callers get, and paths that try to get
//! past guards.

use super::super::testing::{self, TestIssuer, TestToken};
use super::super::web::GET_ANSWERS_HEAD;
use super::super::{Profile, Reason, Rejection};
use super::app::{all_but_public, app, ask, refusal, unwired, DOUBLE_SLASHES};
use super::verifier;

const UNAUTHENTICATED: &str = "{\"error\":\"unauthenticated\"}";
const FORBIDDEN: &str = "{\"error\":\"forbidden\"}";

/// A response. The names of its headers are in lower case.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|header| header.0 == name).map(|header| header.1.as_str())
    }
}

/// Sends a request with an `Authorization` header.
pub(crate) fn with_bearer(request: &str, bearer: &str) -> Answer {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    ask(&app(verifier), request, &[("authorization", bearer)])
}

fn with_cookies(request: &str, cookies: &str, headers: &[(&str, &str)]) -> Answer {
    let verifier = verifier(&TestIssuer::new(), |_| ());
    let headers = [headers, &[("cookie", cookies)]].concat();
    ask(&app(verifier), request, &headers)
}

#[test]
fn a_handler_that_takes_a_session_needs_one() {
    let issuer = TestIssuer::new();
    let good = with_bearer("GET /me", &issuer.token().user("user_1").bearer());
    assert_eq!((good.status, good.body.as_str()), (200, "user_1"));
    let none = ask(&app(verifier(&issuer, |_| ())), "GET /me", &[]);
    let expected = [("content-type", "application/json"), ("www-authenticate", "Bearer")];
    for (name, value) in expected {
        assert_eq!(none.header(name), Some(value));
    }
    assert_eq!((none.status, none.body.as_str()), (401, UNAUTHENTICATED));
    let open = ask(&app(verifier(&issuer, |_| ())), "GET /open", &[]);
    assert_eq!(open.status, 200);
}

#[test]
fn every_bad_credential_gets_the_same_bytes() {
    let issuer = TestIssuer::new();
    let none = ask(&app(verifier(&issuer, |_| ())), "GET /me", &[]);
    let good = issuer.token().sign();
    let bad = [
        format!("Bearer {good}x"),
        format!("Bearer  {good}"),
        format!("Bearer {good} {good}"),
        format!("Basic {good}"),
        good.clone(),
        "Bearer".to_owned(),
        "Bearer \u{e9}".to_owned(),
        TestIssuer::stranger().token().bearer(),
        issuer.token().pending().bearer(),
        issuer.token().party("https://evil.example").bearer(),
        issuer.token().claim("exp", 1).bearer(),
        issuer.token().header("alg", "none").bearer(),
        issuer.token().claim("note", "n".repeat(9000)).bearer(),
    ];
    for bearer in &bad {
        assert_eq!(with_bearer("GET /me", bearer), none, "{bearer}");
    }
    let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
    let twice = ask(&app(verifier(&issuer, |_| ())), "GET /me", &twice);
    assert_eq!(twice, none);
}

#[test]
fn a_session_may_be_optional_but_a_bad_credential_is_refused() {
    let issuer = TestIssuer::new();
    let none = ask(&app(verifier(&issuer, |_| ())), "GET /maybe", &[]);
    assert_eq!((none.status, none.body.as_str()), (200, "nobody"));
    let good = with_bearer("GET /maybe", &issuer.token().bearer());
    assert_eq!(good.body, "user_test");
    let bad = with_bearer("GET /maybe", &issuer.token().claim("exp", 1).bearer());
    assert_eq!(bad.status, 401);
    let expired = format!("__session={}", issuer.token().claim("exp", 1).sign());
    assert_eq!(with_cookies("GET /maybe", &expired, &[]).body, "nobody");
    let elsewhere = issuer.token().claim("exp", 1).party("http://localhost:1");
    let elsewhere = format!("__session={}", elsewhere.sign());
    assert_eq!(with_cookies("GET /maybe", &elsewhere, &[]).body, "nobody");
    for left in [issuer.token().sign(), TestIssuer::stranger().token().sign()] {
        let left = format!("__session={left}; __client_uat=0");
        assert_eq!(with_cookies("GET /maybe", &left, &[]).body, "nobody");
        assert_eq!(with_cookies("GET /me", &left, &[]).status, 401);
    }
    let foreign = format!("__session={}", TestIssuer::stranger().token().sign());
    assert_eq!(with_cookies("GET /maybe", &foreign, &[]).status, 401);
}

#[test]
fn a_pending_session_is_for_pending_routes_only() {
    let issuer = TestIssuer::new();
    let pending = issuer.token().pending().bearer();
    assert_eq!(with_bearer("GET /pending", &pending).status, 200);
    assert_eq!(with_bearer("GET /me", &pending).status, 401);
    assert_eq!(with_bearer("GET /maybe", &pending).status, 401);
    let active = issuer.token().bearer();
    assert_eq!(with_bearer("GET /pending", &active).status, 403);
}

#[test]
fn cookies_are_held_to_their_own_rules() {
    let issuer = TestIssuer::new();
    let cookies = format!("__session={}", issuer.token().sign());
    let status = |request, headers: &[_]| with_cookies(request, &cookies, headers).status;
    assert_eq!(status("GET /me", &[]), 200);
    assert_eq!(status("POST /me", &[("origin", testing::PARTY)]), 200);
    assert_eq!(status("POST /me", &[]), 401);
    assert_eq!(status("POST /me", &[("origin", "https://evil.test.example")]), 401);
    assert_eq!(status("GET /me", &[("upgrade", "h2c")]), 200);
    assert_eq!(status("GET /me", &[("upgrade", "h2c, WebSocket")]), 401);
    let verifier = verifier(&issuer, |settings| settings.cookie = false);
    let refused = ask(&app(verifier), "GET /me", &[("cookie", &cookies)]);
    assert_eq!(refused.status, 401);
}

#[test]
fn without_parties_the_origin_must_be_the_host() {
    let issuer = TestIssuer::new();
    let builder = issuer.builder().settings(|settings| {
        super::plain(settings);
        settings.parties_required = false;
    });
    let builder = builder.variable("CLERK_AUTHORIZED_PARTIES", "");
    let app = app(builder.build().unwrap());
    let cookie = format!("__session={}", issuer.token().sign());
    let (own, other) = ("api.test.example", "evil.test.example");
    let status = |hosts: &[&'static str]| {
        let origin = ("origin", "https://api.test.example");
        let mut headers = vec![("cookie", cookie.as_str()), origin];
        headers.extend(hosts.iter().map(|host| ("host", *host)));
        ask(&app, "POST /me", &headers).status
    };
    assert_eq!(status(&[own]), 200);
    for hosts in [&[][..], &[other], &[own, other], &[other, own]] {
        assert_eq!(status(hosts), 401, "{hosts:?}");
    }
}

#[test]
fn a_token_that_is_remembered_from_a_header_is_not_trusted_in_a_cookie() {
    let issuer = TestIssuer::new();
    let app = app(verifier(&issuer, |_| ()));
    let token = issuer.token().sign();
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];
    assert_eq!(ask(&app, "POST /me", &header).status, 200);
    let cookie = format!("__session={token}");
    let cookie = [("cookie", cookie.as_str())];
    assert_eq!(ask(&app, "POST /me", &cookie).status, 401);
}

#[test]
fn a_missing_permission_is_403_and_a_reverification_has_clerks_own_body() {
    let issuer = TestIssuer::new();
    let token = issuer.token().organization("org_1", "acme");
    let without = with_bearer("POST /delete", &token.clone().bearer());
    assert_eq!((without.status, without.body.as_str()), (403, FORBIDDEN));
    assert_eq!(without.header("www-authenticate"), None);
    let token = token.permissions(&["org:projects:delete"]);
    let good = with_bearer("POST /delete", &token.clone().verified(5, 5).bearer());
    assert_eq!((good.status, good.body.as_str()), (200, "deleted"));
    let stale = with_bearer("POST /delete", &token.verified(10, 10).bearer());
    assert_eq!(stale.status, 403);
    assert_eq!(
        stale.body,
        "{\"clerk_error\":{\"type\":\"forbidden\",\"reason\":\"reverification-error\",\
         \"metadata\":{\"reverification\":\"strict\"}}}"
    );
}

#[test]
fn the_reason_is_named_in_the_dev_profile_only() {
    let issuer = TestIssuer::new();
    let reason = |profile: Profile| {
        let builder = issuer.builder_for(profile);
        let builder = builder.settings(super::plain);
        let answer = ask(&app(builder.build().unwrap()), "GET /me", &[]);
        answer.header("x-clerk-auth-reason").map(str::to_owned)
    };
    let missing = Some(Reason::SESSION_TOKEN_MISSING.as_str().to_owned());
    assert_eq!(reason(Profile::Dev), missing);
    assert_eq!(reason(Profile::Prod), None);
    assert_eq!(reason(Profile::HighSecurity), None);
}

/// Holds whether or not the environment of the test has a configuration.
#[test]
fn without_the_wiring_a_handler_is_still_protected() {
    let app = unwired();
    let foreign = TestIssuer::stranger().token().header("kid", "ins_x");
    let none = ask(&app, "GET /me", &[]);
    assert!([401, 503].contains(&none.status));
    let bearer = foreign.header("typ", "none").bearer();
    let bad = ask(&app, "GET /me", &[("authorization", bearer.as_str())]);
    assert_eq!(bad.status, none.status);
}

#[test]
fn an_outage_is_503() {
    let answer = refusal(&Rejection::new(Reason::KEYS_UNAVAILABLE));
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.body, "{\"error\":\"unavailable\"}");
}

#[test]
fn guards_protect_groups() {
    let issuer = TestIssuer::new();
    let token = issuer.token().organization("org_1", "acme");
    let member = token.clone().role("org:member");
    let admin = token.role("org:admin");
    let nobody = issuer.token();
    let status = |request, token: &TestToken| with_bearer(request, &token.bearer()).status;
    assert_eq!(status("GET /admin/users", &admin), 200);
    assert_eq!(status("GET /admin/users", &member), 403);
    assert_eq!(status("GET /members", &member), 200);
    assert_eq!(status("GET /members", &nobody), 403);
    let app = app(verifier(&issuer, |_| ()));
    let refused = ask(&app, "GET /me", &[]);
    for request in ["GET /members", "GET /admin/users", "GET /people"] {
        assert_eq!(ask(&app, request, &[]), refused, "{request}");
    }
}

#[test]
fn an_agent_is_no_person() {
    let user = TestIssuer::new().token();
    let staff = user.clone().actor("user_staff");
    let agent = user.clone().agent("agent_1");
    let status = |request, token: &TestToken| with_bearer(request, &token.bearer()).status;
    for token in [&user, &staff] {
        assert_eq!(status("GET /people", token), 200);
    }
    assert_eq!(status("GET /people", &agent), 403);
    assert_eq!(status("GET /me", &agent), 200);
}

#[test]
fn all_but_the_public_routes_need_a_session() {
    let issuer = TestIssuer::new();
    let app = all_but_public(verifier(&issuer, |_| ()));
    let status = |request| ask(&app, request, &[]).status;
    for request in ["GET /", "GET /public", "GET /in/public"] {
        assert_eq!(status(request), 200, "{request}");
    }
    assert_eq!(status("HEAD /public") == 200, GET_ANSWERS_HEAD);
    let others = [
        "POST /public",
        "GET /in/private",
        "GET /in/in/public",
        "GET /private",
        "GET /nowhere",
        "GET /public/",
        "GET /./public",
        "GET /x/../public",
        "GET /%70ublic",
        "GET /Public",
        "GET /public;x=1",
    ];
    for request in others.iter().chain(DOUBLE_SLASHES) {
        assert_eq!(status(request), 401, "{request}");
    }
    let bearer = issuer.token().bearer();
    let signed_in = [("authorization", bearer.as_str())];
    assert_eq!(ask(&app, "GET /private", &signed_in).status, 200);
}
