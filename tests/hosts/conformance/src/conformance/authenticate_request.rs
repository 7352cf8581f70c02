//! `authenticateRequest` of the official SDK: a request, signed in or not.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, Uri};
use axum::Router;
use serde_json::Value;
use tower::ServiceExt;

use super::{loose, report, vectors, Case, Verdict};
use crate::clerk::{layer_with, Clock, InstanceKeys, MaybeSession, Reason, Rejection, Session, Verifier};

#[tokio::test]
async fn authenticate_request() {
    let document = vectors("authenticate_request.json");
    let pem = vectors("keys.json")["a"]["pem"].as_str().unwrap().to_owned();
    let mut cases = Vec::new();
    for vector in document["cases"].as_array().unwrap() {
        let expected = &vector["expect"];
        let signed_in = expected["status"] == "signed-in" && expected["userId"].is_string();
        let app = app(verifier(&document, vector, &pem));
        let response = app.oneshot(request(vector)).await.unwrap();
        let found = match response.status().as_u16() {
            200 => Ok(()),
            401 => Err(Reason::SessionTokenMissing),
            other => panic!("{}: status {other}", vector["name"]),
        };
        cases.push(Case {
            name: vector["name"].as_str().unwrap().to_owned(),
            expected: if signed_in { Verdict::Accept } else { Verdict::Refuse },
            found,
        });
    }
    report("authenticate_request.json", &cases);
}

/// The optional session never knows of a user that the mandatory one refuses.
async fn me(
    session: Result<Session, Rejection>,
    optional: Result<MaybeSession, Rejection>,
) -> Result<String, Rejection> {
    let known = matches!(optional, Ok(MaybeSession(Some(_))));
    assert_eq!(session.is_ok(), known);
    session.map(|session| session.user_id().to_owned())
}

fn app(verifier: Verifier) -> Router {
    Router::new().fallback(me).layer(layer_with(verifier))
}

fn verifier(document: &Value, vector: &Value, pem: &str) -> Verifier {
    let live = vector["live"] == true;
    let key = if live { "publishableKeyLive" } else { "publishableKeyTest" };
    let builder = Verifier::builder().settings(|settings| {
        loose(settings);
        settings.carriers.cookie = true;
        settings.instance_keys = if live { InstanceKeys::Live } else { InstanceKeys::Test };
    });
    let builder = builder.publishable_key(document[key].as_str().unwrap()).jwt_key(pem);
    let clock = Clock::manual(document["now"].as_i64().unwrap());
    builder.clock(clock).build().unwrap()
}

fn request(vector: &Value) -> Request<Body> {
    let uri: Uri = vector["url"].as_str().unwrap().parse().unwrap();
    let host = uri.authority().unwrap().as_str().to_owned();
    let path = uri.path_and_query().unwrap().as_str();
    let mut request = Request::builder().method(vector["method"].as_str().unwrap()).uri(path);
    let headers = request.headers_mut().unwrap();
    headers.insert("host", HeaderValue::from_str(&host).unwrap());
    for (name, value) in vector["headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
    }
    request.body(Body::empty()).unwrap()
}
