//! A started `local`, and how it is asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use support::http;

/// A `local` that runs. It ends with this value.
pub struct Local {
    pub child: Child,
    pub port: u16,
    pub variables: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The values of `set-cookie`, each up to its attributes.
    pub fn cookies(&self) -> Vec<&str> {
        let values = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        values.filter_map(|(_, value)| value.split(';').next()).collect()
    }

    /// The code of a refusal, whose envelope is whole.
    pub fn code(&self) -> String {
        let document = self.json();
        let error = &document["errors"][0];
        for name in ["message", "long_message", "code"] {
            assert!(error[name].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        }
        assert!(error["meta"].is_object(), "{self:?}");
        assert_eq!(document["clerk_trace_id"].as_str().unwrap().len(), 32, "{self:?}");
        error["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// The program, without what the environment of the tests says.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-clerk-sessions"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("CLERK_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

impl Local {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = command(&["local", "--port", "0", "--print-env"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut variables = BTreeMap::new();
        while !variables.contains_key("NEXT_PUBLIC_CLERK_PROXY_URL") {
            let Some(line) = lines.next() else {
                let mut said = String::new();
                child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                panic!("{said}");
            };
            let line = line.unwrap();
            let (name, value) = line.split_once('=').unwrap();
            variables.insert(name.to_owned(), value.trim_matches('\'').to_owned());
        }
        // A pipe that nobody reads would hold it up.
        let mut said = child.stderr.take().unwrap();
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        let port = variables["CLERK_API_URL"].rsplit(':').next().unwrap().parse().unwrap();
        Self { child, port, variables }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// One request; `host` unless it is among the headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request.push_str(&format!("host: {}\r\n", self.address()));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut stream = http::send(&self.address(), &[request.as_bytes(), body].concat());
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned()));
        Answer { status, headers: headers.collect(), body: body.to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// With the secret key and a body of JSON.
    pub fn backend(&self, method: &str, path: &str, body: &str) -> Answer {
        let key = format!("Bearer {}", self.variables["CLERK_SECRET_KEY"]);
        self.ask(method, path, &[("authorization", &key), ("content-type", "application/json")], body.as_bytes())
    }

    /// The control API.
    pub fn control(&self, method: &str, path: &str, body: &str) -> Answer {
        let headers = [("clerk-sessions-local", "1"), ("content-type", "application/json")];
        self.ask(method, path, &headers, body.as_bytes())
    }

    /// A new session of a user, through the Backend API.
    pub fn session(&self, user: &str) -> String {
        let answer = self.backend("POST", "/v1/sessions", &format!("{{\"user_id\":\"{user}\"}}")).expect(200);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A ticket that signs a user in.
    pub fn ticket(&self, user: &str) -> String {
        let answer = self.backend("POST", "/v1/sign_in_tokens", &format!("{{\"user_id\":\"{user}\"}}")).expect(200);
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// Header and claims of a token, whose signature one of the published keys has made.
    pub fn verified(&self, token: &str) -> (Value, Value) {
        let (header, claims) = parts(token);
        let set = self.get("/.well-known/jwks.json").expect(200).json();
        let keys = set["keys"].as_array().unwrap().iter().filter(|key| key["kid"] == header["kid"]);
        assert!(keys.into_iter().any(|key| signed(token, key)), "{header} {set}");
        (header, claims)
    }

    /// A token from the control API.
    pub fn token(&self, order: &str) -> String {
        let answer = self.control("POST", "/local/tokens", order).expect(200);
        answer.json()["jwt"].as_str().unwrap().to_owned()
    }

    pub fn browser(&self) -> Browser<'_> {
        let id = self.ask("POST", "/v1/dev_browser", &[], b"").expect(200).json()["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with("dvb_"));
        Browser { local: self, id }
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `clerk-js` is in a page at `http://localhost:3000`.
pub struct Browser<'a> {
    local: &'a Local,
    pub id: String,
}

pub const ORIGIN: &str = "http://localhost:3000";

impl Browser<'_> {
    /// A request with a form, as `clerk-js` sends it.
    pub fn ask(&self, method: &str, path: &str, form: &str) -> Answer {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path =
            format!("{path}{joint}__clerk_api_version=2026-08-20&_clerk_js_version=6.40.0&__clerk_db_jwt={}", self.id);
        let (method, path) = match method {
            "GET" | "POST" => (method, path),
            other => ("POST", format!("{path}&_method={other}")),
        };
        let headers = [("origin", ORIGIN), ("content-type", "application/x-www-form-urlencoded")];
        self.local.ask(method, &path, &headers, form.as_bytes())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    pub fn post(&self, path: &str, form: &str) -> Answer {
        self.ask("POST", path, form)
    }

    /// Signs a user in by a ticket, and answers the session's id.
    pub fn sign_in(&self, user: &str) -> String {
        let form = format!("strategy=ticket&ticket={}", self.local.ticket(user));
        let answer = self.post("/v1/client/sign_ins", &form).expect(200).json();
        assert_eq!(answer["response"]["status"], "complete");
        answer["response"]["created_session_id"].as_str().unwrap().to_owned()
    }

    pub fn client(&self) -> Value {
        self.get("/v1/client").expect(200).json()["response"].clone()
    }
}

/// Header and claims of a token, whoever signed it.
pub fn parts(token: &str) -> (Value, Value) {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    let decode = |part: &str| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (decode(parts[0]), decode(parts[1]))
}

/// Whether a key of a key set has signed the token.
pub fn signed(token: &str, key: &Value) -> bool {
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let number = |name: &str| decode(key[name].as_str().unwrap());
    let components = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    components.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &decode(signature)).is_ok()
}

/// Sorted ids of the sessions of a client.
pub fn ids(client: &Value) -> Vec<String> {
    let sessions = client["sessions"].as_array().unwrap();
    let mut ids: Vec<String> = sessions.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}
