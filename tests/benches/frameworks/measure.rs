//! Puts `wrk` on a server in this process, each path in turn, and prints requests per second and CPU time per request.
//! `wrk` is a process of its own, so this process's CPU time is the server's.

use std::process::Command;

use cpu_time::ProcessTime;

use crate::instance::Instance;

/// The open path, the one whose handler takes a session, and the one behind a guard.
pub const PATHS: [&str; 3] = ["/none", "/warm", "/guard"];

const ROUNDS: usize = 9;
const TOKENS: usize = 2000;

/// One run of `wrk`: requests per second, and CPU microseconds of the server per request.
type Run = (f64, f64);

/// Measures the server at this address.
pub fn measure(address: &str, instance: &Instance) {
    let tokens = std::env::temp_dir().join(format!("tokens-{}", std::process::id()));
    let lines: Vec<String> = (0..TOKENS).map(|number| instance.token(number)).collect();
    std::fs::write(&tokens, lines.join("\n")).expect("a file");
    let path = tokens.to_str().expect("a path");
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); PATHS.len()];
    for round in 0..=ROUNDS {
        for (number, own) in runs.iter_mut().enumerate() {
            let run = load(&format!("http://{address}{}", PATHS[number]), path, if round == 0 { "1s" } else { "3s" });
            // The first round fills the cache.
            own.extend((round > 0).then_some(run));
        }
    }
    std::fs::remove_file(&tokens).expect("a file");
    print(&runs);
}

/// One thread, 32 connections, another token with each request; every answer must be 200.
fn load(url: &str, tokens: &str, time: &str) -> Run {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tokens.lua");
    let start = ProcessTime::now();
    let mut wrk = Command::new("wrk");
    let output = wrk.args(["-t1", "-c32", "-d", time, "-s", script, url, "--", tokens]).output().expect("wrk runs");
    let used = start.elapsed().as_micros() as f64;
    let text = String::from_utf8_lossy(&output.stdout);
    let summary = text.lines().find_map(|line| line.strip_prefix("summary ")).expect("a summary");
    let numbers: Vec<f64> = summary.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [requests, microseconds, errors] = numbers[..] else { panic!("three numbers") };
    assert!(errors == 0.0 && requests > 0.0, "{url}: {errors} of {requests} requests failed");
    (requests / microseconds * 1e6, used / requests)
}

/// Each path against the open one of the same round.
fn print(runs: &[Vec<Run>]) {
    println!("| path | requests/s | of no auth | CPU µs/request | auth adds µs |\n|---|---|---|---|---|");
    for (path, own) in PATHS.iter().zip(runs) {
        let paired = || own.iter().zip(&runs[0]);
        let rate = median(own.iter().map(|run| run.0));
        let ratio = median(paired().map(|(run, open)| run.0 / open.0));
        let used = median(own.iter().map(|run| run.1));
        let added = median(paired().map(|(run, open)| run.1 - open.1));
        println!("| `{path}` | {rate:.0} | {ratio:.3} | {used:.2} | {added:.2} |");
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
