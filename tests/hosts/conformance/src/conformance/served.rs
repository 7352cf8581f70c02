//! An app on a real socket, and requests to it over real HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use super::app;
use crate::clerk::Verifier;

/// Serves the app of this framework, which needs a session everywhere, while a closure asks it.
pub fn served<T>(verifier: &Verifier, ask: impl FnOnce(SocketAddr) -> T) -> T {
    thread::scope(|scope| {
        let (ready, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        scope.spawn(|| app::serve(verifier.clone(), ready, stopped));
        let answer = ask(address.recv().unwrap());
        stop.send(()).unwrap();
        answer
    })
}

/// The status of the answer to a request.
pub fn status(address: SocketAddr, line: &str, headers: &[(String, String)]) -> u16 {
    let mut request = format!("{line} HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all((request + "\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

/// What the app answers to a token in the header, where HTTP can carry it as it is.
pub fn status_of_bearer(verifier: &Verifier, token: &str) -> Option<u16> {
    let fits = !token.is_empty() && token.len() < 10_000 && token.bytes().all(|byte| byte.is_ascii_graphic());
    let headers = [("host", "localhost".to_owned()), ("authorization", format!("Bearer {token}"))];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    fits.then(|| served(verifier, |address| status(address, "GET /", &headers)))
}
