//! What the local Clerk costs: the time to its first answer, the processor time of a token beside that of its signature, and
//! memory. Prints the rows of the README's table, each the median of its rounds. On Linux.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "what it measures is what it prints")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cargo-clerk-sessions");

/// Tokens in a round.
const TOKENS: u32 = 2000;

/// A `local` that runs, with one connection to it.
struct Local {
    child: Child,
    stream: TcpStream,
    host: String,
    key: String,
}

impl Local {
    fn start() -> Self {
        let mut child = command(&["--port", "0", "--print-env"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut variables = BTreeMap::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            let (name, value) = line.split_once('=').unwrap();
            variables.insert(name.to_owned(), value.trim_matches('\'').to_owned());
            if name == "NEXT_PUBLIC_CLERK_PROXY_URL" {
                break;
            }
        }
        let host = variables["CLERK_API_URL"].replace("http://", "");
        Self { child, stream: TcpStream::connect(&host).unwrap(), host, key: variables["CLERK_SECRET_KEY"].clone() }
    }

    /// So many good requests, one after the other on the connection.
    fn ask(&mut self, count: u32, path: &str, body: &str) {
        let head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n", self.host, self.key);
        let request = format!("{head}clerk-sessions-local: 1\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let mut reader = BufReader::new(self.stream.try_clone().unwrap());
        for _ in 0..count {
            self.stream.write_all(request.as_bytes()).unwrap();
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            assert!(line.contains(" 200 "), "{line}");
            let mut length = 0;
            while line != "\r\n" {
                line.clear();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
        }
    }

    /// The seconds of processor time that it has used, of which the system counts hundredths.
    fn processor(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11..=12].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
    }

    /// Megabytes that it has in memory.
    fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("local").args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Milliseconds from the start of the program to the last byte of its front page.
fn first_answer() -> f64 {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let began = Instant::now();
    let mut child = command(&["--port", &port]).spawn().unwrap();
    let mut stream = loop {
        match TcpStream::connect(format!("127.0.0.1:{port}")) {
            Ok(stream) => break stream,
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    let request = format!("GET / HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    let took = began.elapsed();
    assert!(page.contains("<h1>Local Clerk</h1>"), "{page}");
    let _ = child.kill();
    let _ = child.wait();
    took.as_secs_f64() * 1000.0
}

/// The seconds of processor time of this process.
fn own_processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// The seconds of bare signatures, as many as a round has tokens.
fn signatures(pair: &KeyPair) -> f64 {
    let (random, text) = (SystemRandom::new(), [b'x'; 500]);
    let mut signature = vec![0; pair.public_modulus_len()];
    let began = own_processor();
    for _ in 0..TOKENS {
        pair.sign(&RSA_PKCS1_SHA256, &random, &text, &mut signature).unwrap();
    }
    own_processor() - began
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn main() {
    if cfg!(debug_assertions) {
        return println!("not measured: `cargo bench --bench local` builds it with optimizations");
    }
    println!("| start to the first answer | {:.0} ms |", median((0..21).map(|_| first_answer()).collect()));
    let mut local = Local::start();
    local.ask(100, "/local/tokens", "{}");
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let bare = signatures(&pair);
        let before = local.processor();
        local.ask(TOKENS, "/local/tokens", "{}");
        let tokens = local.processor() - before;
        ratios.push(tokens / bare);
        rates.push(f64::from(TOKENS) / bare);
    }
    println!("| processor time of a token, of its bare RSA signature | {:.2} |", median(ratios));
    println!("| bare RSA signatures a second, on one core | {:.0} |", median(rates));
    let mut local = Local::start();
    local.ask(10_000, "/v1/sessions", r#"{"user_id":"user_owner"}"#);
    println!("| memory with 10,000 sessions | {:.0} MB |", local.memory());
}
