//! Everybody who checks the same token, as functions that can be called again and again.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_rs::apis::configuration::Configuration;
use clerk_rs::clerk::Clerk;
use clerk_rs::validators::authorizer::validate_jwt;
use clerk_rs::validators::jwks::MemoryCacheJwksProvider;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

use crate::clerk::Verifier;
use crate::instance::Instance;

/// A name, and one check of the token, which must succeed.
pub type Contender = (&'static str, Box<dyn Fn()>);

/// What `jsonwebtoken` reads. An application would then check the rest by hand.
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "reading them is what is measured")]
struct Claims {
    sub: String,
    sid: String,
    iss: String,
    azp: Option<String>,
    sts: Option<String>,
    exp: u64,
    nbf: u64,
    iat: u64,
    fea: Option<String>,
    pla: Option<String>,
    o: Option<Organization>,
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "reading them is what is measured")]
struct Organization {
    id: String,
    slg: Option<String>,
    rol: Option<String>,
    per: Option<String>,
    fpm: Option<String>,
}

/// All of them, the raw signature check first.
pub async fn contenders(instance: &Instance) -> Vec<Contender> {
    let token: Arc<str> = instance.token(0).into();
    let cold = instance.verifier(|builder| builder.settings(|settings| settings.cache_entries = 0));
    let warm = instance.verifier(|builder| builder);
    vec![
        ("aws-lc-rs, signature only", raw(instance, &token)),
        ("ours, cold", ours(cold, &token).await),
        ("ours, warm", ours(warm, &token).await),
        ("jsonwebtoken", jsonwebtoken(instance, &token)),
        ("clerk-rs", clerk_rs(instance, &token).await),
    ]
}

/// The client of `clerk-rs`, whose cache lasts an hour.
pub fn clerk_rs_keys(instance: &Instance) -> MemoryCacheJwksProvider {
    let configuration = Configuration::new("sk_test_bench").with_base_path(instance.origin());
    MemoryCacheJwksProvider::new(Clerk::new(configuration))
}

fn raw(instance: &Instance, token: &str) -> Box<dyn Fn()> {
    let key = instance.public_key();
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    let signed = signed.as_bytes().to_vec();
    Box::new(move || key.verify_sig(&signed, &signature).expect("valid"))
}

/// The first check fetches the keys, and fills the cache where there is one.
async fn ours(verifier: Verifier, token: &Arc<str>) -> Box<dyn Fn()> {
    verifier.verify(token).await.expect("valid");
    let token = Arc::clone(token);
    Box::new(move || drop(at_once(verifier.verify(&token)).expect("valid")))
}

fn jsonwebtoken(instance: &Instance, token: &Arc<str>) -> Box<dyn Fn()> {
    let (modulus, exponent) = instance.numbers();
    let key = DecodingKey::from_rsa_components(&modulus, &exponent).expect("a key");
    let kid = decode_header(&**token).ok().and_then(|header| header.kid).expect("a header");
    let keys = HashMap::from([(kid, key)]);
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 5;
    validation.validate_nbf = true;
    validation.validate_aud = false;
    validation.set_issuer(&["https://clerk.example.com"]);
    let token = Arc::clone(token);
    Box::new(move || {
        let kid = decode_header(&*token).expect("a header").kid.expect("a key's name");
        drop(decode::<Claims>(&*token, &keys[&kid], &validation).expect("valid"));
    })
}

async fn clerk_rs(instance: &Instance, token: &Arc<str>) -> Box<dyn Fn()> {
    let keys = Arc::new(clerk_rs_keys(instance));
    validate_jwt(token, Arc::clone(&keys)).await.expect("valid");
    let token = Arc::clone(token);
    Box::new(move || drop(at_once(validate_jwt(&token, Arc::clone(&keys))).expect("valid")))
}

/// Runs a future that has nothing to wait for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the keys are known, so nothing waits"),
    }
}
