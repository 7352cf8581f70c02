//! The keys that sign tokens. The first one is made in the background, which takes a tenth of a second or more: only tokens
//! and key sets wait for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A key that signs.
pub struct Key {
    pair: KeyPair,
}

impl Key {
    /// A new RSA key of 2048 bits.
    pub fn generate() -> Self {
        Self { pair: KeyPair::generate(KeySize::Rsa2048).expect("the library makes keys of 2048 bits") }
    }

    /// A key that was kept.
    pub fn from_text(text: &str) -> Option<Self> {
        let der = BASE64_STANDARD.decode(text).ok()?;
        KeyPair::from_pkcs8(&der).ok().map(|pair| Self { pair })
    }

    /// The key as it is kept in a state file, secret.
    pub fn text(&self) -> String {
        let der: Pkcs8V1Der = self.pair.as_der().expect("a key that was made can be written");
        BASE64_STANDARD.encode(der.as_ref())
    }

    /// The public key as a JWK.
    pub fn jwk(&self, kid: &str) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) = (public.modulus(), public.exponent());
        json!({
            "use": "sig", "kty": "RSA", "kid": kid, "alg": "RS256",
            "n": number(n.big_endian_without_leading_zero()), "e": number(e.big_endian_without_leading_zero()),
        })
    }

    /// The public key as `CLERK_JWT_KEY` takes it.
    pub fn pem(&self) -> String {
        let der: PublicKeyX509Der = self.pair.public_key().as_der().expect("a public key can be written");
        let text = BASE64_STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// Signs a token with RS256.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = unsigned(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.expect("a key that was made can sign");
        format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that this key has signed, whatever time they say.
    pub fn claims(&self, token: &str) -> Option<Value> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let public = self.pair.public_key();
        let components = RsaPublicKeyComponents {
            n: public.modulus().big_endian_without_leading_zero(),
            e: public.exponent().big_endian_without_leading_zero(),
        };
        components.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &signature).ok()?;
        let (_, payload) = text.split_once('.')?;
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

/// Header and claims of a token, without a signature.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// The key in use, and those that it followed and that are still published.
pub struct Keys {
    current: watch::Receiver<Option<Arc<Key>>>,
    set: watch::Sender<Option<Arc<Key>>>,
    old: Mutex<Vec<Arc<Key>>>,
}

impl Keys {
    /// Begins with keys that were kept, the current one last, else with a new one that is made in the background.
    pub fn new(mut kept: Vec<Key>) -> Self {
        let current = kept.pop().map(Arc::new);
        let is_there = current.is_some();
        let (set, receiver) = watch::channel(current);
        if !is_there {
            let set = set.clone();
            // Whoever waits for the key when the thread cannot be started waits for ever; there is nothing to serve then.
            thread::spawn(move || set.send_replace(Some(Arc::new(Key::generate()))));
        }
        Self { current: receiver, set, old: Mutex::new(kept.into_iter().map(Arc::new).collect()) }
    }

    /// The key that signs now, as soon as it is there.
    pub async fn current(&self) -> Arc<Key> {
        let mut receiver = self.current.clone();
        let found = receiver.wait_for(Option::is_some).await.ok().and_then(|key| key.clone());
        found.unwrap_or_else(|| unreachable!("the sender lives as long as this does"))
    }

    /// The same for a thread that may block.
    pub fn current_now(&self) -> Option<Arc<Key>> {
        self.current.borrow().clone()
    }

    /// All keys that are published, the current one last.
    pub async fn published(&self) -> Vec<Arc<Key>> {
        let current = self.current().await;
        let mut keys = self.old.lock().unwrap_or_else(PoisonError::into_inner).clone();
        keys.push(current);
        keys
    }

    /// What a state file keeps, the current key last; nothing before the first key is there.
    pub fn kept(&self) -> Vec<String> {
        let Some(current) = self.current_now() else { return Vec::new() };
        let old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        old.iter().chain([&current]).map(|key| key.text()).collect()
    }

    /// Takes a new key. The one before is published still, or not.
    pub fn rotate(&self, to: Key, keep_old: bool) {
        let before = self.set.send_replace(Some(Arc::new(to)));
        let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        old.clear();
        old.extend(before.filter(|_| keep_old));
    }
}
