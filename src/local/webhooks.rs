//! Session events, signed as Svix signs them and sent to this machine alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use axum::body::Bytes;
use axum::http::{Request, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::clock;
use super::log::Entry;
use super::outgoing;
use super::secrets::WEBHOOK;
use super::server::{Delivery, Local};

/// How long the next try waits. Svix waits from seconds to hours; here somebody watches.
const WAITS: &[Duration] = &[Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// So many are under way at once: a receiver that hangs must not cost a connection for each.
const AT_ONCE: usize = 64;

/// The header `svix-signature`.
pub fn sign(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    let key = BASE64_STANDARD.decode(secret.strip_prefix(WEBHOOK).unwrap_or(secret)).unwrap_or_default();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(tag))
}

/// Delivers one event after the other, each in a task of its own, as a slow one must not hold up the next.
pub async fn deliver(local: Arc<Local>, target: Uri, mut events: UnboundedReceiver<Delivery>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(delivery) = events.recv().await {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let (local, target) = (Arc::clone(&local), target.clone());
        tokio::spawn(async move {
            until_taken(local, target, delivery).await;
            drop(place);
        });
    }
}

async fn until_taken(local: Arc<Local>, target: Uri, delivery: Delivery) {
    for wait in [None].into_iter().chain(WAITS.iter().map(Some)) {
        if let Some(wait) = wait {
            tokio::time::sleep(*wait).await;
        }
        let started = Instant::now();
        let status = once(&local, &target, &delivery).await.unwrap_or(0);
        local.log.add(Entry {
            number: 0,
            at: local.clock.now(),
            method: "POST".to_owned(),
            path: format!("→ {target}"),
            status,
            micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            origin: None,
            event: Some(delivery.kind.to_owned()),
        });
        if (200..300).contains(&status) {
            return;
        }
    }
}

async fn once(local: &Local, target: &Uri, delivery: &Delivery) -> Option<u16> {
    // Whoever checks the signature looks at the system's own clock.
    let seconds = clock::system().div_euclid(1000);
    let signature = sign(&local.secrets.webhook, &delivery.id, seconds, &delivery.body);
    let request = Request::post(target)
        .header("content-type", "application/json")
        .header("user-agent", "Svix-Webhooks/local")
        .header("svix-id", &delivery.id)
        .header("svix-timestamp", seconds.to_string())
        .header("svix-signature", signature)
        .body(Bytes::from(delivery.body.clone()))
        .ok()?;
    let answer = outgoing::send(request, Duration::from_secs(15)).await.ok()?;
    Some(answer.status)
}

#[cfg(test)]
mod tests {
    use super::sign;

    /// The vector of Svix's own documentation.
    #[test]
    fn a_signature_is_that_of_svix() {
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let signature =
            sign("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body);
        assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }
}
