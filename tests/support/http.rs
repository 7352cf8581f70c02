//! A small HTTP/1.1 client that sends exactly the bytes it is given, and the servers that it asks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// By lower-case name, without `date`.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// One request on a connection of its own.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, String)]) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n").into_bytes();
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.extend(format!("host: {address}\r\n").bytes());
    }
    for (name, value) in headers {
        request.extend(format!("{name}: {value}\r\n").bytes());
    }
    request.extend(b"\r\n");
    raw(address, &request)
}

/// Any bytes as a request.
pub fn raw(address: &str, request: &[u8]) -> Answer {
    let mut stream = send(address, request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    parse(&String::from_utf8_lossy(&answer))
}

/// Sends bytes on a connection of their own, and hands that out.
pub fn send(address: &str, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request).unwrap();
    stream
}

fn parse(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok()).unwrap_or(0);
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Answer { status, headers: headers.filter(|(name, _)| name != "date").collect(), body: body.to_owned() }
}

/// A started program that prints `listening on <address>`.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program with just these variables of Clerk's.
pub fn start(program: &Path, variables: &[(&str, String)]) -> Server {
    try_start(program, variables).unwrap_or_else(|| panic!("{} does not listen", program.display()))
}

/// The same, unless it stops at once.
pub fn try_start(program: &Path, variables: &[(&str, String)]) -> Option<Server> {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLERK_")) {
        command.env_remove(name);
    }
    command.envs(variables.iter().map(|(name, value)| (*name, value))).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|cause| panic!("{}: {cause}", program.display()));
    // A framework may have its log there as well, before and afterwards: a pipe that nobody reads would hold it up.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.trim().strip_prefix("listening on ").map(str::to_owned));
    std::thread::spawn(move || lines.for_each(drop));
    let server = Server { child, address: address.unwrap_or_default() };
    Some(server).filter(|server| !server.address.is_empty())
}
