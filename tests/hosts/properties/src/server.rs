//! A key server on this machine that does as it is told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::clerk::testing::TestIssuer;
use crate::clerk::Verifier;
use crate::properties::without_keys;

#[derive(Clone)]
pub enum Answer {
    Keys(String),
    Failure,
    /// Nothing, until there is another answer.
    Silence,
}

pub struct Server {
    url: String,
    answer: Arc<Mutex<Answer>>,
    fetches: Arc<AtomicUsize>,
    answers: Arc<AtomicUsize>,
}

impl Server {
    /// One that has the key of an issuer.
    pub fn start(issuer: &TestIssuer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Keys(issuer.jwks())));
        let server = Self { url, answer, fetches: Arc::default(), answers: Arc::default() };
        let (answer, fetches, answers) =
            (Arc::clone(&server.answer), Arc::clone(&server.fetches), Arc::clone(&server.answers));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (answer, answers) = (Arc::clone(&answer), Arc::clone(&answers));
                let _ = stream.read(&mut [0; 1024]);
                fetches.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let _ = stream.write_all(bytes(&answer).as_bytes());
                    answers.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// A verifier that fetches its keys from there.
    pub fn verifier(&self, issuer: &TestIssuer) -> Verifier {
        without_keys(issuer).variable("CLERK_JWKS_URL", self.url.as_str()).build().unwrap()
    }

    /// Answers like this from now on.
    pub fn answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// How often somebody asked.
    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// Waits until somebody asked so often.
    pub async fn asked(&self, wanted: usize) {
        let start = Instant::now();
        while self.fetches() < wanted {
            assert!(start.elapsed() < Duration::from_secs(20), "{} of {wanted} fetches", self.fetches());
            tokio::task::yield_now().await;
        }
    }

    /// Waits until everybody who asked has an answer, and for what comes of it.
    pub async fn settled(&self) {
        let start = Instant::now();
        while self.answers.load(Ordering::SeqCst) < self.fetches() {
            assert!(start.elapsed() < Duration::from_secs(20), "a fetch that is not answered");
            tokio::task::yield_now().await;
        }
        thread::sleep(Duration::from_millis(300));
    }
}

fn bytes(answer: &Mutex<Answer>) -> String {
    let (status, body) = loop {
        match answer.lock().unwrap().clone() {
            Answer::Keys(document) => break ("200 OK", document),
            Answer::Failure => break ("500 Broken", String::new()),
            Answer::Silence => {}
        }
        thread::sleep(Duration::from_millis(5));
    };
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}
