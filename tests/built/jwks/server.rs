//! A JWKS server that misbehaves on purpose, and counts who asks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// What is done with a request.
#[derive(Clone)]
pub enum Answer {
    /// These bytes are sent and the connection is closed.
    Bytes(Vec<u8>),
    /// Nothing, until the other side gives up.
    Silence,
    /// An answer that begins and never ends.
    Drip,
}

/// A server on this machine. Its answer can be changed and held back at any time.
pub struct Server {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    now: Mutex<Now>,
    released: Condvar,
}

struct Now {
    answer: Answer,
    held: bool,
    /// The request lines that came.
    requests: Vec<String>,
}

impl Server {
    pub fn start(answer: Answer) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    /// Starts where a listener is already.
    pub fn on(listener: TcpListener, answer: Answer) -> Self {
        let address = listener.local_addr().unwrap();
        let now = Mutex::new(Now { answer, held: false, requests: Vec::new() });
        let state = Arc::new(State { now, released: Condvar::new() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                thread::spawn(move || state.serve(stream));
            }
        });
        Self { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    /// Answers like this from now on.
    pub fn answer(&self, answer: Answer) {
        self.state.now.lock().unwrap().answer = answer;
    }

    /// Counts requests, but answers none until they are released.
    pub fn hold(&self) {
        self.state.now.lock().unwrap().held = true;
    }

    pub fn release(&self) {
        self.state.now.lock().unwrap().held = false;
        self.state.released.notify_all();
    }

    /// How often somebody asked.
    pub fn fetches(&self) -> usize {
        self.requests().len()
    }

    /// The first line of every request.
    pub fn requests(&self) -> Vec<String> {
        self.state.now.lock().unwrap().requests.clone()
    }
}

impl State {
    fn serve(&self, mut stream: TcpStream) {
        let mut request = [0; 2048];
        let length = stream.read(&mut request).unwrap_or(0);
        let line = String::from_utf8_lossy(&request[..length]).lines().next().unwrap_or_default().to_owned();
        let mut now = self.now.lock().unwrap();
        now.requests.push(line);
        let now = self.released.wait_while(now, |now| now.held).unwrap();
        let answer = now.answer.clone();
        drop(now);
        match answer {
            Answer::Bytes(bytes) => drop(stream.write_all(&bytes)),
            Answer::Silence => drop(stream.read(&mut request)),
            Answer::Drip => drip(&mut stream),
        }
    }
}

fn drip(stream: &mut TcpStream) {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"keys\":[";
    let mut sent = stream.write_all(head);
    while sent.is_ok() {
        thread::sleep(Duration::from_millis(100));
        sent = stream.write_all(b" ");
    }
}
