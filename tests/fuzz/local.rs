//! Requests to the local Clerk, made from bytes: whatever a form or a JSON document says, the answer is one in the right form,
//! no secret is in it, and nobody is lost. Shared by the fuzz target of that name and by `cargo test`.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use camino::Utf8PathBuf;
use cargo_clerk_sessions::local::options::{DEVELOPMENT_HOST, Options};
use cargo_clerk_sessions::local::server::{JwksMode, Local, lock};
use cargo_clerk_sessions::local::start::{Running, start};
use cargo_clerk_sessions::local::world::World;
use cargo_clerk_sessions::local::{http, sessions};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// What takes a body. `{session}`, `{template}` and `{ticket}` are filled in.
const PATHS: &[(&str, &str)] = &[
    ("POST", "/v1/sessions"),
    ("PATCH", "/v1/sessions/{session}"),
    ("POST", "/v1/sessions/{session}/refresh"),
    ("POST", "/v1/sessions/{session}/tokens"),
    ("POST", "/v1/sessions/{session}/tokens/t"),
    ("POST", "/v1/jwt_templates"),
    ("PATCH", "/v1/jwt_templates/{template}"),
    ("POST", "/v1/sign_in_tokens"),
    ("POST", "/v1/actor_tokens"),
    ("POST", "/v1/clients/verify"),
    ("GET", "/v1/sessions"),
    ("GET", "/v1/users"),
    ("GET", "/v1/client/handshake"),
    ("GET", "/v1/client"),
    ("POST", "/v1/client/sign_ins"),
    ("POST", "/v1/client/sessions/{session}/touch"),
    ("POST", "/v1/client/sessions/{session}/tokens"),
    ("POST", "/v1/client/sessions/{session}/tokens/t"),
    ("POST", "/v1/client/sessions/{session}/verify"),
    ("POST", "/v1/client/sessions/{session}/verify/attempt_first_factor"),
    ("POST", "/v1/client/sessions/{session}/verify/attempt_second_factor"),
    ("POST", "/v1/client"),
    ("POST", "/local/tokens"),
    ("POST", "/local/clock"),
    ("POST", "/local/jwks"),
    ("POST", "/local/sessions/{session}/tasks"),
    ("POST", "/local/sessions/{session}/factors"),
    ("GET", "/local/requests"),
    ("POST", "/page/sign-in"),
    ("POST", "/page/sessions/{session}/token"),
    ("GET", "/npm/@clerk/clerk-js@6/x"),
];

/// What bodies and queries are made of, to begin with.
pub const SEEDS: &[&str] = &[
    "\0j\n{\"user_id\":\"user_owner\",\"active_organization_id\":\"org_example\"}",
    "\x01j\n{\"expire_at\":1900000000000}",
    "\x02j\n{\"expired_token\":\"@t\",\"refresh_token\":\"@r\",\"request_origin\":\"http://localhost:3000\",\"format\":\"cookie\"}",
    "\x03j\n{\"expires_in_seconds\":600}",
    "\x05j\n{\"name\":\"x\",\"claims\":{\"a\":\"{{user.public_metadata.plan || 'free'}}\",\"b\":[{\"c\":null}]},\"lifetime\":60,\
     \"allowed_clock_skew\":5,\"custom_signing_key\":true,\"signing_algorithm\":\"HS256\",\"signing_key\":\"k\"}",
    "\x07j\n{\"user_id\":\"user_owner\",\"expires_in_seconds\":60,\"org_id\":\"org_example\"}",
    "\x08j\n{\"user_id\":\"user_owner\",\"actor\":{\"sub\":\"user_member\"},\"session_max_duration_in_seconds\":60}",
    "\x0aj?user_id=user_owner&status=active&limit=10&offset=0&paginated=true\n",
    "\x0cf?redirect_url=http%3A%2F%2Flocalhost%3A3000%2F&format=nonce&suffixed_cookies=true&organization_id=org_example\n",
    "\x0ef\nstrategy=ticket&ticket=@k",
    "\x0ef\nstrategy=password&identifier=owner%40example.com&password=x",
    "\x0ff\nactive_organization_id=org_example&intent=select_org",
    "\x10f\norganization_id=&tab_state=focused",
    "\x13f\nstrategy=password&password=x",
    "\x15f?_method=DELETE\n",
    "\x16j\n{\"user\":\"member@example.com\",\"organization\":\"example\",\"role\":\"org:x\",\"permissions\":[\"org:a:b\"],\
     \"claims\":{\"plan\":\"pro\"},\"template\":\"t\",\"expires_in\":\"15m\",\"bad\":\"expired\",\"party\":\"x\"}",
    "\x17j\n{\"advance\":\"-1h\"}",
    "\x18j\n{\"mode\":\"wrong\",\"delay_ms\":0}",
    "\x19j\n{\"tasks\":[\"choose-organization\",\"setup-mfa\"]}",
    "\x1aj\n{\"first\":\"2h\",\"second\":null}",
    "\x1cf\nform_token=@f&user=user_owner&target=http%3A%2F%2Flocalhost%3A3000&organization=org_example",
];

/// A stand-in that is asked in this process.
pub struct Target {
    running: Running,
    runtime: Runtime,
    /// With one session, one template and one ticket.
    world: World,
    /// What stands for `@t`, `@r`, `@k` and `@f` in an input.
    words: [(&'static str, String); 4],
    session: String,
    template: String,
    dev_browser: String,
}

impl Target {
    /// Starts one.
    pub fn new() -> Self {
        let options = Options {
            port: 0,
            origins: Vec::new(),
            webhook: None,
            live: false,
            key_host: DEVELOPMENT_HOST.to_owned(),
            frontend: Utf8PathBuf::from("."),
            state: None,
        };
        let running = start(options, None, |_| {}).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut target = Self {
            world: running.local.seed.clone(),
            words: [
                ("@t", String::new()),
                ("@r", String::new()),
                ("@k", String::new()),
                ("@f", running.local.form_token.clone()),
            ],
            running,
            runtime,
            session: String::new(),
            template: String::new(),
            dev_browser: String::new(),
        };
        target.settle();
        target
    }

    /// Signs somebody in and notes what a request may name.
    fn settle(&mut self) {
        let text = |value: Value, name: &str| value[name].as_str().unwrap().to_owned();
        self.dev_browser = text(self.json("POST", "/v1/dev_browser", "{}"), "id");
        let ticket = text(self.json("POST", "/v1/sign_in_tokens", r#"{"user_id":"user_owner"}"#), "token");
        let form = format!("strategy=ticket&ticket={ticket}");
        let signed_in = self.json("POST", "/v1/client/sign_ins", &form);
        self.session = text(signed_in["response"].clone(), "created_session_id");
        self.template = text(self.json("POST", "/v1/jwt_templates", r#"{"name":"t","claims":{"a":1}}"#), "id");
        let order = format!("{{\"session\":\"{}\"}}", self.session);
        self.words[0].1 = text(self.json("POST", "/local/tokens", &order), "jwt");
        self.words[2].1 = text(self.json("POST", "/v1/sign_in_tokens", r#"{"user_id":"user_owner"}"#), "token");
        let mut world = lock(&self.local().world).clone();
        for client in world.clients.values_mut().filter(|client| client.dev_browser.as_ref() == Some(&self.dev_browser))
        {
            client.refresh = Some("r".to_owned());
        }
        self.words[1].1 = String::from("r");
        self.world = world;
    }

    fn local(&self) -> &Arc<Local> {
        &self.running.local
    }

    /// A good request, and its answer.
    fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let (status, _, body) = self.send(method, path, "", kind, body.as_bytes()).unwrap();
        assert_eq!(status, 200, "{method} {path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    /// Asks, where the bytes make a request at all.
    fn send(&self, method: &str, path: &str, query: &str, kind: &str, body: &[u8]) -> Option<(u16, String, Vec<u8>)> {
        let path = path.replace("{session}", &self.session).replace("{template}", &self.template);
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?__clerk_db_jwt={}&{query}", self.dev_browser))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, kind)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.local().secrets.key))
            .header("clerk-sessions-local", "1")
            .body(Body::from(body.to_vec()))
            .ok()?;
        let service = http::service(Arc::clone(self.local()));
        let answer = async {
            let answer: Response<Body> = service.oneshot(request).await.unwrap();
            let (status, kind) = (answer.status().as_u16(), answer.headers().get(header::CONTENT_TYPE).cloned());
            let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
            (status, kind, to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec())
        };
        Some(self.runtime.block_on(answer))
    }

    /// Asks what the bytes say: a byte for the path, one for the kind of body, a query up to the end of the line, the body.
    pub fn ask(&self, input: &[u8]) {
        let [path, kind, rest @ ..] = input else { return };
        let (method, path) = PATHS[usize::from(*path) % PATHS.len()];
        let kind = if kind % 2 == 0 { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut parts = rest.splitn(2, |byte| *byte == b'\n');
        let filled = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            self.words.iter().fold(text, |text, (word, value)| text.replace(word, value))
        };
        let query = filled(parts.next().unwrap_or_default());
        let query: String = query.trim_start_matches('?').chars().filter(char::is_ascii_graphic).collect();
        let raw = parts.next().unwrap_or_default();
        let body = if raw.contains(&b'@') { filled(raw).into_bytes() } else { raw.to_vec() };
        if let Some((status, kind, answer)) = self.send(method, path, &query, kind, &body) {
            self.judge(method, path, status, &kind, &answer);
        }
        self.reset();
    }

    fn judge(&self, method: &str, path: &str, status: u16, kind: &str, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        assert!(status < 500, "{method} {path}: {status} {text}");
        assert!(!text.contains(&self.local().secrets.key) && !text.contains(&self.local().secrets.webhook), "{text}");
        if kind.starts_with("application/json") {
            let document: Value = serde_json::from_slice(body).unwrap();
            let refused = document["errors"][0]["code"].is_string() && document["clerk_trace_id"].is_string();
            assert_eq!(status >= 400, refused, "{method} {path}: {status} {text}");
        } else {
            assert!(status < 400 || kind.starts_with("text/html"), "{method} {path}: {status} {kind} {text}");
        }
        self.local().read(|world, now| {
            assert_eq!((world.users.len(), world.organizations.len(), world.memberships.len()), (2, 1, 2));
            for client in world.clients.values() {
                let last = client.last_active_session.as_ref().map(|id| &world.sessions[id]);
                assert!(last.is_none_or(|session| session.client == client.id), "a client has another's session");
            }
            assert!(world.sessions.values().all(|session| world.clients.contains_key(&session.client)));
            assert!(sessions::live(world, "nobody", now).is_empty());
            serde_json::to_string(world).unwrap();
        });
        self.json("GET", "/v1/environment", "{}");
    }

    /// As it was before.
    fn reset(&self) {
        let local = self.local();
        local.clock.reset();
        *lock(&local.jwks) = (JwksMode::Ok, 0);
        lock(&local.world).clone_from(&self.world);
    }
}
