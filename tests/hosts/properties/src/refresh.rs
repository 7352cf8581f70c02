//! When keys that grew old are fetched again: in the background, and not all the time.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clerk::testing::TestIssuer;
use crate::clerk::Verifier;
use crate::properties::without_keys;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A server that has the document once and then fails, its address, and how often it was asked.
fn serve_once(document: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let fetches = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&fetches);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let (status, body) = match counter.fetch_add(1, Ordering::SeqCst) {
                0 => ("200 OK", document.as_str()),
                _ => ("500 Broken", ""),
            };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, fetches)
}

/// Lets fetches run until there were so many, and says how many there were in the end.
async fn wait_for(fetches: &AtomicUsize, wanted: usize) -> usize {
    let start = Instant::now();
    while fetches.load(Ordering::SeqCst) < wanted && start.elapsed() < Duration::from_secs(5) {
        tokio::task::yield_now().await;
    }
    fetches.load(Ordering::SeqCst)
}

/// Verifies a few tokens that nobody saw before, with time for a fetch after each.
async fn ask(issuer: &TestIssuer, verifier: &Verifier) {
    for user in 0..5 {
        let token = issuer.token().user(&format!("user_{user}")).sign();
        assert!(verifier.verify(&token).await.is_ok());
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(20) {
            tokio::task::yield_now().await;
        }
    }
}

#[test]
fn old_keys_are_fetched_again_but_not_all_the_time() {
    let issuer = TestIssuer::new();
    let (url, fetches) = serve_once(issuer.jwks());
    let verifier = without_keys(&issuer).jwks_url(url).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        ask(&issuer, &verifier).await;
        assert_eq!(fetches.load(Ordering::SeqCst), 1, "fresh keys are not fetched again");
        issuer.clock().advance(HOUR);
        ask(&issuer, &verifier).await;
        assert_eq!(wait_for(&fetches, 2).await, 2, "after an hour they are, once");
        issuer.clock().advance(Duration::from_secs(30));
        ask(&issuer, &verifier).await;
        assert_eq!(wait_for(&fetches, 3).await, 3, "and again after 30 s");
    });
}
